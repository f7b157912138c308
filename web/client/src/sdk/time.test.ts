import assert from "node:assert/strict";
import test from "node:test";
import { TickClock } from "./clock";
import { interpolate, lerpAngle, SnapshotBuffer } from "./interpolate";
import { InputPacer, type Outlet } from "./pacer";
import { Meter } from "./stats";

/** Plays frames at 20 Hz with the given lateness, draws at 60 fps, and returns the playheads with their times. */
function play(clock: TickClock, ticks: number, late: (tick: number) => number, from = 0): { now: number; tick: number }[] {
  const drawn: { now: number; tick: number }[] = [];
  const frames = Array.from({ length: ticks }, (_, i) => ({ tick: from + i, at: 1000 + (from + i) * 50 + 30 + late(i) }));
  for (let i = 1; i < frames.length; i++) frames[i]!.at = Math.max(frames[i]!.at, frames[i - 1]!.at); // the link keeps the order
  const end = 1000 + (from + ticks) * 50;
  for (let now = 1000 + from * 50; now < end; now += 1000 / 60) {
    while (frames[0] && frames[0].at <= now) clock.arrived(frames.shift()!.tick, now);
    drawn.push({ now, tick: clock.advance(now) });
  }
  return drawn;
}

test("on a steady link the playhead runs little more than a tick behind", () => {
  const clock = new TickClock(50);
  const drawn = play(clock, 200, () => 0);
  const delay = clock.delay;
  assert.ok(delay >= 54 && delay < 72, `delay ${delay}`); // a tick and 4 ms, and pictures that see frames up to 17 ms late
  const last = drawn.at(-1)!;
  const behind = last.now - 1030 - last.tick * 50; // 1030: tick 0 has arrived
  assert.ok(Math.abs(behind - delay) < 8, `behind ${behind}`);
});

test("the playhead never runs backwards, whatever the link does", () => {
  const clock = new TickClock(50);
  const drawn = play(clock, 400, (i) => (i % 37 === 0 ? 400 : (i * 7) % 23));
  drawn.push(...play(clock, 100, () => 150, 400));
  for (let i = 1; i < drawn.length; i++) assert.ok(drawn[i]!.tick >= drawn[i - 1]!.tick, `at ${i}`);
});

test("jitter lengthens the delay, a calm link shortens it again", () => {
  const clock = new TickClock(50);
  play(clock, 200, (i) => (i % 5 === 0 ? 90 : 0));
  assert.ok(clock.delay > 130, `delay ${clock.delay}`);
  play(clock, 400, () => 0, 200);
  assert.ok(clock.delay < 75, `delay ${clock.delay}`);
});

test("a link that stalls does not lengthen the delay without end", () => {
  const clock = new TickClock(50);
  play(clock, 200, (i) => (i % 20 === 0 ? 900 : 0));
  assert.ok(clock.delay > 200 && clock.delay <= 250, `delay ${clock.delay}`);
});

test("after a pause of the match time starts anew", () => {
  const clock = new TickClock(50);
  play(clock, 100, () => 0);
  for (let tick = 100; tick < 140; tick++) {
    clock.arrived(tick, 60_000 + tick * 50);
    clock.advance(60_000 + tick * 50);
  }
  const behind = 139 - clock.advance(60_000 + 139 * 50);
  assert.ok(behind > 1 && behind < 3, `behind ${behind}`);
});

test("frames that waited for a sleeping page do not count as late", () => {
  const clock = new TickClock(50);
  play(clock, 100, () => 0);
  const before = clock.delay;
  const awake = 1000 + 300 * 50 + 30; // ticks 100 to 300 have waited
  for (let tick = 100; tick < 300; tick++) clock.arrived(tick, awake);
  clock.advance(awake);
  assert.equal(clock.delay, before);
  const drawn = play(clock, 100, () => 0, 300);
  const behind = drawn[30]!.now - 1030 - drawn[30]!.tick * 50;
  assert.ok(Math.abs(behind - before) < 15, `behind ${behind}`);
});

test("without frames the playhead stops 250 ms past the newest", () => {
  const clock = new TickClock(50);
  clock.arrived(10, 1000);
  for (let now = 1000; now < 3000; now += 16) clock.advance(now);
  assert.equal(clock.advance(3000), 15);
});

test("the buffer finds the states around a moment", () => {
  const buffer = new SnapshotBuffer<string>();
  assert.equal(buffer.at(1), undefined);
  buffer.add(10, "a");
  assert.deepEqual(buffer.at(12), { from: "a", to: "a", t: 1, tick: 12 });
  buffer.add(11, "b");
  buffer.add(13, "c");
  assert.deepEqual(buffer.at(10.5), { from: "a", to: "b", t: 0.5, tick: 10.5 });
  assert.deepEqual(buffer.at(12), { from: "b", to: "c", t: 0.5, tick: 12 });
  assert.deepEqual(buffer.at(9), { from: "a", to: "b", t: 0, tick: 9 });
  assert.deepEqual(buffer.at(14), { from: "b", to: "c", t: 1.5, tick: 14 });
  assert.equal(buffer.at(99)!.t, 9); // 16 ticks past 13
  buffer.add(2, "new match");
  assert.equal(buffer.at(13)!.to, "new match");
});

test("items move between states by key, new ones stand, far ones jump", () => {
  type Ball = { id: number; x: number; a: number; name: string };
  const from: Ball[] = [{ id: 1, x: 0, a: 3, name: "one" }, { id: 2, x: 0, a: 0, name: "two" }];
  const to: Ball[] = [{ id: 2, x: 900, a: 0, name: "two" }, { id: 1, x: 10, a: -3, name: "uno" }, { id: 3, x: 5, a: 1, name: "three" }];
  const drawn = interpolate(from, to, 0.5, { key: (b) => b.id, lerp: ["x"], angle: ["a"], snap: 500 });
  assert.deepEqual(drawn.map((b) => b.x), [900, 5, 5]);
  assert.ok(Math.abs(Math.abs(drawn[1]!.a) - Math.PI) < 1e-9, "the short way leads over π");
  assert.equal(drawn[1]!.name, "uno");
  assert.equal(to[1]!.x, 10);
});

test("angles take the short way", () => {
  assert.ok(Math.abs(lerpAngle(0.1, -0.1, 0.5)) < 1e-12);
  assert.ok(Math.abs(lerpAngle(-3, 3, 1) - (3 - 2 * Math.PI)) < 1e-12);
  assert.ok(Math.abs(lerpAngle(0, 100 * Math.PI + 1, 1) - 1) < 1e-9);
});

test("a stall is made up for without a jump, and without running backwards", () => {
  const clock = new TickClock(50);
  const drawn = play(clock, 200, (i) => (i >= 100 && i < 106 ? 300 - (i - 100) * 50 : 0));
  let fastest = 0;
  for (let i = 100; i < drawn.length; i++) {
    const speed = ((drawn[i]!.tick - drawn[i - 1]!.tick) * 50) / (1000 / 60);
    assert.ok(speed >= 0);
    fastest = Math.max(fastest, speed);
  }
  assert.ok(fastest <= 1.2001, `${fastest} times as fast`);
});

/** An outlet that keeps what is sent. */
function outlet(sent: number[]): Outlet<number> {
  const fixed: number[] = [0];
  return {
    fix: (value) => fixed.push(value) - 1,
    transmit: (seq) => void sent.push(fixed[seq]!),
    stretch: () => 0,
  };
}

test("inputs go once a tick, and the latest wins", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  performance.now = () => now;
  const pass = (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now++;
      t.mock.timers.tick(1);
    }
  };
  const sent: number[] = [];
  const pacer = new InputPacer<number>(50, outlet(sent));
  pacer.offer(1);
  pacer.offer(2);
  pacer.offer(3);
  assert.deepEqual(sent, [1]);
  pass(50);
  assert.deepEqual(sent, [1, 3]);
  let asked = 0;
  pass(1000);
  pacer.follow(() => ++asked);
  pass(499);
  assert.equal(asked, 10);
  assert.deepEqual(sent.slice(2), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  pacer.stop();
  pass(1000);
  assert.equal(asked, 10);
});

test("matches that step on input get each input at once", () => {
  const sent: number[] = [];
  const pacer = new InputPacer<number>(0, outlet(sent));
  pacer.offer(1);
  pacer.offer(2);
  assert.deepEqual(sent, [1, 2]);
});

test("corrections older than a minute are not kept, whether somebody asks for them or not", () => {
  const meter = new Meter(50, { in: 0, out: 0 });
  for (let second = 0; second < 3600; second++) meter.corrects(1, second * 1000);
  assert.equal(meter["corrected"].length, 61);
  assert.equal(meter.corrections(3600 * 1000), 60);
});
