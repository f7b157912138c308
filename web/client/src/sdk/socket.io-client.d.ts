/** The parts of socket.io-client that the SDK stands on. */

export interface Socket {
  readonly connected: boolean;
  readonly active: boolean;
  readonly id?: string | undefined;
  connect(): Socket;
  disconnect(): Socket;
  emit(event: string, ...args: unknown[]): unknown;
  timeout(ms: number): { emit(event: string, ...args: unknown[]): unknown };
  on(event: string, listener: (...args: never[]) => void): Socket;
  off(event: string, listener: (...args: never[]) => void): Socket;
  onAny(listener: (event: string, ...args: unknown[]) => void): Socket;
  offAny(listener: (event: string, ...args: unknown[]) => void): Socket;
}

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

export function io(url: string, options?: Options): Socket;
