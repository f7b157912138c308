import assert from "node:assert/strict";
import test from "node:test";
import { ahead, sees } from "./sight";
import type { Player } from "./types";

const player = (id: number, x: number, y: number, hp = 3): Player => ({ id, x, y, hp, ux: 0, uy: 0, da: 0, co: 0, rl: 0, vx: 0, vy: 0, a: 0, sd: 0, sf: 0, tr: 0, bk: 0, k: 0, d: 0, pl: 0 });

test("walls are in the way, free ways are not", () => {
  assert.ok(sees(640, 450, 960, 450)); // across the plaza
  assert.ok(!sees(100, 225, 400, 225)); // through the upper left pillar
  assert.ok(!sees(800, 60, 800, 200)); // through the upper lintel
  assert.ok(sees(100, 60, 1500, 60)); // along the upper edge
});

test("the nearest enemy ahead and in sight is aimed at", () => {
  const me = player(0, 640, 450);
  const far = player(1, 960, 470);
  const near = player(2, 800, 440);
  const aim = ahead(me, [me, far, near], 0, 0.45, 640);
  assert.equal(aim, Math.atan2(-10, 160));
});

test("nobody is aimed at who is out, behind, too far or hidden", () => {
  const me = player(0, 640, 450);
  assert.equal(ahead(me, [player(1, 800, 450, 0)], 0, 0.45, 640), undefined);
  assert.equal(ahead(me, [player(1, 560, 450)], 0, 0.45, 640), undefined);
  assert.equal(ahead(me, [player(1, 960, 450)], 0, 0.45, 300), undefined);
  assert.equal(ahead(player(0, 100, 225), [player(1, 400, 225)], 0, 0.45, 640), undefined);
});
