/**
 * The browser SDK of Ninepin.
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
export { Client, connect } from "./client";
export type { ClientOptions, CreateOptions, EnterOptions, Status } from "./client";
export { TickClock } from "./clock";
export { interpolate, Interpolator, lerpAngle, SnapshotBuffer } from "./interpolate";
export type { Motion, Sample } from "./interpolate";
export { decode, encode, Extension } from "./msgpack";
export { compactParser } from "./parser";
export { WebSocket as WebSocketTransport, Polling as PollingTransport } from "socket.io-client";
export type { TransportClass } from "socket.io-client";
export type { Frame, Packet, Parser } from "./parser";
export { Prediction } from "./predict";
export type { Numbers, PredictOptions, Sent } from "./predict";
export { Room } from "./room";
export type { Off } from "./signal";
export { Spawns } from "./spawns";
export type { SpawnOptions } from "./spawns";
export type { NetStats, Traffic } from "./stats";
export { NinepinError } from "./types";
export type { EventMap, GameInfo, JoinReply, Left, Me, PlayerInfo, Role, RoomEntry, RoomInfo, RowListeners, SocketLike, StateMeta } from "./types";
