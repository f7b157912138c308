import { io, type TransportClass } from "socket.io-client";
import { mergePatch } from "./mergepatch";
import { compactParser } from "./parser";
import { Room } from "./room";
import { type Off, Signal } from "./signal";
import type { Traffic } from "./stats";
import { forget, recall, remember } from "./tokens";
import { type EventMap, type GameInfo, type JoinReply, type Left, NinepinError, type Role, type RoomEntry, type RoomInfo, type SocketLike, type StateMeta } from "./types";

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
export function connect(url?: string, options?: ClientOptions): Client {
  let deliver: ((tick: number, state: unknown, acks: Map<number, number>) => void) | undefined;
  const traffic: Traffic = { in: 0, out: 0 };
  const socket = io(url ?? "/", {
    parser: compactParser((frame) => deliver?.(frame.tick, frame.state, frame.acks), traffic),
    transports: options?.transports ?? ["websocket", "polling"],
    tryAllTransports: true,
    forceNew: true,
    reconnectionDelay: 300,
    reconnectionDelayMax: 1200,
    timeout: 8000,
  });
  const client = new Client(socket, options, traffic);
  deliver = (tick, state, acks) => client.frame(tick, state, acks);
  return client;
}

/** Events that are the client's own business; all others go to the room's listeners. */
const ownEvents = new Set(["state", "room:update", "room:left", "rooms", "server:stopping", "error"]);
const pingEvery = 1000;
/** The longest time that a timer takes, ms: 24 days. */
const forever = 2 ** 31 - 1;

/**
 * A connection and the one room it can be in. Made by {@link connect}, or over any socket of socket.io-client, default
 * parser included: `new Client(io())`. After a lost connection it comes back to its room, to the seat it had.
 */
export class Client {
  /** The player's name, sent with the next join. */
  name: string | undefined;
  /** The room we are in. */
  room: Room | undefined;
  /** Round trip to the server, ms, smoothed; measured while in a room. */
  ping: number | undefined;
  /** The state of the connection. */
  status: Status;

  private readonly timeout: number;
  private queue: Promise<unknown> = Promise.resolve(); // joins and leaves run one after the other
  private plain: unknown; // the whole state, where the connection has the default parser
  private early: [number, unknown, Map<number, number> | StateMeta["acks"]] | undefined; // came before the join's answer
  private pinger: ReturnType<typeof setInterval> | undefined;
  private listSubscribers = 0;
  private readonly statusSignal = new Signal<[Status, string]>();
  private readonly listSignal = new Signal<[RoomEntry[]]>();
  private readonly errorSignal = new Signal<[NinepinError]>();
  private readonly stoppingSignal = new Signal<[message: string, retry: number | undefined]>();

  /** traffic is what the socket's parser counts. */
  constructor(private readonly socket: SocketLike, options: ClientOptions = {}, /** @internal */ readonly traffic: Traffic = { in: 0, out: 0 }) {
    this.name = options.name;
    this.timeout = options.timeout ?? 10_000;
    this.status = socket.connected ? "connected" : "connecting";
    socket.on("connect", () => this.connected());
    socket.on("disconnect", (reason: string) => this.disconnected(reason));
    socket.on("connect_error", (error: Error) => {
      if (!socket.active) this.setStatus("closed", error.message);
    });
    socket.onAny((event, ...args) => this.received(event, args));
    this.begin();
  }

  /** Joins the fullest public room of a game that has a free seat, or a new one. */
  quick<S = unknown, I = unknown, E extends EventMap = EventMap>(game: string, options: EnterOptions = {}): Promise<Room<S, I, E>> {
    return this.enter<S, I, E>("room:quick", { game, as: options.as });
  }

  /** Joins a room by its id. A seat that this tab holds there is taken up again. */
  join<S = unknown, I = unknown, E extends EventMap = EventMap>(id: string, options: EnterOptions = {}): Promise<Room<S, I, E>> {
    const room = id.trim().toUpperCase();
    const held = recall(room);
    const request = { room, as: options.as, key: options.key ?? held?.key, token: options.as === "spectator" ? undefined : held?.token };
    return this.enter<S, I, E>("room:join", request);
  }

  /** Joins a room as a spectator. */
  watch<S = unknown, I = unknown, E extends EventMap = EventMap>(id: string, options: EnterOptions = {}): Promise<Room<S, I, E>> {
    return this.join<S, I, E>(id, { ...options, as: "spectator" });
  }

  /** Whether this tab holds a seat in a room, from before a reload perhaps. */
  holdsSeat(id: string): boolean {
    return recall(id.trim().toUpperCase())?.token !== undefined;
  }

  /** Makes a room and takes its first seat. */
  create<S = unknown, I = unknown, E extends EventMap = EventMap>(game: string, options: CreateOptions = {}): Promise<Room<S, I, E>> {
    return this.enter<S, I, E>("room:create", { game, private: options.private, options: options.options });
  }

  /** The public rooms, of one game or of all. */
  async list(game?: string): Promise<RoomEntry[]> {
    return (await this.request<{ rooms: RoomEntry[] }>("room:list", { game })).rooms;
  }

  /** The games that the server offers, the one to begin with first; none from a server that does not tell. */
  async games(): Promise<GameInfo[]> {
    return (await this.request<{ games?: GameInfo[] }>("room:list", {})).games ?? [];
  }

  /** Calls listener with the public rooms now and whenever they change, until the returned function is called. */
  subscribe(listener: (rooms: RoomEntry[]) => void): Off {
    const off = this.listSignal.add(listener);
    this.listSubscribers++;
    if (this.socket.connected) this.fetchList();
    let on = true;
    return () => {
      if (!on) return;
      on = false;
      off();
      if (--this.listSubscribers === 0) this.emit("room:list", { subscribe: false });
    };
  }

  /** Calls listener whenever the connection's status changes, with a reason for people to read in a log. */
  onStatus(listener: (status: Status, reason: string) => void): Off {
    return this.statusSignal.add(listener);
  }

  /** Calls listener with what the server reports about events that asked for no ack. */
  onError(listener: (error: NinepinError) => void): Off {
    return this.errorSignal.add(listener);
  }

  /** Calls listener when the server is about to stop; the connection comes back by itself once there is one again. */
  onStopping(listener: (message: string, retry: number | undefined) => void): Off {
    return this.stoppingSignal.add(listener);
  }

  /** @internal */
  get live(): boolean {
    return this.socket.connected;
  }

  /** Sends an event; false when not connected: then it is not sent later either. */
  emit(event: string, ...args: unknown[]): boolean {
    // socket.io-client would keep it and send all that had piled up after the reconnect.
    if (!this.socket.connected) return false;
    this.socket.emit(event, ...args);
    return true;
  }

  /** Sends an event and resolves with the first argument of the server's ack; it waits for the connection if need be. */
  ack<T = unknown>(event: string, ...args: unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      this.socket.timeout(this.timeout).emit(event, ...args, (error: Error | null, reply: T) => {
        if (error) reject(new NinepinError("timeout", "The server did not answer.", 1));
        else resolve(reply);
      });
    });
  }

  /** Connects now: after status "closed", or instead of waiting for the next attempt after a lost connection. */
  reconnect(): void {
    if (this.socket.connected) return;
    this.begin();
    this.socket.disconnect(); // an attempt that is under way may wait for a network that is gone
    if (this.status === "closed") this.setStatus("connecting", "");
    this.socket.connect();
  }

  /** Ends the connection for good. */
  close(): void {
    clearInterval(this.pinger);
    globalThis.removeEventListener?.("online", this.online);
    this.room?.ended(undefined);
    this.room = undefined;
    this.socket.disconnect();
    this.setStatus("closed", "closed by us");
  }

  /** @internal */
  async switchRole(room: { readonly id: string; readonly key: string | undefined }, as: Role): Promise<void> {
    await this.enter("room:join", { room: room.id, as, key: room.key });
  }

  /** @internal */
  leave(room: { readonly id: string }): Promise<void> {
    return this.serial(() => this.leaveNow(room.id));
  }

  /** @internal A state has come, whichever way. */
  frame(tick: number, state: unknown, acks: Map<number, number> | StateMeta["acks"]): void {
    if (this.room) this.room.frame(tick, state, acks);
    else this.early = [tick, state, acks];
  }

  /** Starts what close() ends; again after it. */
  private begin(): void {
    clearInterval(this.pinger);
    this.pinger = setInterval(() => this.measure(), pingEvery);
    globalThis.addEventListener?.("online", this.online);
  }

  private readonly online = (): void => {
    if (this.status === "lost") this.reconnect();
  };

  private async leaveNow(id: string): Promise<void> {
    const room = this.room;
    if (room?.id !== id) return;
    this.room = undefined;
    forget(room.id);
    room.ended(undefined);
    if (this.socket.connected) await this.request("room:leave", {});
  }

  private enter<S, I, E extends EventMap>(event: string, request: { room?: string; as?: Role | undefined } & Record<string, unknown>): Promise<Room<S, I, E>> {
    return this.serial(async () => {
      const present = this.room;
      if (present && present.id !== request.room) await this.leaveNow(present.id);
      else if (present?.joined && present.me.role === (request.as ?? "player")) return present as unknown as Room<S, I, E>;
      this.early = undefined;
      const room = await this.request<JoinReply, Room>(event, { ...request, name: this.name, patch: true }, (reply) => this.entered(reply));
      return room as unknown as Room<S, I, E>;
    });
  }

  /** Runs in the ack itself: a state that follows in the same payload must find the room. */
  private entered(reply: JoinReply): Room {
    if (this.room && this.room.id === reply.room.id) this.room.rejoined(reply);
    else this.room = new Room(this, reply);
    remember(reply.room.id, { token: reply.you.token, key: reply.key ?? this.room.key });
    if (this.early) this.room.frame(...this.early);
    this.early = undefined;
    this.measure();
    return this.room;
  }

  private serial<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.queue.then(operation);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Sends a request of the lobby; handle runs at the very moment of the answer. */
  private request<Reply, T = Reply>(event: string, payload: object, handle?: (reply: Reply) => T, wait = this.timeout): Promise<T> {
    type Answer = { ok: boolean; error?: { code: string; message: string; retry?: number } };
    return new Promise((resolve, reject) => {
      this.socket.timeout(wait).emit(event, payload, (error: Error | null, answer?: Answer) => {
        if (error) reject(new NinepinError("timeout", "The server did not answer.", 1));
        else if (!answer?.ok) {
          const refusal = answer?.error;
          reject(new NinepinError(refusal?.code ?? "bad_reply", refusal?.message ?? "The server's answer makes no sense.", refusal?.retry));
        } else resolve(handle ? handle(answer as unknown as Reply) : (answer as unknown as T));
      });
    });
  }

  private received(event: string, args: unknown[]): void {
    if (!ownEvents.has(event)) return this.room?.event(event, args);
    const [first, second] = args;
    if (event === "state") {
      const meta = second as StateMeta;
      this.plain = meta.full ? first : mergePatch(this.plain, first);
      this.frame(meta.tick, this.plain, meta.acks);
    } else if (event === "room:update") {
      const info = first as RoomInfo;
      if (this.room?.id === info.id) this.room.updated(info);
    } else if (event === "room:left") this.removed(first as Left);
    else if (event === "rooms") this.listSignal.fire(first as RoomEntry[]);
    else if (event === "server:stopping") {
      const { message, retry } = first as { message: string; retry?: number };
      this.stoppingSignal.fire(message, retry);
    } else {
      const { code, message } = first as { code: string; message: string };
      this.errorSignal.fire(new NinepinError(code, message));
    }
  }

  private removed(left: Left): void {
    const room = this.room;
    if (!room || room.id !== left.room) return;
    this.room = undefined;
    if (left.code !== "stopping") forget(left.room);
    room.ended(left);
  }

  private connected(): void {
    this.setStatus("connected", "");
    if (this.listSubscribers > 0) this.fetchList();
    const room = this.room;
    if (room && !room.joined) void this.serial(() => this.comeBack(room));
  }

  /**
   * Takes the seat up again after a lost connection; if it has gone to somebody else, watches. The answer comes as long
   * as the connection lives, and nobody would ask for us again: it is waited for however late it is.
   */
  private async comeBack(room: Room): Promise<void> {
    if (this.room !== room || room.joined || !this.socket.connected) return;
    const request = { room: room.id, key: room.key, name: this.name, patch: true };
    const rejoin = (as: Role, token?: string) =>
      this.request<JoinReply, Room>("room:join", { ...request, as, token }, (reply) => this.entered(reply), forever);
    try {
      try {
        await rejoin(room.me.role, room.seatToken);
      } catch (error) {
        if (!(error instanceof NinepinError && error.code === "room_full")) throw error;
        await rejoin("spectator");
      }
    } catch (error) {
      if (!(error instanceof NinepinError) || error.code === "timeout") return; // the next connection tries again
      this.removed({ room: room.id, code: "lost", message: error.message });
    }
  }

  private disconnected(reason: string): void {
    this.room?.disconnected();
    this.ping = undefined;
    this.setStatus(this.socket.active ? "lost" : "closed", reason);
  }

  private setStatus(status: Status, reason: string): void {
    if (this.status === status) return;
    this.status = status;
    this.statusSignal.fire(status, reason);
  }

  private fetchList(): void {
    this.request<{ rooms: RoomEntry[] }>("room:list", { subscribe: true }).then(
      (reply) => this.listSignal.fire(reply.rooms),
      () => undefined, // the next connection asks again
    );
  }

  private measure(): void {
    if (!this.room || !this.socket.connected) return;
    const start = performance.now();
    this.request("room:ping", this.room.tick > 0 ? { tick: this.room.tick } : {}).then(
      () => {
        const took = performance.now() - start;
        this.ping = this.ping === undefined ? took : (this.ping + took) / 2;
      },
      () => undefined,
    );
  }
}
