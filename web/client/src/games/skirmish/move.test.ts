import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ARENA } from "./arena";
import { type Body, fired, step, velocity } from "./move";
import type { Input } from "./types";

// Walks that Go's step has made: game/skirmish/move_test.go.
interface Walk {
  body: Body;
  legs: { input: Input; times: number; body: Body }[];
}

const walks = JSON.parse(readFileSync("../../game/skirmish/testdata/steps.json", "utf8")) as Walk[];

test("the step is the server's, to the last bit", () => {
  let steps = 0;
  let shots = 0;
  for (const walk of walks) {
    let body = walk.body;
    for (const leg of walk.legs) {
      for (let i = 0; i < leg.times; i++, steps++) {
        body = step(body, leg.input);
        if (fired(body)) shots++;
      }
      assert.deepEqual(body, leg.body);
    }
  }
  assert.equal(steps, 15_000);
  assert.ok(shots > 1000, `${shots} shots`);
});

test("a held fire shoots once in a cooldown", () => {
  let body = walks[0]!.body;
  const shots: number[] = [];
  for (let i = 0; i < 3 * ARENA.fireCooldown; i++) {
    body = step(body, { dx: 0, dy: 0, d: false, f: true });
    if (fired(body)) shots.push(i);
  }
  assert.deepEqual(shots, [0, ARENA.fireCooldown, 2 * ARENA.fireCooldown]);
});

test("a shot flies along the aim", () => {
  const { vx, vy } = velocity(Math.PI / 6);
  assert.ok(Math.abs(vx - ARENA.shotSpeed * 0.8660254037844386) < 1e-9);
  assert.ok(Math.abs(vy - ARENA.shotSpeed / 2) < 1e-9);
});
