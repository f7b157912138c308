/**
 * The state of a room, followed from the server's frames: live objects that change in place, in the shape of the game's
 * Go types. Structs and maps are objects, slices and arrays are arrays; those with `key=` are in the order of their keys;
 * nil pointers are null. The format is described in game/internal/statesync/doc.go.
 *
 * ```ts
 * const sync = new StateSync();
 * sync.apply(frame); // for each frame, in order
 * const { players } = sync.view<Arena>().state!;
 * ```
 *
 * A frame that cannot be read makes apply throw; the state is then undefined until the next keyframe: ask for one by
 * joining again.
 */
import type { Off } from "./signal";
import { StateReader } from "./statereader";
import { readSchema, type Schema } from "./stateschema";
import { snapshot } from "./statesnapshot";
import { type Frame, type Place, placeOf, type Removed, Table, type Watcher } from "./statetable";

/** One element of a collection in a state. */
export type RowOf<Collection> = Collection extends readonly (infer R)[] ? R : Collection extends Record<string, infer R> ? R : Collection;

/** What to call when rows of a collection come, change, and go: after the frame, when the state is whole again. */
export interface RowListeners<Row, Owner = unknown> {
  /** key: of the map or the slice, else the index. owner: the struct that holds the collection. */
  add?: (row: Row, key: string | number, owner: Owner) => void;
  /** Anything in the row, collections in it included. */
  change?: (row: Row, key: string | number, owner: Owner) => void;
  /** The row as it was last. */
  remove?: (row: Row, key: string | number, owner: Owner) => void;
}

/** Ticks over which prediction moves in one frame, at most, as on the server. */
const maxAdvance = 1024;

/** Follows a room. */
export class StateSync {
  /** The tick of the last frame. */
  tick = 0;
  /** The last input sequence that the state has consumed, by seat; seats that have sent none are left out. */
  readonly acks: ReadonlyMap<number, number>;

  private readonly seats = new Map<number, number>();
  private readonly standing = new Set<number>(); // seats whose acknowledgement is predicted to stand still
  private readonly schemas = new Map<number, Schema>();
  private readonly named = new Map<string, View<unknown>>();
  private list: View<unknown>[] = [];
  private readonly reader = new StateReader();
  private readonly frame: Frame = { reader: this.reader, removed: [], number: 0 };

  constructor() {
    this.acks = this.seats;
  }

  /** The views that the server shows us now. */
  get views(): readonly View<unknown>[] {
    return this.list;
  }

  /** The view of a name; the public one has none. It may be watched before the server shows it. */
  view<State = unknown>(name = ""): View<State> {
    let view = this.named.get(name);
    if (!view) this.named.set(name, (view = new View(name)));
    return view as View<State>;
  }

  /** Takes in one frame, from a byte on. */
  apply(bytes: Uint8Array, at = 0): void {
    const { reader: r, frame } = this;
    frame.number++;
    frame.removed.length = 0;
    r.open(bytes, at);
    for (let first = r.peek(); first >= 0xfe; first = r.peek()) {
      r.at++;
      if (first === 0xfe) this.learn(r.int(), readSchema(r));
      else this.readViews(r);
    }
    const adv = r.int();
    if (adv < 0) throw new RangeError("state: a frame that goes back");
    if (adv === 0) {
      this.tick = r.int();
      this.readAllAcks(r);
    } else {
      this.tick += adv;
      this.readAcks(r, adv);
    }
    while (r.at < r.end) this.readSegment(r, adv);
    if (r.at !== r.end) throw new RangeError("state: truncated");
    for (const view of this.list) view.finish(frame, adv);
    this.tell(frame.removed);
  }

  /** Keeps a schema. One that is known stays: views that have it go on where they were, after a reconnect too. */
  private learn(hash: number, schema: Schema): void {
    if (!this.schemas.has(hash)) this.schemas.set(hash, schema);
  }

  /** Reads the list of views. Those that were there before stay as they are. */
  private readViews(r: StateReader): void {
    const before = this.list;
    this.list = [];
    for (let n = r.int(); n > 0; n--) {
      const view = this.view(r.string());
      const schema = this.schemas.get(r.int());
      if (!schema) throw new RangeError(`state: view "${view.name}" has an unknown schema`);
      view.bind(schema, this.frame);
      this.list.push(view);
    }
    for (const view of before) if (!this.list.includes(view)) view.bind(undefined, this.frame);
  }

  private readAllAcks(r: StateReader): void {
    this.seats.clear();
    this.standing.clear();
    for (let n = r.int(); n > 0; n--) {
      const seat = r.int();
      this.seats.set(seat < 0 ? -1 - seat : seat, r.int());
      if (seat < 0) this.standing.add(-1 - seat);
    }
  }

  private readAcks(r: StateReader, adv: number): void {
    for (const [seat, seq] of this.seats) if (!this.standing.has(seat)) this.seats.set(seat, seq + adv);
    for (let n = r.int(); n > 0; n--) {
      const token = r.int();
      const seat = token < 0 ? -1 - token : token;
      if (!this.seats.has(seat)) this.standing.add(seat);
      if (token < 0 && !this.standing.delete(seat)) this.standing.add(seat);
      const seq = r.add(this.seats.get(seat) ?? 0);
      if (seq === 0) this.seats.delete(seat);
      else this.seats.set(seat, seq);
    }
  }

  private readSegment(r: StateReader, adv: number): void {
    const at = r.int();
    const view = this.list[at < 0 ? -1 - at : at];
    if (!view) throw new RangeError(`state: view ${at} is not in the list`);
    view.apply(this.frame, adv, at < 0 || adv === 0);
  }

  /** Calls the watchers: first for what is gone. */
  private tell(removed: Removed[]): void {
    for (const { place, row, key, owner } of removed.splice(0)) for (const w of place.watchers) w.remove?.(row, key, owner);
    for (const view of this.list) view.tell(this.frame.number);
  }
}

/** One of the states that make up what we see of a room: the public one, a team's, a hand, a cell of a map. */
export class View<State = unknown> {
  private root: Table | undefined;
  private place: Place | undefined;
  private schema: Schema | undefined;
  private tracked = false;
  private readonly watchers = new Map<Watcher, string>();

  /** Views are made by {@link StateSync}. */
  constructor(readonly name: string) {}

  /** The live state, which each frame changes in place; undefined while the server does not show the view. */
  get state(): State | undefined {
    return this.root?.value as State | undefined;
  }

  /** A copy of the state that stays as it is. What has not changed since the last copy is shared with it. */
  snapshot(): State | undefined {
    if (!this.tracked) {
      this.tracked = true;
      this.track();
    }
    return this.root && (snapshot(this.root) as State);
  }

  /**
   * Watches a collection by its path in the state: "players", or "players.bag" for those in the rows of others, with
   * the owner told. Rows that are there already are not announced; rows keep their identity through keyframes.
   */
  watch<Path extends keyof State & string>(path: Path, listeners: RowListeners<RowOf<State[Path]>, State>): Off;
  watch(path: string, listeners: RowListeners<unknown>): Off;
  watch(path: string, listeners: RowListeners<never, never>): Off {
    const watcher = { ...(listeners as Watcher) };
    this.watchers.set(watcher, path);
    this.attach(watcher, path);
    this.track();
    return () => {
      this.watchers.delete(watcher);
      if (this.place) unwatch(this.place, watcher);
    };
  }

  private attach(watcher: Watcher, path: string): void {
    if (this.place && !attach(this.place, path, watcher)) throw new Error(`state: there is no collection "${path}" in view "${this.name}"`);
  }

  /** Lets changes be remembered from now on, if anybody asks. */
  private track(): void {
    if (this.place && (this.tracked || this.watchers.size > 0)) trackAll(this.place);
  }

  // What follows is called by StateSync alone.

  /** @internal The server shows the view, with this schema, or does not any more. */
  bind(schema: Schema | undefined, frame: Frame): void {
    if (schema === this.schema) return;
    this.root?.vanish(frame);
    this.schema = schema;
    this.root = undefined;
    this.place = schema && placeOf(schema);
    for (const [watcher, path] of this.watchers) this.attach(watcher, path);
    this.track();
  }

  /** @internal Reads a segment. */
  apply(frame: Frame, adv: number, key: boolean): void {
    if (!key) {
      if (!this.root) throw new RangeError(`state: changes of view "${this.name}" before its keyframe`);
      this.root.apply(frame, Math.min(adv, maxAdvance));
      return;
    }
    if (this.root) this.root.reset();
    else this.root = new Table(this.place!, undefined);
    this.root.add(0, 0, frame.number);
    this.root.apply(frame, 0);
    this.root.settle(frame);
  }

  /** @internal The frame has been read; perhaps it had nothing of this view. */
  finish(frame: Frame, adv: number): void {
    if (!this.root) throw new RangeError(`state: nothing of view "${this.name}", which is new`);
    if (this.root.seen !== frame.number && this.schema!.rates) this.root.idle(frame, Math.min(adv, maxAdvance));
  }

  /** @internal Calls the watchers for what came and changed. */
  tell(frame: number): void {
    if (this.root && this.place!.watched) tell(this.root, frame);
  }
}

function attach(place: Place, path: string, watcher: Watcher, prefix = ""): boolean {
  return place.schema.columns.some((c, i) => {
    const below = place.below[i];
    const here = c.path === "" ? prefix : prefix === "" ? c.path : `${prefix}.${c.path}`;
    const found = below && (here === path ? below.watchers.push(watcher) > 0 : attach(below, path, watcher, here));
    if (found) place.watched = below.watched = true;
    return found;
  });
}

function unwatch(place: Place, watcher: Watcher): void {
  place.watchers = place.watchers.filter((w) => w !== watcher);
  for (const below of place.below) if (below) unwatch(below, watcher);
}

function trackAll(place: Place): void {
  place.tracked = true;
  for (const below of place.below) if (below) trackAll(below);
}

function tell(table: Table, frame: number): void {
  const { watchers, below } = table.place;
  if (table.touched !== frame) return;
  for (let slot = 0; slot < table.n; slot++) {
    const row = table.rows[slot];
    if (row === undefined || table.changed[slot] !== frame) continue;
    const key = table.keys[slot]!;
    for (const w of watchers) (table.born[slot] === frame ? w.add : w.change)?.(row, key, table.owner);
    for (let i = 0; i < below.length; i++) if (below[i]?.watched) tell(table.tables[i]![slot]!, frame);
  }
}
