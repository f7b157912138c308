/** Smooth motion between the states that the server sends. */

/** Two states and how far between them the moment to draw lies. */
export interface Sample<State> {
  from: State;
  to: State;
  /** 0 draws from, 1 draws to; above 1 when frames are late and motion is carried on, for 250 ms at most. */
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

/** What is left of a difference after so many ms is a third of it. */
const fadeMs = 125;
/** Motion is carried on this many ticks past the newest state, if the playhead goes there. */
const maxAhead = 16;

/** The last states of a match, oldest first: enough for the longest delay, no more. */
export class SnapshotBuffer<State> {
  private readonly snapshots: { tick: number; state: State }[] = [];
  private sample: Sample<State> | undefined;

  /** capacity is a number of ticks. */
  constructor(private readonly capacity = 64) {}

  /** Adds a state; one that is not newer than the last starts the buffer anew. */
  add(tick: number, state: State): void {
    const last = this.snapshots.at(-1);
    if (last && tick <= last.tick) this.snapshots.length = 0;
    this.snapshots.push({ tick, state });
    if (this.snapshots.length > this.capacity) this.snapshots.shift();
  }

  /** The pair of states around a moment, or undefined before the first. The object is the same each time. */
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
    const sample = (this.sample ??= { from: from.state, to: to.state, t, tick });
    sample.from = from.state;
    sample.to = to.state;
    sample.t = Math.max(0, t);
    sample.tick = tick;
    return sample;
  }

  /** Forgets everything. */
  clear(): void {
    this.snapshots.length = 0;
  }
}

/** An item on its way between two states. */
interface Moving<Item> {
  from: Item | undefined; // undefined: it stands
  to: Item;
  out: Item;
  /** What is still shown of where the item was drawn before. */
  off: Float64Array;
}

type Values = Record<string | number | symbol, number>;

/**
 * Draws the items of a list between two states. The list and its objects are the same for each picture, and hold what
 * to's items hold, with the moving fields between from's and to's. Items that from does not have are where to has them.
 * Where motion was carried on while frames were late, and was wrong, the difference fades.
 */
export class Interpolator<Item extends object> {
  private moving = new Map<string | number, Moving<Item>>();
  private list: Item[] = [];
  private from: readonly Item[] | undefined;
  private to: readonly Item[] | undefined;
  private carried = false;
  private drawnAt = 0;

  constructor(private readonly motion: Motion<Item>) {}

  /** The items at t between from and to, as in a {@link Sample}: valid until the next call. */
  at(from: readonly Item[], to: readonly Item[], t: number, now = performance.now()): readonly Item[] {
    const { motion } = this;
    const keep = Math.exp((this.drawnAt - now) / fadeMs);
    const fresh = from !== this.from || to !== this.to;
    if (fresh) this.pair(from, to);
    this.moving.forEach((m) => {
      const out = m.out as Values;
      for (let i = 0; i < motion.lerp.length; i++) {
        const field = motion.lerp[i]!;
        const b = Number(m.to[field]);
        const v = m.from ? Number(m.from[field]) + (b - Number(m.from[field])) * t : b;
        m.off[i] = fresh && this.carried ? out[field]! - v || 0 : m.off[i]! * keep; // new ones were nowhere
        if (motion.snap! < Math.abs(m.off[i]!)) m.off[i] = 0;
        out[field] = v + m.off[i]!;
      }
      if (m.from) for (const field of motion.angle ?? []) out[field] = lerpAngle(Number(m.from[field]), Number(m.to[field]), Math.min(t, 1));
    });
    this.carried = t > 1;
    this.drawnAt = now;
    return this.list;
  }

  /** Takes other states. */
  private pair(from: readonly Item[], to: readonly Item[]): void {
    const { key, lerp, snap = Infinity } = this.motion;
    const before = this.moving;
    this.moving = new Map();
    this.list = to.map((item) => {
      const m = before.get(key(item)) ?? { from: undefined, to: item, out: {} as Item, off: new Float64Array(lerp.length) };
      const drawn = lerp.map((field) => m.out[field]);
      Object.assign(m.out, item);
      lerp.forEach((field, i) => (m.out[field] = drawn[i]!));
      m.from = undefined;
      m.to = item;
      this.moving.set(key(item), m);
      return m.out;
    });
    for (const item of from) {
      const m = this.moving.get(key(item));
      if (m && !lerp.some((field) => Math.abs(Number(m.to[field]) - Number(item[field])) > snap)) m.from = item;
    }
    this.from = from;
    this.to = to;
  }
}

/** {@link Interpolator} once: new objects, the states stay as they are. */
export function interpolate<Item extends object>(from: readonly Item[], to: readonly Item[], t: number, motion: Motion<Item>): Item[] {
  return new Interpolator(motion).at(from, to, t) as Item[];
}

/** The angle at t between a and b, radians, the short way round. */
export function lerpAngle(a: number, b: number, t: number): number {
  const turn = 2 * Math.PI;
  const difference = ((((b - a) % turn) + turn + Math.PI) % turn) - Math.PI;
  return a + difference * t;
}
