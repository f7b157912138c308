/**
 * The state of a room, followed from the server's frames, in the shape of the game's Go types. Structs and maps are objects, slices and arrays are arrays; those with `key=` are in the order of their keys;
 * nil pointers are null. The format is described in game/internal/statesync/doc.go.
 *
 * ```ts
 * const sync = new StateSync();
 * sync.apply(frame); // for each frame, in order
 * const { players } = sync.view<Arena>().snapshot()!;
 * ```
 *
 * A frame that cannot be read makes apply throw; the state is then undefined until the next keyframe: ask for one by
 * joining again.
 */
import { StateReader } from "./statereader";
import { readSchema, type Schema } from "./stateschema";
import { snapshot } from "./statesnapshot";
import { type Frame, type Place, placeOf, Table } from "./statetable";

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
  private readonly frame: Frame = { reader: this.reader, number: 0 };

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
    r.open(bytes, at);
    for (let first = r.peek(); first >= 0xfe; first = r.peek()) {
      r.at++;
      if (first === 0xfe) this.learn(r.int(), readSchema(r.value()));
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
    while (r.more) this.readSegment(r, adv);
    for (const view of this.list) view.finish(frame, adv);
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
      if (!schema) throw new RangeError("state: a view of an unknown schema");
      view.bind(schema);
      this.list.push(view);
    }
    for (const view of before) if (!this.list.includes(view)) view.bind(undefined);
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
    if (!view) throw new RangeError("state: an unknown view");
    view.apply(this.frame, adv, at < 0 || adv === 0);
  }
}

/** One of the states that make up what we see of a room: the public one, a team's, a hand, a cell of a map. */
export class View<State = unknown> {
  private root: Table | undefined;
  private place: Place | undefined;
  private schema: Schema | undefined;

  /** Views are made by {@link StateSync}. */
  constructor(readonly name: string) {}

  /**
   * The state as it is now, which stays as it is; undefined while the server does not show the view. What has not changed
   * since the last snapshot is shared with it.
   */
  snapshot(): State | undefined {
    return this.root && (snapshot(this.root) as State);
  }

  // What follows is called by StateSync alone.

  /** @internal The server shows the view, with this schema, or does not any more. */
  bind(schema: Schema | undefined): void {
    if (schema === this.schema) return;
    this.schema = schema;
    this.root = undefined;
    this.place = schema && placeOf(schema);
  }

  /** @internal Reads a segment. */
  apply(frame: Frame, adv: number, key: boolean): void {
    if (!key) {
      if (!this.root) throw new RangeError("state: a change before the keyframe");
      this.root.apply(frame, Math.min(adv, maxAdvance));
      return;
    }
    this.root = new Table(this.place!);
    this.root.add(0, 0, frame.number);
    this.root.apply(frame, 0);
  }

  /** @internal The frame has been read; perhaps it had nothing of this view. */
  finish(frame: Frame, adv: number): void {
    if (!this.root) throw new RangeError("state: a view without a keyframe");
    if (this.root.seen !== frame.number && this.schema!.rates) this.root.idle(frame, Math.min(adv, maxAdvance));
  }
}
