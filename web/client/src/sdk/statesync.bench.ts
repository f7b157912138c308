/**
 * Measures how long the decoder takes per frame, on streams that Go's encoder made: the fields of the targets, see
 * game/internal/statesync/golden_test.go. Run by web/client/statesync_test.go in Node and in Chromium.
 */
import { StateSync } from "./statesync";

interface Recording {
  keyframe: string;
  frames: string[];
}

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/**
 * Microseconds per frame, the best of many passes: what the machine does meanwhile does not count. Several clients
 * follow in each pass, because the clock of browsers is coarse.
 */
export function measure(recordings: Record<string, Recording>, seconds: number): Record<string, number> {
  const results: Record<string, number> = {};
  for (const [name, { keyframe, frames }] of Object.entries(recordings)) {
    const first = bytes(keyframe);
    const rest = frames.map(bytes);
    const clients = Array.from({ length: 8 }, () => new StateSync());
    let best = Infinity;
    const until = performance.now() + 1000 * seconds;
    while (performance.now() < until) {
      for (const client of clients) client.apply(first);
      const start = performance.now();
      for (const client of clients) for (const frame of rest) client.apply(frame);
      best = Math.min(best, ((performance.now() - start) * 1000) / (clients.length * rest.length));
    }
    results[name] = best;
  }
  return results;
}
