/** What client and server say about rooms, in the server's own words. */

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
  you: Me & { token?: string };
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

/** Names of events and their arguments, for typed listeners. */
export type EventMap = Record<string, unknown[]>;

/** A request that the server refused, or that got no answer. */
export class NinepinError extends Error {
  constructor(
    /** For programs: room_full, unknown_room, …; timeout when no answer came. */
    readonly code: string,
    message: string,
    /** Seconds after which it makes sense to try again; undefined if never. */
    readonly retry?: number,
  ) {
    super(message);
    this.name = "NinepinError";
  }
}

/** What to do when rows of a state come, change and go. */
export interface RowListeners<Row> {
  add?: (row: Row, key: string | number) => void;
  /** before is the row as it was: the two are different objects, and what has not changed in them is the same. */
  change?: (row: Row, before: Row, key: string | number) => void;
  /** row is the last there was. */
  remove?: (row: Row, key: string | number) => void;
}
