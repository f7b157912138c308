/** Holds ninepin.d.ts, which users get, to the sources: whatever differs does not compile. */
import type * as published from "./ninepin";
import type * as real from "./index";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

// The same names, and the same members behind them.
export const names: Same<keyof typeof published, keyof typeof real> = true;
export const members: [
  Same<keyof published.Client, Exclude<keyof real.Client, Internal>>,
  Same<Exclude<keyof real.Room, Internal>, Exclude<keyof published.Room, "leave">>,
  Same<keyof published.TickClock, keyof real.TickClock>,
  Same<keyof published.Prediction, Exclude<keyof real.Prediction, Internal>>,
  Same<keyof published.Spawns, Exclude<keyof real.Spawns, Internal>>,
] = [true, true, true, true, true];
type Internal =
  | "traffic" | "live" | "listen" | "stepped" | "received" | "cut" | "forget"
  | "switchRole" | "leave" | "seatToken" | "rejoined" | "disconnected" | "updated" | "frame" | "event" | "ended";

// What there is fits what is promised.
export const connect = null as unknown as typeof real.connect satisfies (url?: string, options?: Common) => published.Client;
type Common = Omit<published.ClientOptions, "transports">; // classes with protected members are the same as themselves alone
export const client = null as unknown as real.Client satisfies published.Client;
export const room = null as unknown as real.Room<{ n: number }, string> satisfies published.Room<{ n: number }, string>;
export const rest = null as unknown as Pick<typeof real, Free> satisfies Pick<typeof published, Free>;
type Free = "compactParser" | "decode" | "encode" | "Extension" | "interpolate" | "Interpolator" | "lerpAngle" | "NinepinError" | "SnapshotBuffer" | "TickClock";
export const reply: Same<published.JoinReply, real.JoinReply> = true;
export const left: Same<published.Left, real.Left> = true;
export const stats: Same<published.NetStats, real.NetStats> = true;
type Ball = { x: number; vx: number; name: string };
export const predictOptions: Same<published.PredictOptions<Ball[], string, Ball>, real.PredictOptions<Ball[], string, Ball>> = true;
export const prediction = null as unknown as real.Prediction<Ball[], string, Ball> satisfies published.Prediction<Ball[], string, Ball>;
export const spawns = null as unknown as real.Spawns<Ball[], string, Ball, Ball> satisfies published.Spawns<Ball[], string, Ball, Ball>;

// Transports are those of the SDK and what extends them: a foreign one has members of other names than the build.
declare class Foreign {
  constructor(options: never);
  doWrite(packet: unknown, data: string): void;
  onData(data: string): void;
  onClose(details?: unknown): void;
  doClose(): void;
}
type Extended<T extends abstract new (options: never) => object> = new (options: never) => InstanceType<T> & { readonly more: number };
export const transports: [
  Fits<typeof published.WebSocketTransport, published.TransportClass>,
  Fits<typeof published.PollingTransport, published.TransportClass>,
  Fits<Extended<typeof published.WebSocketTransport>, published.TransportClass>,
  Fits<typeof Foreign, published.TransportClass>,
  Fits<typeof real.WebSocketTransport, real.TransportClass>,
  Fits<typeof Foreign, real.TransportClass>,
] = [true, true, true, false, true, false];
type Fits<A, B> = [A] extends [B] ? true : false;
