import assert from "node:assert/strict";
import test from "node:test";
import { type Health, readings, verdict } from "./verdict";

const good: Health = {
  rtt: 30, jitter: 2, lateness: 5, delay: 100, bytesIn: 1400, bytesOut: 600, frames: 20, corrections: 0, error: 0, inFlight: 1, starved: 0, stalls: 0,
  connected: true, tickRate: 20, silent: 0, pictures: 60,
};

test("the first thing that is wrong is said, in plain words", () => {
  const cases: [Partial<Health>, number, string][] = [
    [{}, 3, "Good connection."],
    [{ rtt: undefined }, 3, "Measuring…"],
    [{ connected: false, starved: 0.5 }, 0, "Connection lost. Coming back…"],
    [{ silent: 2400, rtt: 900 }, 1, "Nothing has come for 2 s."],
    [{ pictures: 12, starved: 0.03 }, 2, "This device draws only 12 pictures a second."],
    [{ starved: 0.03 }, 2, "Your connection stutters: 3 % of pictures came late."],
    [{ starved: 0.08 }, 1, "Your connection stutters: 8 % of pictures came late."],
    [{ starved: 0.004 }, 3, "Good connection."],
    [{ corrections: 7 }, 2, "The server put you elsewhere 7 times in a minute."],
    [{ rtt: 180 }, 2, "A long way to the server: 0.18 s for an answer."],
    [{ rtt: 450 }, 1, "A long way to the server: 0.45 s for an answer."],
    [{ lateness: 90, delay: 160 }, 2, "An uneven connection: others are shown 160 ms late."],
    [{ pictures: undefined }, 3, "Good connection."],
  ];
  for (const [change, level, text] of cases) assert.deepEqual(verdict({ ...good, ...change }), [level, text]);
});

test("figures are short", () => {
  const texts = Object.fromEntries(readings.map((r) => [r.label, r.text({ ...good, rtt: 151.6, error: 3.25, corrections: 2, starved: 0.0123 })]));
  assert.deepEqual(texts, {
    "Round trip": "152 ms", Jitter: "± 2 ms", Lateness: "5 ms", Stutter: "1.2 %", Pauses: "0", "Picture delay": "100 ms", Corrections: "2/min · 3.3",
    Unanswered: "1", States: "20 of 20/s", In: "1.4 kB/s", Out: "600 B/s", Pictures: "60/s",
  });
});

test("matches without a clock have no figures of one", () => {
  assert.deepEqual(readings.filter((r) => !r.timed).map((r) => r.label), ["Round trip", "Unanswered", "In", "Out", "Pictures"]);
});
