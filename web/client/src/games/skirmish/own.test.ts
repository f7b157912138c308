import assert from "node:assert/strict";
import test from "node:test";
import { ARENA } from "./arena";
import { type Body, step } from "./move";
import { OwnBall } from "./own";
import type { Input, Player } from "./types";

const tick = 1000 / ARENA.tickRate;
const player = (body: Body): Player => ({ ...body, id: 0, vx: 0, vy: 0, a: 0, hp: 3, sd: 0, sf: 0, tr: 0, bk: 0, k: 0, d: 0, pl: 0 });
const start: Body = { x: 800, y: 240, ux: 0, uy: 0, da: 0, co: 0, rl: 0 };

interface Shown {
  now: number;
  x: number;
  y: number;
}

/**
 * Plays over a link with the given one-way delay: inputs arrive at a server that takes one a tick, states come back.
 * push moves the ball on the server, once, where no client can foresee it.
 */
function play(oneWay: (i: number) => number, seconds: number, way: (i: number) => Partial<Input>, push = 0): { shown: Shown[]; server: Body } {
  const own = new OwnBall();
  let server = start;
  let acked = 0;
  const queue: { at: number; seq: number; value: Input }[] = [];
  const states: { at: number; tick: number; body: Body; acked: number }[] = [{ at: 0, tick: 0, body: start, acked: 0 }];
  let pending: { seq: number; value: Input; at: number }[] = [];
  const shown: Shown[] = [];
  let newest = states[0]!;
  let lastArrival = 0;
  for (let ms = 0; ms < seconds * 1000; ms++) {
    if (ms % tick === 7) {
      const i = Math.floor(ms / tick);
      const value: Input = { dx: 0, dy: 0, a: 0, f: false, d: false, ...way(i) };
      pending.push({ seq: i + 1, value, at: ms });
      queue.push({ at: ms + oneWay(i), seq: i + 1, value });
    }
    if (ms % tick === 0) {
      if (queue[0] && queue[0].at <= ms) {
        const input = queue.shift()!;
        server = step(server, input.value);
        acked = input.seq;
      }
      if (push > 0 && ms === 2000) server = { ...server, x: server.x + push };
      lastArrival = Math.max(lastArrival, ms + oneWay(ms / tick));
      states.push({ at: lastArrival, tick: ms / tick + 1, body: server, acked });
    }
    while (states[0] && states[0].at <= ms) newest = states.shift()!;
    pending = pending.filter((p) => p.seq > newest.acked);
    if (ms % 16 === 0) {
      const { x, y } = own.show(player(newest.body), newest.tick, pending, ms, 0.016);
      shown.push({ now: ms, x, y });
    }
  }
  return { shown, server };
}

const circle = (i: number): Partial<Input> => ({ dx: Math.cos(i / 9), dy: Math.sin(i / 9) });
const fastest = (shown: Shown[]) => Math.max(...shown.slice(1).map((s, i) => Math.hypot(s.x - shown[i]!.x, s.y - shown[i]!.y)));

test("the own ball starts within a step of the key, whatever the round trip", () => {
  const { shown } = play(() => 150, 1, () => ({ dx: 1 }));
  assert.ok(shown.find((s) => s.now >= 7 + tick)!.x > 800 + 10);
});

test("the own ball moves evenly over a jittery link", () => {
  const { shown } = play((i) => 60 + ((i * 37) % 45), 10, circle);
  const perFrame = (ARENA.runSpeed * 16) / 1000;
  assert.ok(fastest(shown) < perFrame * 1.3, `${fastest(shown)} in one picture`);
});

test("the own ball comes to rest where the server has it", () => {
  const { shown, server } = play(() => 80, 5, (i) => (i < 60 ? { ...circle(i), d: i % 20 === 5 } : {}));
  const last = shown.at(-1)!;
  assert.ok(Math.hypot(last.x - server.x, last.y - server.y) < 0.01);
});

test("a push that could not be foreseen is blended in", () => {
  const { shown, server } = play(() => 50, 4, () => ({}), 60);
  assert.ok(fastest(shown) < 20, `${fastest(shown)} in one picture`);
  assert.ok(Math.abs(shown.at(-1)!.x - server.x) < 0.01);
});

test("a new life is not blended: the ball is there at once", () => {
  const { shown } = play(() => 50, 4, () => ({}), 500);
  assert.equal(fastest(shown), 500);
});
