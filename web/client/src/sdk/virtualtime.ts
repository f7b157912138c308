/** Time for tests: performance.now() and timers that pass when they are told to. */

interface Timer {
  due: number;
  every: number;
  call: () => void;
}

/** Time that stands still until it is told to pass. */
export interface VirtualTime {
  /** Lets ms pass: timers run when they are due, one after the other. */
  pass(ms: number): void;
  /** Lets ms pass without timers: the page is frozen, and they are late afterwards. */
  sleep(ms: number): void;
  /** Brings the real time back. */
  restore(): void;
}

/** Takes over time, from 0. */
export function virtualTime(): VirtualTime {
  const real = { now: performance.now, setTimeout, clearTimeout, setInterval, clearInterval };
  const timers = new Map<number, Timer>();
  let now = 0;
  let last = 0;
  const set = (every: number) => (call: () => void, ms = 0) => {
    timers.set(++last, { due: now + Math.max(0, ms), every: every * ms, call });
    return last;
  };
  const clear = (id: number) => void timers.delete(id);
  const replace = globalThis as unknown as Record<string, unknown>;
  performance.now = () => now;
  replace.setTimeout = set(0);
  replace.setInterval = set(1);
  replace.clearTimeout = replace.clearInterval = clear;
  const run = (until: number) => {
    for (;;) {
      let id = 0;
      let first: Timer | undefined;
      for (const [key, timer] of timers) if (timer.due <= until && (!first || timer.due < first.due)) [id, first] = [key, timer];
      if (!first) break;
      now = Math.max(now, first.due);
      if (first.every > 0) first.due += first.every;
      else timers.delete(id);
      first.call();
    }
    now = Math.max(now, until);
  };
  return {
    pass: (ms) => run(now + ms),
    sleep: (ms) => void (now += ms),
    restore() {
      performance.now = real.now;
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
      Object.assign(globalThis, { setInterval: real.setInterval, clearInterval: real.clearInterval });
    },
  };
}
