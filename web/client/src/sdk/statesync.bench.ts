/**
 * Measures how long the decoder takes per frame, on streams that Go's encoder made: the fields of the targets, see
 * game/internal/statesync/golden_test.go. Runs in Node and in browsers; prints one line of JSON.
 */
import { StateSync } from "./statesync";

interface Recording {
  keyframe: string;
  frames: string[];
}

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** Microseconds per frame, the best of many passes: what the machine does meanwhile does not count. */
export function measure(recordings: Record<string, Recording>): Record<string, number> {
  const results: Record<string, number> = {};
  for (const [name, { keyframe, frames }] of Object.entries(recordings)) {
    const first = bytes(keyframe);
    const rest = frames.map(bytes);
    const sync = new StateSync();
    let best = Infinity;
    const until = performance.now() + 1500;
    while (performance.now() < until) {
      sync.apply(first);
      const start = performance.now();
      for (const frame of rest) sync.apply(frame);
      best = Math.min(best, ((performance.now() - start) * 1000) / rest.length);
    }
    results[name] = Math.round(best * 100) / 100;
  }
  return results;
}
