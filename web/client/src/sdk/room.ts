import type { Client } from "./client";
import { TickClock } from "./clock";
import { type Sample, SnapshotBuffer } from "./interpolate";
import { InputPacer } from "./pacer";
import { type PredictOptions, Prediction, type Sent } from "./predict";
import { type Off, Signal } from "./signal";
import { type SpawnOptions, Spawns } from "./spawns";
import { type NetStats, Meter } from "./stats";
import type { EventMap, JoinReply, Left, Me, PlayerInfo, RoomInfo, RowListeners, StateMeta } from "./types";

/** The server keeps no more than 32 inputs of a player: what came after a stall on top of them would cost the oldest. */
const maxPending = 32;
/** Bounds of what an input tells of the picture that it was made in front of, ms behind the newest state. */
const maxBehind = 10_000;
const maxAhead = 1000;
/** A picture that is shown for longer than this, ms, has stopped: the page is hidden. */
const maxShown = 100;
/** A slot of an input is longer or shorter than a tick by at most this much, ms, to follow the server's clock. */
const maxDrift = 1;

/** An input under way, and what it tells of the picture that the player looked at. */
interface Flight<Input> extends Sent<Input> {
  tick: number;
  behind: number | undefined;
}

/**
 * The room this client is in: its members, the match's state, and the way to send inputs. A Client makes it; it lives
 * through reconnects, until it is left. State and Input are the game's own types.
 */
export class Room<State = unknown, Input = unknown, Events extends EventMap = EventMap> {
  /** The newest state, replaced as a whole by every tick; undefined before the first. */
  state: State | undefined;
  /** The tick of state. */
  tick = 0;
  /** The last input of ours that state has consumed. */
  acked = 0;
  /** The inputs that were sent and that state does not know yet, oldest first: what a prediction plays on top of it. */
  readonly pending: readonly Sent<Input>[];
  /** Who we are here. */
  me: Me;
  /** Steps per second; 0 for matches that step when an input comes. */
  readonly tickRate: number;
  /** The secret of a private room, part of its link. */
  readonly key: string | undefined;
  /** Whether we are in the room right now: false while the connection is lost, and after the room was left. */
  joined = true;

  private readonly flights: Flight<Input>[] = []; // pending
  private info: RoomInfo;
  private token: string | undefined;
  private seq = 0;
  private seqKnown: boolean; // a held seat goes on above the last sequence that the server has seen
  private readonly clock: TickClock;
  private readonly meter: Meter;
  private readonly buffer = new SnapshotBuffer<State>();
  private readonly pacer: InputPacer<Input>;
  private readonly predictions: Prediction<State, Input, never>[] = [];
  private readonly allSpawns: Spawns<State, Input, never, never>[] = [];
  private sampledAt = 0; // the last picture, performance.now()
  private nudgedAt = -1; // by the page, performance.now()
  private followed = 0; // the clock's offset that the pacer has followed
  private readonly listeners = new Map<string, Signal<unknown[]>>();
  private readonly anySignal = new Signal<[event: string, args: readonly unknown[]]>();
  private readonly stateSignal = new Signal<[state: State, tick: number]>();
  private readonly updateSignal = new Signal<[RoomInfo]>();
  private readonly leftSignal = new Signal<[Left]>();

  /** Rooms are made by {@link Client}. */
  constructor(private readonly client: Client, reply: JoinReply) {
    this.pending = this.flights;
    this.tickRate = reply.onInput ? 0 : reply.tickRate;
    this.key = reply.key;
    this.clock = new TickClock(this.tickRate > 0 ? 1000 / this.tickRate : 0);
    this.meter = new Meter(this.clock.tickMs, client.traffic);
    this.pacer = new InputPacer(this.clock.tickMs, {
      fix: (value, at, ms) => this.fixInput(value, at, ms),
      transmit: (seq) => this.sendInput(seq),
      stretch: () => this.stretch(),
    });
    this.info = reply.room;
    this.me = reply.you;
    this.token = reply.you.token;
    this.seqKnown = !reply.you.resumed;
  }

  /** Five characters that people can read to each other. */
  get id(): string {
    return this.info.id;
  }
  /** The kind of game. */
  get game(): string {
    return this.info.game;
  }
  /** The game's name for people. */
  get title(): string {
    return this.info.title;
  }
  /** Whether the room is found by its link alone. */
  get private(): boolean {
    return this.info.private;
  }
  /** Those who have a seat, bots included, by seat. */
  get players(): readonly PlayerInfo[] {
    return this.info.players;
  }
  /** How many are watching. */
  get spectators(): number {
    return this.info.spectators;
  }
  /** Seats. */
  get max(): number {
    return this.info.max;
  }
  /** Whether the match is going; false while it waits for players. */
  get running(): boolean {
    return this.info.running;
  }
  /** Whether a person could take a seat: free ones and those of bots. */
  get seatFree(): boolean {
    return this.info.players.filter((p) => !p.bot).length < this.info.max;
  }
  /** The path that leads here on this server, with the key of a private room behind the #, where no server log sees it. */
  get path(): string {
    return `/${this.game}/${this.id}${this.key ? `#${this.key}` : ""}`;
  }

  /** Calls listener with the present state, if there is one, and with every following one. */
  onState(listener: (state: State, tick: number) => void): Off {
    const off = this.stateSignal.add(listener);
    if (this.state !== undefined) listener(this.state, this.tick);
    return off;
  }

  /**
   * Tells when rows of a list or map of the state come, change and go: a sprite for each, made and thrown away at the right
   * time. rows picks it; key tells the same row in two states, and is not needed for maps. A row that has not changed is
   * the very same object in the next state. What is there already is added at once.
   */
  onRows<Row extends object>(
    rows: (state: State) => readonly Row[] | Readonly<Record<string, Row>>,
    on: RowListeners<Row>,
    key?: (row: Row) => string | number,
  ): Off {
    let known = new Map<string | number, Row>();
    return this.onState((state) => {
      const gone = known;
      known = new Map(Object.entries(rows(state)).map(([name, row]) => [key ? key(row) : name, row]));
      known.forEach((row, id) => {
        const before = gone.get(id);
        gone.delete(id);
        if (!before) on.add?.(row, id);
        else if (before !== row) on.change?.(row, before, id);
      });
      gone.forEach((row, id) => on.remove?.(row, id));
    });
  }

  /** Calls listener when players, spectators or our own place have changed. */
  onUpdate(listener: (info: RoomInfo) => void): Off {
    return this.updateSignal.add(listener);
  }

  /** Calls listener once, when the room is over for us without our leaving it. */
  onLeft(listener: (left: Left) => void): Off {
    return this.leftSignal.add(listener);
  }

  /** Listens to an event of the game or of other members. */
  on<E extends keyof Events & string>(event: E, listener: (...args: Events[E]) => void): Off {
    let signal = this.listeners.get(event);
    if (!signal) this.listeners.set(event, (signal = new Signal()));
    return signal.add(listener as (...args: unknown[]) => void);
  }

  /** Calls listener with every event of the game or of other members: for tools. */
  onAny(listener: (event: string, args: readonly unknown[]) => void): Off {
    return this.anySignal.add(listener);
  }

  /** Sends an event of your own to the server; false when the connection is lost, and then it is not sent later either. */
  emit(event: string, ...args: unknown[]): boolean {
    return this.client.emit(event, ...args);
  }

  /** Sends an event and resolves with the first argument of the server's ack. */
  ack<T = unknown>(event: string, ...args: unknown[]): Promise<T> {
    return this.client.ack<T>(event, ...args);
  }

  /**
   * Plays an input: at once, or with the next tick if this tick's has been sent, and then the latest wins. False when
   * it cannot go: no seat, or no connection; inputs are never kept for later.
   */
  input(value: Input): boolean {
    return this.canPlay && this.pacer.offer(value);
  }

  /** Asks provide for an input at every tick while we have a seat; undefined sends nothing. Call with null to end it. */
  inputs(provide: (() => Input | undefined) | null): void {
    if ((this.client.room as unknown) !== this) return; // it is over, and nothing would ever end this
    this.pacer.follow(provide ? () => (this.canPlay ? provide() : undefined) : undefined);
    this.hear(provide !== null);
  }

  /**
   * Tells that what the player wants has just changed: the next input is asked for now, and a prediction shows it with
   * the next picture. The server still gets one input a tick. Keys and buttons on the page do this by themselves.
   */
  nudge(): void {
    this.nudgedAt = performance.now();
    this.pacer.nudge();
  }

  /**
   * Predicts one's own body: it answers inputs at once, wherever the server is. options say which body in a state is
   * ours, how one input moves it, as on the server, and which fields are shown smoothly. Once is enough: it lives
   * through reconnects and changes of seat.
   */
  predict<Body extends object>(options: PredictOptions<State, Input, Body>): Prediction<State, Input, Body> {
    const prediction = new Prediction<State, Input, Body>(options, () => remove(this.predictions, prediction));
    this.predictions.push(prediction as unknown as Prediction<State, Input, never>);
    if (this.state !== undefined) prediction.received(this.state, this.acked, this.pending);
    return prediction;
  }

  /** Predicts things that one's own inputs make, shots for example: they are there at once. */
  spawns<Item extends object, Body extends object>(options: SpawnOptions<State, Input, Item, Body>): Spawns<State, Input, Item, Body> {
    const spawns = new Spawns<State, Input, Item, Body>(options, this.clock.tickMs, () => remove(this.allSpawns, spawns));
    this.allSpawns.push(spawns as unknown as Spawns<State, Input, never, never>);
    if (this.state !== undefined) spawns.received(this.state, this.tick, this.acked, undefined);
    return spawns;
  }

  /** How the connection is, in figures. */
  stats(): NetStats {
    const now = performance.now();
    const { meter, clock } = this;
    meter.roll(now);
    return {
      rtt: this.ping,
      jitter: meter.jitter,
      lateness: clock.lateness,
      delay: this.delay,
      bytesIn: meter.bytesIn,
      bytesOut: meter.bytesOut,
      frames: meter.frames,
      corrections: meter.corrections(now),
      error: meter.error,
      inFlight: this.pending.length,
      starved: meter.starved,
      stalls: meter.stalls,
    };
  }

  /** Takes a free seat, or one of a bot. */
  async play(): Promise<this> {
    await this.client.switchRole(this, "player");
    return this;
  }

  /** Gives the seat up and stays as a spectator. */
  async watch(): Promise<this> {
    await this.client.switchRole(this, "spectator");
    return this;
  }

  /** Leaves the room. */
  leave(): Promise<void> {
    return this.client.leave(this);
  }

  /**
   * What to draw now: two states and where between them, smoothly played back a little behind the server. The object is
   * the same for each picture.
   */
  sample(now = performance.now()): Sample<State> | undefined {
    if (this.tickRate === 0) return this.latest();
    this.pacer.poll(now);
    const tick = this.clock.advance(now);
    this.sampledAt = now;
    this.meter.drawn(this.clock.starved && this.running);
    return this.buffer.at(tick);
  }

  /** How far the drawing is behind the newest frame, ms. */
  get delay(): number {
    return this.tickRate === 0 ? 0 : this.clock.delay;
  }

  /** Round trip to the server, ms, smoothed; undefined before it was measured. */
  get ping(): number | undefined {
    return this.client.ping;
  }

  private latest(): Sample<State> | undefined {
    return this.state === undefined ? undefined : { from: this.state, to: this.state, t: 1, tick: this.tick };
  }

  private get canPlay(): boolean {
    return this.joined && this.me.role === "player" && (this.tickRate === 0 || this.info.running);
  }

  /** Listens to keys and buttons, or stops it: each may change what the next input is. */
  private hear(on: boolean): void {
    for (const event of ["keydown", "keyup", "pointerdown", "pointerup"]) {
      if (on) globalThis.addEventListener?.(event, this.pressed);
      else globalThis.removeEventListener?.(event, this.pressed);
    }
  }

  /** The page's own listeners come first: a moment later they have noticed as well, if they have not nudged already. */
  private readonly pressed = (event: Event): void => {
    if (!(event as KeyboardEvent).repeat) setTimeout(() => this.nudgedAt < event.timeStamp && this.pacer.nudge());
  };

  /** An input counts from now on, if it can go. */
  private fixInput(value: Input, at: number, ms: number): number {
    if (!this.canPlay || !this.seqKnown || !this.client.live || this.flights.length >= maxPending) return 0;
    const drawn = this.clock.drawn;
    // What is on the screen has moved on since the last picture, and so has what this input makes by the time of the next.
    const shown = Math.min(at - this.sampledAt, maxShown);
    const behind = drawn === undefined ? undefined : Math.round((this.tick - drawn) * this.clock.tickMs - shown) || 0; // not -0
    const flight: Flight<Input> = {
      seq: ++this.seq,
      value,
      at,
      ms,
      tick: this.tick,
      behind: behind && Math.max(-maxAhead, Math.min(behind, maxBehind)),
    };
    this.flights.push(flight);
    for (const p of this.predictions) p.stepped(flight);
    return flight.seq;
  }

  private sendInput(seq: number): void {
    const flight = this.flights.find((f) => f.seq === seq);
    if (!flight) return;
    if (flight.behind === undefined) this.client.emit("input", seq, flight.value, flight.tick);
    else this.client.emit("input", seq, flight.value, flight.tick, flight.behind);
  }

  /** How much longer than a tick the pacer's next slot is to be: it follows the server's clock, slowly. */
  private stretch(): number {
    const { offset, tickMs } = this.clock;
    this.followed += Math.round((offset - this.followed) / tickMs) * tickMs; // whole ticks do not matter
    const moved = offset - this.followed;
    const step = Math.max(-maxDrift, Math.min(moved, maxDrift));
    this.followed += step;
    return step;
  }

  /** What is under way will not arrive, or not count: fresh: our place is another one. */
  private cut(fresh: boolean): void {
    this.flights.length = 0;
    this.pacer.drop();
    for (const p of [...this.predictions, ...this.allSpawns]) fresh ? p.forget() : p.cut();
  }

  // What follows is called by the Client alone.

  /** @internal The token of our seat, to come back with. */
  get seatToken(): string | undefined {
    return this.token;
  }

  /** @internal We are in again, or in another role. */
  rejoined(reply: JoinReply): void {
    const sameSeat = reply.you.id === this.me.id && this.me.role === reply.you.role;
    if (!sameSeat) {
      this.seq = 0;
      this.acked = 0;
    }
    this.cut(!sameSeat);
    this.seqKnown = sameSeat || !reply.you.resumed;
    this.me = reply.you;
    this.token = reply.you.token;
    this.joined = true;
    this.updated(reply.room);
  }

  /** @internal The connection is gone, perhaps for a moment. */
  disconnected(): void {
    this.joined = false;
    this.cut(false);
  }

  /** @internal */
  updated(info: RoomInfo): void {
    this.info = info;
    if (!info.running) this.meter.rest();
    this.updateSignal.fire(info);
  }

  /** @internal */
  frame(tick: number, state: unknown, acks: Map<number, number> | StateMeta["acks"]): void {
    const mine = acks instanceof Map ? acks.get(this.me.seat) : acks[this.me.id];
    if (!this.seqKnown) {
      // A page that was loaded anew does not know how far the one before it had come; what was under way stays below this.
      this.seq = (mine ?? 0) + 256;
      this.seqKnown = true;
    }
    let last: Flight<Input> | undefined;
    if (mine !== undefined && mine > this.acked) {
      this.acked = mine;
      while (this.flights[0] && this.flights[0].seq <= mine) last = this.flights.shift();
    }
    this.tick = tick;
    this.state = state as State;
    if (this.tickRate > 0) {
      const now = performance.now();
      if (!this.clock.started) this.followed = NaN;
      this.clock.arrived(tick, now);
      if (Number.isNaN(this.followed)) this.followed = this.clock.offset;
      this.meter.arrived(tick, now);
      this.meter.roll(now);
      this.buffer.add(tick, this.state);
    }
    for (const p of this.predictions) {
      const before = p.corrections;
      p.received(this.state, this.acked, this.flights);
      if (p.corrections !== before) this.meter.corrects(p.error, performance.now());
    }
    for (const s of this.allSpawns) s.received(this.state, tick, this.acked, last);
    this.stateSignal.fire(this.state, tick);
  }

  /** @internal */
  event(name: string, args: unknown[]): void {
    this.listeners.get(name)?.fire(...args);
    this.anySignal.fire(name, args);
  }

  /** @internal The room is over for us. */
  ended(left: Left | undefined): void {
    this.joined = false;
    this.pacer.stop();
    this.hear(false);
    if (left) this.leftSignal.fire(left);
  }
}

function remove(list: unknown[], item: unknown): void {
  list.splice(list.indexOf(item) >>> 0, 1);
}
