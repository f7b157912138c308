/** The parts of socket.io-client that the SDK stands on. */
import type { SocketLike } from "./types";

export interface Options {
  parser?: unknown;
  path?: string;
  transports?: readonly string[] | readonly TransportClass[];
  tryAllTransports?: boolean;
  forceNew?: boolean;
  reconnectionDelay?: number;
  reconnectionDelayMax?: number;
  timeout?: number;
}

export function io(url: string, options?: Options): SocketLike;

/** A class of transports: one of those below, or one that extends them. The bundler renames what is called on them. */
export type TransportClass = new (options: never) => WebSocket | Polling;

/** The transport over a WebSocket: what it calls for a message to go out, and for what comes in. */
export class WebSocket {
  constructor(options: never);
  protected doWrite(packet: unknown, data: string | ArrayBufferView | ArrayBuffer): void;
  protected onData(data: string | ArrayBuffer): void;
  protected onClose(details?: unknown): void;
  protected doClose(): void;
}

/** The transport over HTTP long polling. */
export class Polling {
  constructor(options: never);
  protected onClose(details?: unknown): void;
}
