import assert from "node:assert/strict";
import test from "node:test";
import { InputPacer } from "./pacer";
import { virtualTime } from "./virtualtime";

const tickMs = 50;

/** A pacer whose provider counts, and what it fixes and sends. */
function setUp(stretch = () => 0) {
  const time = virtualTime();
  const fixed: { seq: number; at: number; ms: number }[] = [];
  const sent: { seq: number; at: number }[] = [];
  const pacer = new InputPacer<number>(tickMs, {
    fix: (seq, at, ms) => {
      fixed.push({ seq, at, ms });
      return seq;
    },
    transmit: (seq) => void sent.push({ seq, at: performance.now() }),
    stretch,
  });
  let next = 0;
  const follow = () => pacer.follow(() => ++next);
  return { time, pacer, fixed, sent, follow };
}

test("inputs go out at the rate of ticks, fixed when they go", (t) => {
  const { time, fixed, sent, follow } = setUp();
  t.after(time.restore);
  follow();
  time.pass(1000);
  assert.equal(sent.length, 21);
  assert.deepEqual(sent.map(({ at }) => at), fixed.map(({ at }) => at));
  assert.ok(fixed.every(({ ms }) => ms === tickMs));
});

test("a nudge fixes the next input at once, at any phase of the tick, and it still goes at its slot's end", () => {
  for (let phase = 1; phase < tickMs; phase++) {
    const { time, pacer, fixed, sent, follow } = setUp();
    follow();
    time.pass(200 + phase);
    pacer.nudge();
    assert.deepEqual([fixed.at(-1)!.at, sent.length], [200 + phase, 5], `phase ${phase}`);
    time.pass(tickMs - phase);
    assert.deepEqual(sent.at(-1), { seq: 6, at: 250 });
    time.restore();
  }
});

test("after a nudge the steps lose their lead slowly, without a gap, and inputs keep their rate", (t) => {
  const { time, pacer, fixed, sent, follow } = setUp();
  t.after(time.restore);
  follow();
  time.pass(210);
  pacer.nudge();
  time.pass(1290);
  assert.equal(sent.length, 31);
  for (let i = 1; i < fixed.length; i++) {
    const { at, ms } = fixed[i - 1]!;
    if (i !== 5) assert.ok(Math.abs(at + ms - fixed[i]!.at) < 1e-9, `step ${i} ends when the next begins`);
    assert.ok(ms <= tickMs * 1.08 + 1e-9);
  }
  assert.equal(fixed.at(-1)!.at, sent.at(-1)!.at);
});

test("however many nudges there are, one input goes a tick and none is lost", (t) => {
  const { time, pacer, fixed, sent, follow } = setUp(() => -1);
  t.after(time.restore);
  follow();
  for (let i = 0; i < 1000; i++) {
    time.pass(i % 7 === 0 ? 0.5 : 3);
    pacer.nudge();
  }
  time.pass(100);
  assert.deepEqual(sent.map(({ seq }) => seq), fixed.slice(0, sent.length).map(({ seq }) => seq));
  assert.ok(fixed.length - sent.length <= 1, "at most one waits");
  for (let i = 1; i < sent.length; i++) assert.ok(sent[i]!.at - sent[i - 1]!.at >= tickMs - 2, `${i}: ${sent[i]!.at - sent[i - 1]!.at}`);
});

test("the rate follows the server's", (t) => {
  const { time, sent, follow } = setUp(() => 0.5);
  t.after(time.restore);
  follow();
  time.pass(50.5 * 100);
  assert.equal(sent.length, 101);
});

test("timers that are late do not make up for what they have missed", (t) => {
  const { time, sent, follow } = setUp();
  t.after(time.restore);
  follow();
  time.pass(500);
  time.sleep(10_000);
  time.pass(500);
  assert.ok(sent.length <= 23, `${sent.length}`);
  const last = sent.slice(-9).map(({ at }) => at);
  assert.ok(last.every((at, i) => i === 0 || at - last[i - 1]! === tickMs));
});

test("a picture that is drawn first does what a timer is late for", (t) => {
  const { time, pacer, fixed, follow } = setUp();
  t.after(time.restore);
  follow();
  time.sleep(60);
  pacer.poll();
  assert.deepEqual(fixed.at(-1), { seq: 2, at: 50, ms: 50 });
});

test("what waits is not sent after drop, nor anything after stop", (t) => {
  const { time, pacer, sent, follow } = setUp();
  t.after(time.restore);
  follow();
  time.pass(110);
  pacer.nudge();
  pacer.drop();
  time.pass(45);
  assert.deepEqual(sent.map(({ seq }) => seq), [1, 2, 3]);
  time.pass(50);
  assert.ok(sent.length > 3);
  const n = sent.length;
  pacer.stop();
  time.pass(1000);
  assert.equal(sent.length, n);
});
