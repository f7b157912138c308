import assert from "node:assert/strict";
import test from "node:test";
import { Prediction, type Sent } from "./predict";
import { Spawns } from "./spawns";

interface Body {
  x: number;
}
interface Shot {
  id: number;
  x: number;
  v: number;
}
interface State {
  me: Body;
  shots: Shot[];
}

/** 20 units a tick; what an input fires lies 20 in front of the body in the state that has consumed it. */
const tickMs = 50;
const sent = (seq: number, fire: boolean): Sent<boolean> => ({ seq, value: fire, at: seq * tickMs, ms: tickMs });
const state = (...shots: Shot[]): State => ({ me: { x: 0 }, shots });
const shot = (id: number, x: number): Shot => ({ id, x, v: 400 });

function setUp() {
  const own = new Prediction<State, boolean, Body>({ body: (s) => s.me, step: () => ({}), smooth: { x: 0.1 } });
  const flashes: number[] = [];
  const shots = new Spawns<State, boolean, Shot, Body>(
    {
      by: own,
      make: (before, fire) => (fire ? { id: 0, x: before.x + 20, v: 400 } : undefined),
      list: (s) => s.shots,
      key: (s) => s.id,
      fly: { x: "v" },
      made: (s) => flashes.push(s.x),
    },
    tickMs,
  );
  const frame = (s: State, tick: number, acked: number, last?: Sent<boolean>) => {
    own.received(s, acked, []);
    shots.received(s, tick, acked, last);
  };
  frame(state(), 10, 0);
  const at = (now: number) => shots.show(now).map((s) => Math.round(s.x * 1000) / 1000);
  return { own, shots, frame, at, flashes };
}

test("a shot is there when its input counts, and flies on its own", () => {
  const { own, at, flashes } = setUp();
  own.stepped(sent(2, true));
  assert.deepEqual(at(100), [0]);
  assert.deepEqual(at(150), [20]);
  assert.deepEqual(at(200), [40]);
  assert.deepEqual(flashes, [20]);
});

test("the server's shot takes its place without a jump, and goes when the server's does", () => {
  const { own, shots, frame, at } = setUp();
  own.stepped(sent(1, true));
  own.stepped(sent(2, false));
  assert.deepEqual(at(300), [100]);
  frame(state(shot(7, 20)), 11, 1, sent(1, true));
  assert.deepEqual(at(300), [100]);
  assert.equal(shots.show(300)[0]!.id, 7);
  frame(state(shot(7, 40)), 12, 2, sent(2, false));
  assert.deepEqual(at(350), [120]);
  frame(state(), 13, 2);
  assert.deepEqual(at(350), []);
  assert.equal(shots.withdrawn, 0);
});

test("a shot that the server has a little elsewhere is blended over", () => {
  const { own, frame, at } = setUp();
  own.stepped(sent(1, true));
  assert.deepEqual(at(300), [100]);
  frame(state(shot(7, 24)), 11, 1, sent(1, true));
  assert.deepEqual(at(300), [100]);
  assert.ok(Math.abs(at(1100)[0]! - 424) < 0.1);
});

test("a shot that the server did not make is withdrawn, one that it made unforeseen is shown", () => {
  const { own, shots, frame, at, flashes } = setUp();
  own.stepped(sent(1, true));
  frame(state(), 11, 1, sent(1, true));
  assert.deepEqual(at(200), []);
  assert.equal(shots.withdrawn, 1);
  frame(state(shot(8, 20)), 12, 2, sent(2, false));
  assert.deepEqual(at(150), [20]);
  assert.equal(flashes.length, 2);
});

test("only what the state has consumed is settled by it", () => {
  const { own, frame, at, shots } = setUp();
  own.stepped(sent(1, true));
  own.stepped(sent(4, true));
  frame(state(shot(7, 20)), 11, 1, sent(1, true));
  assert.equal(shots.show(400).length, 2);
  assert.deepEqual(at(250), [80, 20]);
});

test("shots of others' making, from before, are shown without a flash", () => {
  const { shots, flashes } = setUp();
  shots.forget();
  shots.received(state(shot(3, 50)), 20, 9, undefined);
  assert.equal(shots.show().length, 1);
  assert.deepEqual(flashes, []);
});

test("what is under way when the connection goes is withdrawn", () => {
  const { own, shots } = setUp();
  own.stepped(sent(1, true));
  shots.cut();
  assert.deepEqual(shots.show(100), []);
});

test("a hidden shot stays hidden", () => {
  const { own, shots } = setUp();
  own.stepped(sent(1, true));
  shots.hide(shots.show(100)[0]!);
  assert.deepEqual(shots.show(150), []);
});

test("showing makes no new objects", () => {
  const { own, shots } = setUp();
  own.stepped(sent(1, true));
  const list = shots.show(100);
  const first = list[0];
  assert.equal(shots.show(120), list);
  assert.equal(shots.show(120)[0], first);
});
