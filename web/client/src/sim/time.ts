/**
 * Virtual time: performance.now, Date.now and the timers are this module's, and no time passes but that which {@link run}
 * is told to let pass. It has to be imported before anything that keeps a timer function for itself.
 */

/** What a thing that happens belongs to: a page, which may be in a hidden tab, or on a phone that sleeps. */
export interface Owner {
  hidden: boolean;
  /** Nothing happens there: it all waits. */
  asleep: boolean;
}

interface Task {
  at: number;
  order: number;
  owner: Owner | undefined;
  timer: boolean;
  run: () => void;
}

/** The pages' clocks are not the server's: they began at another moment, and run a little fast or slow. */
const clockStart = 123_456.7;
let clockRate = 1;
/** A hidden tab's timers run once in so long, ms. */
const hiddenPace = 1000;

const idle = globalThis.setImmediate;
let now = 0;
let order = 0;
let owner: Owner | undefined;
const tasks: Task[] = []; // a heap: the next one first
let waiting: Task[] = []; // of those who sleep

/** The virtual time, ms since the beginning. */
export function time(): number {
  return now;
}

/** Whose turn it is: what is scheduled meanwhile belongs to it. */
export function turn<T extends Owner>(): T {
  return owner as T;
}

/** Sets how fast the pages' clocks run. */
export function setClock(rate: number): void {
  clockRate = rate;
}

/** Lets something happen at a time, in the name of whom it concerns. */
export function schedule(at: number, whose: Owner | undefined, run: () => void): Task {
  return push({ at: Math.max(at, now), order: order++, owner: whose, timer: false, run });
}

/** Lets time pass up to a moment; all that was to happen before it has then happened, promises included. */
export async function run(until: number): Promise<void> {
  for (let next = tasks[0]; next && next.at < until; next = tasks[0]) {
    pop();
    now = next.at;
    if (next.owner?.asleep) {
      waiting.push(next);
      continue;
    }
    if (next.timer && next.owner?.hidden && now % hiddenPace !== 0) {
      push({ ...next, at: Math.ceil(now / hiddenPace) * hiddenPace });
      continue;
    }
    owner = next.owner;
    next.run();
    await new Promise<void>((done) => idle(done));
  }
  now = until;
}

/** Lets all that has waited for those who are awake again happen now, in its order. */
export function wake(): void {
  const due = waiting.filter((task) => !task.owner!.asleep);
  waiting = waiting.filter((task) => task.owner!.asleep);
  for (const task of due) push({ ...task, at: now, order: order++ });
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(task: Task): Task {
  let i = tasks.length;
  for (tasks.push(task); i > 0; ) {
    const parent = (i - 1) >> 1;
    if (!before(task, tasks[parent]!)) break;
    tasks[i] = tasks[parent]!;
    i = parent;
  }
  tasks[i] = task;
  return task;
}

function pop(): void {
  const last = tasks.pop()!;
  if (tasks.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child + 1 < tasks.length && before(tasks[child + 1]!, tasks[child]!)) child++;
    if (child >= tasks.length || !before(tasks[child]!, last)) break;
    tasks[i] = tasks[child]!;
    i = child;
  }
  tasks[i] = last;
}

/** Random numbers of 0 to 1 that are the same each time. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Timers come late by up to a millisecond, and count whole ones, as a browser's do. */
const lateness = random(99);

function startTimer(ms: number, run: (again: (ms: number) => void) => void): number {
  const id = order;
  const set = (ms: number) => {
    const at = now + (Math.max(0, Math.trunc(ms)) + lateness()) / clockRate;
    timers.set(id, push({ at, order: order++, owner, timer: true, run: fire }));
  };
  const fire = () => {
    if (timers.delete(id)) run(set);
  };
  set(ms);
  return id;
}

const timers = new Map<number, Task>();
const clear = (id?: number) => void (id !== undefined && timers.delete(id));

Object.assign(globalThis, {
  setTimeout: (f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => startTimer(ms, () => f(...args)),
  setInterval: (f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => startTimer(ms, (again) => (again(ms), f(...args))),
  clearTimeout: clear,
  clearInterval: clear,
});
performance.now = () => now * clockRate + clockStart;
Date.now = () => Math.floor(performance.now());
Math.random = random(1);
