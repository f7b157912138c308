import type { Client } from "./client";
import { TickClock } from "./clock";
import { type Sample, SnapshotBuffer } from "./interpolate";
import { InputPacer } from "./pacer";
import { type Off, Signal } from "./signal";
import type { EventMap, JoinReply, Left, Me, PlayerInfo, RoomInfo, StateMeta } from "./types";

/** The server keeps no more than 32 inputs of a player; older ones will never count. */
const maxPending = 64;

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
  pending: readonly { readonly seq: number; readonly value: Input; readonly at: number }[] = [];
  /** Who we are here. */
  me: Me;
  /** Steps per second; 0 for matches that step when an input comes. */
  readonly tickRate: number;
  /** The secret of a private room, part of its link. */
  readonly key: string | undefined;
  /** Whether we are in the room right now: false while the connection is lost, and after the room was left. */
  joined = true;

  private info: RoomInfo;
  private token: string | undefined;
  private seq = 0;
  private seqKnown: boolean; // a held seat goes on above the last sequence that the server has seen
  private readonly clock: TickClock;
  private readonly buffer = new SnapshotBuffer<State>();
  private readonly pacer: InputPacer<Input>;
  private readonly listeners = new Map<string, Signal<unknown[]>>();
  private readonly anySignal = new Signal<[event: string, args: readonly unknown[]]>();
  private readonly stateSignal = new Signal<[state: State, tick: number]>();
  private readonly updateSignal = new Signal<[RoomInfo]>();
  private readonly leftSignal = new Signal<[Left]>();

  /** Rooms are made by {@link Client}. */
  constructor(private readonly client: Client, reply: JoinReply) {
    this.tickRate = reply.onInput ? 0 : reply.tickRate;
    this.key = reply.key;
    this.clock = new TickClock(this.tickRate > 0 ? 1000 / this.tickRate : 0);
    this.pacer = new InputPacer(this.clock.tickMs, (value) => this.sendInput(value));
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
    this.pacer.follow(provide ? () => (this.canPlay ? provide() : undefined) : undefined);
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

  /** What to draw now: two states and where between them, smoothly played back a little behind the server. */
  sample(now = performance.now()): Sample<State> | undefined {
    if (this.tickRate === 0) return this.latest();
    return this.buffer.at(this.clock.advance(now));
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
    return this.joined && this.me.role === "player";
  }

  private sendInput(value: Input): boolean {
    if (!this.canPlay || !this.seqKnown) return false;
    if (!this.client.emit("input", this.seq + 1, value, this.tick)) return false;
    this.seq++;
    this.pending = [...this.pending, { seq: this.seq, value, at: performance.now() }].slice(-maxPending);
    return true;
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
    this.pending = [];
    this.seqKnown = sameSeat || !reply.you.resumed;
    this.me = reply.you;
    this.token = reply.you.token;
    this.joined = true;
    this.updated(reply.room);
  }

  /** @internal The connection is gone, perhaps for a moment. */
  disconnected(): void {
    this.joined = false;
    this.pending = [];
  }

  /** @internal */
  updated(info: RoomInfo): void {
    this.info = info;
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
    if (mine !== undefined && mine > this.acked) {
      this.acked = mine;
      this.pending = this.pending.filter((sent) => sent.seq > mine);
    }
    this.tick = tick;
    this.state = state as State;
    if (this.tickRate > 0) {
      this.clock.arrived(tick, performance.now());
      this.buffer.add(tick, this.state);
    }
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
    if (left) this.leftSignal.fire(left);
  }
}
