/**
 * Types of ninepin.js, the browser SDK of Ninepin.
 *
 * ```ts
 * import { connect } from "/ninepin.js";
 * const client = connect(undefined, { name: "Ada" });
 * const room = await client.quick("skirmish");
 * room.inputs(() => ({ dx: 1, dy: 0 }));
 * const me = room.predict({ body: (s) => s.players.find((p) => p.seat === room.me.seat), step, smooth: { x: 0.1, y: 0.1 } });
 * requestAnimationFrame(function draw() {
 *   requestAnimationFrame(draw);
 *   paint(room.sample(), me.show());
 * });
 * ```
 */

/** The parts of a socket of socket.io-client that a Client uses. */
export interface SocketLike {
  readonly connected: boolean;
  readonly active: boolean;
  connect(): unknown;
  disconnect(): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  timeout(ms: number): { emit(event: string, ...args: unknown[]): unknown };
  on(event: string, listener: (...args: never[]) => void): unknown;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
}

/** How the connection is: closed means that it will not come back by itself. */
export type Status = "connecting" | "connected" | "lost" | "closed";
/** Options of {@link connect} and of a Client. */
export interface ClientOptions {
  /** The player's name, 1 to 24 characters; the server says "Guest" without one. */
  name?: string;
  /** How long to wait for an answer of the server, ms; default 10000. */
  timeout?: number;
  /**
   * Which transports to use: names, or this module's own {@link WebSocketTransport} and {@link PollingTransport} and
   * classes that extend them; default websocket, then polling. Classes of engine.io-client itself do not work: what the
   * connection calls on them has other, shorter names in this build.
   */
  transports?: readonly string[] | readonly TransportClass[];
}
/** A class of transports: {@link WebSocketTransport}, {@link PollingTransport}, or one that extends them. */
export type TransportClass = new (options: never) => WebSocketTransport | PollingTransport;
/** socket.io-client's transport over a WebSocket, to extend for {@link ClientOptions.transports}. */
export declare class WebSocketTransport {
  constructor(options: never);
  protected doWrite(packet: unknown, data: string | ArrayBufferView | ArrayBuffer): void;
  protected onData(data: string | ArrayBuffer): void;
  protected onClose(details?: unknown): void;
  protected doClose(): void;
}
/** socket.io-client's transport over HTTP long polling, for {@link ClientOptions.transports}. */
export declare class PollingTransport {
  constructor(options: never);
  protected onClose(details?: unknown): void;
}
/** Options of entering a room. */
export interface EnterOptions {
  as?: Role;
  /** The secret of a private room, from its link. */
  key?: string;
}
/** Options of {@link Client.create}. */
export interface CreateOptions {
  /** Not listed, and joined with its key alone. */
  private?: boolean;
  /** Options of the game. */
  options?: Record<string, unknown>;
}
/** Connects to a Ninepin server: the page's own, or that of url. The connection looks after itself from then on. */
export declare function connect(url?: string, options?: ClientOptions): Client;
/**
 * A connection and the one room it can be in. Made by {@link connect}, or over any socket of socket.io-client, default
 * parser included: `new Client(io())`. After a lost connection it comes back to its room, to the seat it had.
 */
export declare class Client {
  /** The player's name, sent with the next join. */
  name: string | undefined;
  /** The room we are in. */
  room: Room | undefined;
  /** Round trip to the server, ms, smoothed; measured while in a room. */
  ping: number | undefined;
  /** The state of the connection. */
  status: Status;
  constructor(socket: SocketLike, options?: ClientOptions);
  /** Joins the fullest public room of a game that has a free seat, or a new one. */
  quick<S = unknown, I = unknown, E extends EventMap = EventMap>(game: string, options?: EnterOptions): Promise<Room<S, I, E>>;
  /** Joins a room by its id. A seat that this tab holds there is taken up again. */
  join<S = unknown, I = unknown, E extends EventMap = EventMap>(id: string, options?: EnterOptions): Promise<Room<S, I, E>>;
  /** Joins a room as a spectator. */
  watch<S = unknown, I = unknown, E extends EventMap = EventMap>(id: string, options?: EnterOptions): Promise<Room<S, I, E>>;
  /** Whether this tab holds a seat in a room, from before a reload perhaps. */
  holdsSeat(id: string): boolean;
  /** Makes a room and takes its first seat. */
  create<S = unknown, I = unknown, E extends EventMap = EventMap>(game: string, options?: CreateOptions): Promise<Room<S, I, E>>;
  /** The public rooms, of one game or of all. */
  list(game?: string): Promise<RoomEntry[]>;
  /** The games that the server offers, the one to begin with first; none from a server that does not tell. */
  games(): Promise<GameInfo[]>;
  /** Calls listener with the public rooms now and whenever they change, until the returned function is called. */
  subscribe(listener: (rooms: RoomEntry[]) => void): Off;
  /** Calls listener whenever the connection's status changes, with a reason for people to read in a log. */
  onStatus(listener: (status: Status, reason: string) => void): Off;
  /** Calls listener with what the server reports about events that asked for no ack. */
  onError(listener: (error: NinepinError) => void): Off;
  /** Calls listener when the server is about to stop; the connection comes back by itself once there is one again. */
  onStopping(listener: (message: string, retry: number | undefined) => void): Off;
  /** Sends an event; false when not connected: then it is not sent later either. */
  emit(event: string, ...args: unknown[]): boolean;
  /** Sends an event and resolves with the first argument of the server's ack; it waits for the connection if need be. */
  ack<T = unknown>(event: string, ...args: unknown[]): Promise<T>;
  /** Connects now: after status "closed", or instead of waiting for the next attempt after a lost connection. */
  reconnect(): void;
  /** Ends the connection for good. */
  close(): void;
}

/**
 * The room this client is in: its members, the match's state, and the way to send inputs. A Client makes it; it lives
 * through reconnects, until it is left. State and Input are the game's own types.
 */
export declare class Room<State = unknown, Input = unknown, Events extends EventMap = EventMap> {
  /** The newest state, replaced as a whole by every tick; undefined before the first. */
  state: State | undefined;
  /** The tick of state. */
  tick: number;
  /** The last input of ours that state has consumed. */
  acked: number;
  /** The inputs that were sent and that state does not know yet, oldest first: what a prediction plays on top of it. */
  readonly pending: readonly Sent<Input>[];
  /** Who we are here. */
  me: Me;
  /** Steps per second; 0 for matches that step when an input comes. */
  readonly tickRate: number;
  /** The secret of a private room, part of its link. */
  readonly key: string | undefined;
  /** Whether we are in the room right now: false while the connection is lost, and after the room was left. */
  joined: boolean;
  /** Rooms are made by {@link Client}. */
  protected constructor();
  /** Five characters that people can read to each other. */
  get id(): string;
  /** The kind of game. */
  get game(): string;
  /** The game's name for people. */
  get title(): string;
  /** Whether the room is found by its link alone. */
  get private(): boolean;
  /** Those who have a seat, bots included, by seat. */
  get players(): readonly PlayerInfo[];
  /** How many are watching. */
  get spectators(): number;
  /** Seats. */
  get max(): number;
  /** Whether the match is going; false while it waits for players. */
  get running(): boolean;
  /** Whether a person could take a seat: free ones and those of bots. */
  get seatFree(): boolean;
  /** The path that leads here on this server, with the key of a private room behind the #, where no server log sees it. */
  get path(): string;
  /** Calls listener with the present state, if there is one, and with every following one. */
  onState(listener: (state: State, tick: number) => void): Off;
  /**
   * Tells when rows of a list or map of the state come, change and go: a sprite for each, made and thrown away at the right
   * time. rows picks it; key tells the same row in two states, and is not needed for maps. A row that has not changed is
   * the very same object in the next state. What is there already is added at once.
   */
  onRows<Row extends object>(
    rows: (state: State) => readonly Row[] | Readonly<Record<string, Row>>,
    on: RowListeners<Row>,
    key?: (row: Row) => string | number,
  ): Off;
  /** Calls listener when players, spectators or our own place have changed. */
  onUpdate(listener: (info: RoomInfo) => void): Off;
  /** Calls listener once, when the room is over for us without our leaving it. */
  onLeft(listener: (left: Left) => void): Off;
  /** Listens to an event of the game or of other members. */
  on<E extends keyof Events & string>(event: E, listener: (...args: Events[E]) => void): Off;
  /** Calls listener with every event of the game or of other members: for tools. */
  onAny(listener: (event: string, args: readonly unknown[]) => void): Off;
  /** Sends an event of your own to the server; false when the connection is lost, and then it is not sent later either. */
  emit(event: string, ...args: unknown[]): boolean;
  /** Sends an event and resolves with the first argument of the server's ack. */
  ack<T = unknown>(event: string, ...args: unknown[]): Promise<T>;
  /**
   * Plays an input: at once, or with the next tick if this tick's has been sent, and then the latest wins. False when
   * it cannot go: no seat, or no connection; inputs are never kept for later.
   */
  input(value: Input): boolean;
  /** Asks provide for an input at every tick while we have a seat; undefined sends nothing. Call with null to end it. */
  inputs(provide: (() => Input | undefined) | null): void;
  /**
   * Tells that what the player wants has just changed: the next input is asked for now, and a prediction shows it with
   * the next picture. The server still gets one input a tick. Keys and buttons on the page do this by themselves.
   */
  nudge(): void;
  /**
   * Predicts one's own body: it answers inputs at once, wherever the server is. options say which body in a state is
   * ours, how one input moves it, as on the server, and which fields are shown smoothly. Once is enough: it lives
   * through reconnects and changes of seat.
   */
  predict<Body extends object>(options: PredictOptions<State, Input, Body>): Prediction<State, Input, Body>;
  /** Predicts things that one's own inputs make, shots for example: they are there at once. */
  spawns<Item extends object, Body extends object>(options: SpawnOptions<State, Input, Item, Body>): Spawns<State, Input, Item, Body>;
  /** How the connection is, in figures. */
  stats(): NetStats;
  /** Takes a free seat, or one of a bot. */
  play(): Promise<this>;
  /** Gives the seat up and stays as a spectator. */
  watch(): Promise<this>;
  /** Leaves the room. */
  leave(): Promise<void>;
  /**
   * What to draw now: two states and where between them, smoothly played back a little behind the server. The object is
   * the same for each picture.
   */
  sample(now?: number): Sample<State> | undefined;
  /** How far the drawing is behind the newest frame, ms. */
  get delay(): number;
  /** Round trip to the server, ms, smoothed; undefined before it was measured. */
  get ping(): number | undefined;
}

/** The names of an object's numbers. */
export type Numbers<T> = {
  [K in keyof T]-?: T[K] extends number ? K : never;
}[keyof T];
/** An input of ours that the newest state does not know yet. */
export interface Sent<Input> {
  readonly seq: number;
  readonly value: Input;
  /** When it began to count, performance.now(). */
  readonly at: number;
  /** How long its step lasts, ms. */
  readonly ms: number;
}
/** What a prediction needs to know of a game. */
export interface PredictOptions<State, Input, Body extends object> {
  /** Our own body in a state; undefined while we have none. It is asked once for each state. */
  body: (state: State) => Body | undefined;
  /**
   * The server's step in TypeScript: what one input changes of the body. It changes nothing of its arguments. The body
   * moves by its own inputs alone: without one it stays as it is.
   */
  step: (body: Body, input: Input) => Partial<Body>;
  /** The fields that are shown smoothly, each with its quantum in the state (Go: sync:"q=0.1"); 0 for exact ones. */
  smooth: {
    readonly [K in Numbers<Body>]?: number;
  };
  /** The quanta of other rounded fields: without them, their rounding is taken for the server's will. */
  quanta?: {
    readonly [K in Numbers<Body>]?: number;
  };
  /** An error above this in a smooth field is a new place, not blended in; by default 1000 quanta. */
  snap?: number;
}
/** One's own body, predicted. Made by {@link Room.predict}; it lives through reconnects and changes of role. */
export declare class Prediction<State = unknown, Input = unknown, Body extends object = object> {
  /** How often the server had the body elsewhere by more than two quanta. */
  corrections: number;
  /** By how much it was, the last time, in the smooth field that was off the most. */
  error: number;
  /** The body with all inputs played; undefined while there is none. */
  body: Body | undefined;
  /** The body in the newest state, as it came: the server's truth. */
  server: Body | undefined;
  /** Made by {@link Room.predict}. */
  protected constructor();
  /**
   * The body as it is to be drawn now; undefined while there is none. The object is the same each time, with all fields
   * of the body.
   */
  show(now?: number): Body | undefined;
  /** Ends it: there is no body any more. */
  end(): void;
}
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
  fly:
    | {
        readonly [K in Numbers<Item>]?: Numbers<Item>;
      }
    | ((item: Item, seconds: number, out: Item) => boolean | void);
  /** Called once for each thing, when it is made: for a flash and a sound. */
  made?: (item: Item) => void;
}
/** Predicted things of one kind. Made by {@link Room.spawns}. */
export declare class Spawns<State = unknown, Input = unknown, Item extends object = object, Body extends object = object> {
  /** How many were shown that the server did not make. */
  withdrawn: number;
  /** Made by {@link Room.spawns}. */
  protected constructor();
  /** The things as they are to be drawn now. The list and its objects are the same each time. */
  show(now?: number): readonly Item[];
  /** Shows one of the things, as show gave it, no more: it has met something that the server does not know of yet. */
  hide(item: Item): void;
  /** Ends it: nothing is shown any more. */
  end(): void;
}
/** How the connection of a room is. */
export interface NetStats {
  /** Round trip, ms, smoothed; undefined before it was measured. */
  rtt: number | undefined;
  /** How much the time between states differs from a tick, ms, smoothed. */
  jitter: number;
  /** How late states come, ms: 95 of 100 come sooner. */
  lateness: number;
  /** How far what is drawn is meant to be behind the newest state that could be here, ms. */
  delay: number;
  /** Bytes per second, without headers of the transport; 0 over a socket that has another parser than the SDK's. */
  bytesIn: number;
  bytesOut: number;
  /** States per second. */
  frames: number;
  /** Times in the last minute that the server had a predicted body elsewhere by more than two quanta. */
  corrections: number;
  /** By how much it was, the last time. */
  error: number;
  /** Inputs that were made and that no state has consumed yet. */
  inFlight: number;
  /** The part of the last pictures that were later than the newest state, 0 to 1. */
  starved: number;
  /** Times since joining that no state came for four ticks. */
  stalls: number;
}
/** What a connection has carried so far, bytes. */
export interface Traffic {
  in: number;
  out: number;
}

/** A seated player, people and bots alike. */
export interface PlayerInfo {
  id: string;
  name: string;
  /** 0-based; colours go by it. */
  seat: number;
  bot: boolean;
  /** The connection dropped; the seat is held for a while. */
  away: boolean;
}
/** What everybody in a room knows of it. */
export interface RoomInfo {
  id: string;
  /** The kind of game. */
  game: string;
  title: string;
  private: boolean;
  players: PlayerInfo[];
  /** Connected persons: players and spectators. */
  people: number;
  spectators: number;
  max: number;
  /** Whether the match is ticking; false while it waits for players. */
  running: boolean;
}
/** One line of the room list. */
export interface RoomEntry {
  id: string;
  game: string;
  title: string;
  /** Taken seats, bots included. */
  players: number;
  humans: number;
  spectators: number;
  max: number;
  /** Seats that a person can take. */
  free: number;
}
/** A kind of game that the server offers. */
export interface GameInfo {
  name: string;
  /** For people. */
  title: string;
  /** An input with all fields at zero: what a tool may begin with. */
  input?: unknown;
}
/** What a member of a room may do there. */
export type Role = "player" | "spectator";
/** This client's own place in a room. */
export interface Me {
  id: string;
  name: string;
  /** -1 for spectators. */
  seat: number;
  role: Role;
  /** Whether a held seat was taken up again. */
  resumed: boolean;
}
/** The answer to room:join, room:create and room:quick. */
export interface JoinReply {
  room: RoomInfo;
  you: Me & {
    token?: string;
  };
  key?: string;
  tickRate: number;
  onInput: boolean;
}
/** Why the server took this client out of a room. */
export interface Left {
  room: string;
  /** moved: the seat went on in another tab; lost: the room was gone after a reconnect. */
  code: "moved" | "ended" | "over" | "crashed" | "stopping" | "lost";
  /** For people. */
  message: string;
}
/** A state as every Socket.IO client gets it: the second argument of the event `state`. */
export interface StateMeta {
  tick: number;
  full: boolean;
  acks: Record<string, number>;
}
/** What to do when rows of a state come, change and go. */
export interface RowListeners<Row> {
  add?: (row: Row, key: string | number) => void;
  /** before is the row as it was: the two are different objects, and what has not changed in them is the same. */
  change?: (row: Row, before: Row, key: string | number) => void;
  /** row is the last there was. */
  remove?: (row: Row, key: string | number) => void;
}
/** Names of events and their arguments, for typed listeners. */
export type EventMap = Record<string, unknown[]>;
/** A request that the server refused, or that got no answer. */
export declare class NinepinError extends Error {
  /** For programs: room_full, unknown_room, …; timeout when no answer came. */
  readonly code: string;
  /** Seconds after which it makes sense to try again; undefined if never. */
  readonly retry?: number | undefined;
  constructor(code: string, message: string, retry?: number);
}

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
/** The last states of a match, oldest first: enough for the longest delay, no more. */
export declare class SnapshotBuffer<State> {
  /** capacity is a number of ticks. */
  constructor(capacity?: number);
  /** Adds a state; one that is not newer than the last starts the buffer anew. */
  add(tick: number, state: State): void;
  /** The pair of states around a moment, or undefined before the first. The object is the same each time. */
  at(tick: number): Sample<State> | undefined;
  /** Forgets everything. */
  clear(): void;
}
/**
 * Draws the items of a list between two states. The list and its objects are the same for each picture, and hold what
 * to's items hold, with the moving fields between from's and to's. Items that from does not have are where to has them.
 * Where motion was carried on while frames were late, and was wrong, the difference fades.
 */
export declare class Interpolator<Item extends object> {
  constructor(motion: Motion<Item>);
  /** The items at t between from and to, as in a {@link Sample}: valid until the next call. */
  at(from: readonly Item[], to: readonly Item[], t: number, now?: number): readonly Item[];
}
/** {@link Interpolator} once: new objects, the states stay as they are. */
export declare function interpolate<Item extends object>(from: readonly Item[], to: readonly Item[], t: number, motion: Motion<Item>): Item[];
/** The angle at t between a and b, radians, the short way round. */
export declare function lerpAngle(a: number, b: number, t: number): number;

/** Follows the ticks of one match. All times are milliseconds; now is that of performance.now(). */
export declare class TickClock {
  readonly tickMs: number;
  /** tickMs is the length of one step. */
  constructor(tickMs: number);
  /** Tells that the frame of a tick has arrived. */
  arrived(tick: number, now: number): void;
  /** How far behind the newest possible frame the playhead is meant to be. */
  get delay(): number;
  /** How late frames come, ms: 95 of 100 come sooner. */
  get lateness(): number;
  /** When tick 0 was, as if its frame had come without delay. */
  get offset(): number;
  /** Whether any frame has arrived. */
  get started(): boolean;
  /** Where the playhead was when it was last moved, as a tick with its fraction; undefined before that. */
  get drawn(): number | undefined;
  /** Whether the playhead is past the newest frame. */
  get starved(): boolean;
  /** The tick that the server is at now, with its fraction, less the time of one way. */
  serverTick(now: number): number;
  /** Moves the playhead to now and returns it, as a tick with its fraction. It never runs backwards. */
  advance(now: number): number;
  /** Forgets everything: a new connection, another match. */
  reset(): void;
}

/** An extension value that has no JavaScript type of its own. */
export declare class Extension {
  /** -128 to 127; below 0 is reserved by MessagePack itself. */
  readonly type: number;
  /** A view on the received bytes. */
  readonly data: Uint8Array;
  constructor(type: number, data: Uint8Array);
}
/** Encodes one value. The result is the caller's own; it throws on cycles. */
export declare function encode(value: unknown): Uint8Array<ArrayBuffer>;
/** Decodes exactly one value. It throws on truncated, overlong or malformed bytes. */
export declare function decode(bytes: Uint8Array): unknown;

/** A Socket.IO packet as socket.io-client hands it over. */
export interface Packet {
  type: number;
  nsp: string;
  id?: number;
  data?: unknown;
}
/** One tick's state, as the fast lane carries it. */
export interface Frame {
  tick: number;
  /** The last input sequence that this state has consumed, by seat. */
  acks: Map<number, number>;
  state: unknown;
}
/** What socket.io-client takes as its `parser` option. */
export interface Parser {
  Encoder: new () => {
    encode(packet: Packet): Uint8Array<ArrayBuffer>[];
  };
  Decoder: new () => {
    on(event: string, listener: (packet: Packet) => void): void;
    off(event: string, listener: (packet: Packet) => void): void;
    add(chunk: unknown): void;
    destroy(): void;
  };
}
/**
 * Makes the parser of one connection. Each state frame is handed to onFrame in its turn: after the packets that came
 * before it, before those that came after it. The bytes of all are counted in traffic.
 */
export declare function compactParser(onFrame: (frame: Frame) => void, traffic?: Traffic): Parser;
/** Ends a subscription; calling it again does nothing. */
export type Off = () => void;
