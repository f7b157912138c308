import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Line, type Way } from "./line";
import { type Conditions, formatConditions, parseConditions, perfect } from "./sim";

type Spec = { spec: string; text: string; error?: string } & Partial<Conditions>;
// What gameserver's -sim is held to as well.
const specs = JSON.parse(readFileSync("../../cmd/gameserver/internal/netsim/testdata/specs.json", "utf8")) as Spec[];

test("conditions are read and written as gameserver does", () => {
  for (const { spec, text, error, ...given } of specs) {
    if (error !== undefined) continue;
    const c = parseConditions(spec);
    assert.deepEqual(c, { ...perfect, ...given }, spec);
    assert.equal(formatConditions(c), text);
  }
});

test("bad conditions say what to write, in gameserver's words", () => {
  for (const { spec, error } of specs) {
    if (error === undefined) continue;
    let said = "nothing";
    try {
      parseConditions(spec);
    } catch (e) {
      said = (e as Error).message;
    }
    assert.equal(said, error, spec);
  }
});

/** Random numbers that repeat themselves. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sends n messages of a size, one every so many ms, and returns how late each was. */
function delays(spec: string, n: number, every: number, bytes = 100): number[] {
  const line = new Line(seeded(1));
  line.conditions = parseConditions(spec);
  const way: Way = { free: 0, last: 0 };
  return Array.from({ length: n }, (_, i) => line.send(way, i * every, bytes) - i * every);
}

test("a line delays by half a round trip and a part of the jitter", () => {
  const late = delays("rtt=100ms,jitter=20ms", 1000, 50);
  assert.ok(Math.min(...late) >= 50 && Math.max(...late) < 70);
  assert.ok(Math.max(...late) - Math.min(...late) > 18);
});

test("nothing overtakes", () => {
  const late = delays("jitter=1s,loss=10%,stall=20%", 2000, 10);
  for (let i = 1; i < late.length; i++) assert.ok(late[i]! + 10 >= late[i - 1]! - 1e-6, `message ${i}`);
});

test("a lost segment is a round trip and 150 ms late", () => {
  const late = delays("rtt=100ms,loss=2%", 20_000, 1000);
  const lost = late.filter((d) => d > 50);
  for (const d of lost) assert.ok(Math.abs((d - 50) % 250) < 1e-6);
  assert.ok(Math.abs(lost.length / late.length - 0.02) < 0.004, `${lost.length}`);
});

test("pauses take their share of the time", () => {
  for (const percent of [2, 20]) {
    const late = delays(`stall=${percent}%`, 1_000_000, 5);
    const stood = late.filter((d) => d > 0).length / late.length;
    assert.ok(Math.abs(stood / (percent / 100) - 1) < 0.15, `${stood}`);
    assert.ok(late.every((d) => d <= 2000));
  }
});

test("bandwidth spreads messages out", () => {
  const late = delays("bandwidth=80kbit", 100, 0, 1000);
  assert.ok(Math.abs(late.at(-1)! - 10_000) < 1, "100 kB at 10 kB/s");
});

test("a line breaks after its time on average, again and again", () => {
  const line = new Line(seeded(2));
  line.conditions = parseConditions("reset=60s");
  let broken = 0;
  const hours = 20;
  for (let now = 0; now < hours * 3_600_000; now += 50) if (line.broken(now)) broken++;
  assert.ok(Math.abs(broken / (hours * 60) - 1) < 0.1, `${broken}`);
  line.conditions = perfect;
  for (let now = hours * 3_600_000; now < hours * 3_700_000; now += 50) assert.ok(!line.broken(now));
});

test("a perfect line takes no time", () => {
  assert.ok(delays("rtt=0ms", 100, 7).every((d) => d === 0));
});
