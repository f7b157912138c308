/** Smooth motion between the states that the server sends. */

/** Two states and how far between them the moment to draw lies. */
export interface Sample<State> {
  from: State;
  to: State;
  /** 0 draws from, 1 draws to; above 1 when frames are late and motion is carried on, for 5 ticks at most. */
  t: number;
  /** The moment itself: a tick with its fraction. */
  tick: number;
}

/** Which fields of a list's items move, and how. */
export interface Motion<Item> {
  /** Tells the same item in two states. */
  key: (item: Item) => string | number;
  /** Numbers that go straight from one value to the next. */
  lerp: readonly (keyof Item)[];
  /** Angles in radians, which take the short way round. */
  angle?: readonly (keyof Item)[];
  /** An item that moved further than this in one of the lerp fields has jumped (a new place, not a fast move): it is drawn where it is. */
  snap?: number;
}

/** Motion is carried on this many ticks past the newest state. */
const maxAhead = 5;

/** The last states of a match, oldest first: enough for the longest delay, no more. */
export class SnapshotBuffer<State> {
  private readonly snapshots: { tick: number; state: State }[] = [];

  /** capacity is a number of ticks. */
  constructor(private readonly capacity = 64) {}

  /** Adds a state; one that is not newer than the last starts the buffer anew. */
  add(tick: number, state: State): void {
    const last = this.snapshots.at(-1);
    if (last && tick <= last.tick) this.snapshots.length = 0;
    this.snapshots.push({ tick, state });
    if (this.snapshots.length > this.capacity) this.snapshots.shift();
  }

  /** The pair of states around a moment, or undefined before the first. */
  at(tick: number): Sample<State> | undefined {
    const list = this.snapshots;
    if (list.length === 0) return undefined;
    let i = list.length - 1;
    while (i > 0 && list[i]!.tick > tick) i--;
    // Past the newest state the last motion is carried on.
    if (i === list.length - 1 && i > 0) i--;
    const from = list[i]!;
    const to = list[i + 1] ?? from;
    const t = to === from ? 1 : (Math.min(tick, to.tick + maxAhead) - from.tick) / (to.tick - from.tick);
    return { from: from.state, to: to.state, t: Math.max(0, t), tick };
  }

  /** Forgets everything. */
  clear(): void {
    this.snapshots.length = 0;
  }
}

/**
 * Returns to's items with their moving fields between from's and to's: new objects, the states stay as they are. Items
 * that from does not have are where to has them.
 */
export function interpolate<Item extends object>(from: readonly Item[], to: readonly Item[], t: number, motion: Motion<Item>): Item[] {
  const before = new Map(from.map((item) => [motion.key(item), item]));
  return to.map((item) => {
    const old = before.get(motion.key(item));
    return old ? between(old, item, t, motion) : item;
  });
}

function between<Item extends object>(from: Item, to: Item, t: number, motion: Motion<Item>): Item {
  const moved: Item = { ...to };
  const numbers = moved as Record<keyof Item, unknown>;
  for (const field of motion.lerp) {
    const a = Number(from[field]);
    const b = Number(to[field]);
    if (motion.snap !== undefined && Math.abs(b - a) > motion.snap) return to;
    numbers[field] = a + (b - a) * t;
  }
  for (const field of motion.angle ?? []) {
    numbers[field] = lerpAngle(Number(from[field]), Number(to[field]), Math.min(t, 1));
  }
  return moved;
}

/** The angle at t between a and b, radians, the short way round. */
export function lerpAngle(a: number, b: number, t: number): number {
  const turn = 2 * Math.PI;
  const difference = ((((b - a) % turn) + turn + Math.PI) % turn) - Math.PI;
  return a + difference * t;
}
