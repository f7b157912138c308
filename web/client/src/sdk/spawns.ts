/**
 * Shows things that one's own inputs make, shots for example, at once: predicted, then taken over from the server.
 *
 * They live in the time of one's own body: where a thing of the state that has consumed an input is drawn when that
 * input's step ends. Which thing belongs to which input is known without a word on the wire: the new things of a state
 * were made by the inputs that it has consumed and the state before it had not.
 */
import type { Numbers, Prediction, Sent } from "./predict";

/** What is left of an error after so many ms is a third of it. */
const fadeMs = 125;

/** What predicted things need to know of a game. */
export interface SpawnOptions<State, Input, Item extends object, Body extends object> {
  /** The body whose inputs make the things. */
  by: Prediction<State, Input, Body>;
  /**
   * What one step makes: the things as they are in the state that has consumed the input. Their key may be anything.
   * It may be asked again for the same step; it changes nothing of its arguments.
   */
  make: (before: Body, input: Input, after: Body) => Item | readonly Item[] | undefined;
  /** Our own things in a state, in the order in which they were made. */
  list: (state: State) => readonly Item[];
  /** Tells the same thing in two states. */
  key: (item: Item) => string | number;
  /**
   * How things move. Straight: which field changes by which other, per second: `{ x: "vx", y: "vy" }`. Otherwise a
   * function that sets in out, a copy of item, what is different after some seconds (below 0: before); false hides it.
   */
  fly: { readonly [K in Numbers<Item>]?: Numbers<Item> } | ((item: Item, seconds: number, out: Item) => boolean | void);
  /** Called once for each thing, when it is made: for a flash and a sound. */
  made?: (item: Item) => void;
}

type Values = Record<string, number>;

/** One thing on its way. */
interface Flying<Item> {
  item: Item;
  /** When it is where item has it, performance.now(). */
  at: number;
  /** The input that made it. */
  seq: number;
  /** Of the server's; undefined while it is only predicted. */
  key: string | number | undefined;
  out: Item;
  /** What is still shown of past errors. */
  off: Values;
  hidden: boolean;
}

/** Predicted things of one kind. Made by Room.spawns. */
export class Spawns<State = unknown, Input = unknown, Item extends object = object, Body extends object = object> {
  /** How many were shown that the server did not make. */
  withdrawn = 0;

  private flying: Flying<Item>[] = [];
  private readonly shown: Item[] = [];
  private readonly fields: [field: string, rate: string][];
  private known = new Set<string | number>(); // keys of our own things in the newest state
  private tick = -1; // of the newest state
  private lead = NaN; // when the newest state's moment is in our own time, less its tick's
  private fadedAt = 0;
  private readonly unlisten: () => void;

  /** Made by {@link Room.spawns}. */
  constructor(
    private readonly options: SpawnOptions<State, Input, Item, Body>,
    private readonly tickMs: number,
    private readonly ended: () => void = () => undefined,
  ) {
    this.fields = typeof options.fly === "function" ? [] : Object.entries<string>(options.fly as Record<string, string>);
    this.unlisten = options.by.listen(this);
  }

  /** The things as they are to be drawn now. The list and its objects are the same each time. */
  show(now = performance.now()): readonly Item[] {
    this.fade(now);
    const { shown } = this;
    let n = 0;
    for (const f of this.flying) if (!f.hidden && this.place(f, now)) shown[n++] = f.out;
    shown.length = n;
    return shown;
  }

  /** Shows one of the things, as show gave it, no more: it has met something that the server does not know of yet. */
  hide(item: Item): void {
    for (const f of this.flying) if (f.out === item) f.hidden = true;
  }

  /** Ends it: nothing is shown any more. */
  end(): void {
    this.ended();
    this.unlisten();
    this.forget();
  }

  /** @internal */
  stepped(sent: Sent<Input>, before: Body, after: Body, again: boolean): void {
    const made = this.options.make(before, sent.value, after);
    const items: readonly Item[] = made === undefined ? [] : Array.isArray(made) ? (made as readonly Item[]) : [made as Item];
    const old = again ? this.flying.filter((f) => f.key === undefined && f.seq === sent.seq) : [];
    for (let i = 0; i < items.length; i++) {
      if (old[i]) this.moved(old[i]!, items[i]!, old[i]!.at);
      else this.add(items[i]!, sent.at + sent.ms, sent.seq, undefined, true);
    }
    if (old.length > items.length) this.withdraw(old.slice(items.length));
  }

  /** @internal A state has come, with all inputs up to acked in it, last among them. */
  received(state: State, tick: number, acked: number, last: Sent<Input> | undefined): void {
    if (tick < this.tick) this.forget();
    const first = this.tick < 0;
    const passed = (tick - this.tick) * this.tickMs;
    this.tick = tick;
    if (last) this.lead = last.at + last.ms - tick * this.tickMs;
    else if (first) this.lead = performance.now() - tick * this.tickMs;
    const now = new Set<string | number>();
    for (const item of this.options.list(state)) {
      const key = this.options.key(item);
      now.add(key);
      const at = this.lead + tick * this.tickMs;
      const f = this.flying.find((x) => (this.known.has(key) ? x.key === key : x.key === undefined && x.seq <= acked));
      if (!f) this.add(item, at, acked, key, !first);
      else {
        // A tick that has consumed two inputs flies what the first has made only once: then its own time stays.
        const taken = f.key === undefined && this.way(f, item, at) < this.way(f, item, f.at) ? at : f.at;
        this.moved(f, item, f.key === undefined ? taken : f.at + passed);
        f.key = key;
      }
    }
    this.known = now;
    this.flying = this.flying.filter((f) => f.key === undefined || now.has(f.key));
    this.withdraw(this.flying.filter((f) => f.key === undefined && f.seq <= acked));
  }

  /** @internal What is under way will not arrive. */
  cut(): void {
    this.flying = this.flying.filter((f) => f.key !== undefined);
  }

  /** @internal Our place is another one, or the match is. */
  forget(): void {
    this.flying = [];
    this.known.clear();
    this.tick = -1;
  }

  private add(item: Item, at: number, seq: number, key: string | number | undefined, tell: boolean): void {
    this.flying.push({ item, at, seq, key, out: { ...item }, off: {}, hidden: false });
    if (tell) this.options.made?.(item);
  }

  private withdraw(gone: readonly Flying<Item>[]): void {
    if (gone.length === 0) return;
    this.withdrawn += gone.length;
    this.flying = this.flying.filter((f) => !gone.includes(f));
  }

  /** The server has a thing a little elsewhere: it is shown on its way there. */
  private moved(f: Flying<Item>, item: Item, at: number): void {
    const seconds = (at - f.at) / 1000;
    for (const [field, rate] of this.fields) {
      const was = (f.item as Values)[field]! + (f.item as Values)[rate]! * seconds;
      f.off[field] = (f.off[field] ?? 0) + was - (item as Values)[field]!;
    }
    f.item = item;
    f.at = at;
  }

  /** How far a thing jumps if it is where item has it at a time. */
  private way(f: Flying<Item>, item: Item, at: number): number {
    let way = 0;
    for (const [field, rate] of this.fields) {
      way += Math.abs((f.item as Values)[field]! + ((f.item as Values)[rate]! * (at - f.at)) / 1000 - (item as Values)[field]!);
    }
    return way;
  }

  private place(f: Flying<Item>, now: number): boolean {
    const { item, out } = f;
    const { fly } = this.options;
    const seconds = (now - f.at) / 1000;
    Object.assign(out, item);
    if (typeof fly === "function") return fly(item, seconds, out) !== false;
    for (const [field, rate] of this.fields) {
      (out as Values)[field] = (item as Values)[field]! + (item as Values)[rate]! * seconds + (f.off[field] ?? 0);
    }
    return true;
  }

  private fade(now: number): void {
    const keep = Math.exp(-Math.max(0, now - this.fadedAt) / fadeMs);
    this.fadedAt = now;
    for (const f of this.flying) for (const field in f.off) f.off[field]! *= keep;
  }
}
