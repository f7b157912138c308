/** The parts of socket.io-client that the SDK stands on. */
import type { SocketLike } from "./types";

export interface Options {
  parser?: unknown;
  path?: string;
  transports?: string[];
  tryAllTransports?: boolean;
  forceNew?: boolean;
  reconnectionDelay?: number;
  reconnectionDelayMax?: number;
  timeout?: number;
}

export function io(url: string, options?: Options): SocketLike;
