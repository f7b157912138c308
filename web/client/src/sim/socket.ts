/** A WebSocket whose network is the other process: what is sent is posted there, what arrives comes from there. */
import { type Owner, schedule, time, turn } from "./time";

/** What passes between a socket and the network. */
export enum Kind { Open, Text, Binary, Close }

/** Something that a socket gave to the network: whose it is, its number, when, what. */
export type Post = [page: number, socket: number, at: number, kind: Kind, data: string | Uint8Array];

/** What the sockets have sent since it was emptied last. */
export const posts: Post[] = [];

interface Page extends Owner {
  readonly number: number;
}

const sockets = new Map<number, LinkSocket>();
let made = 0;

/** The part of a browser's WebSocket that engine.io-client uses. */
export class LinkSocket {
  binaryType = "blob";
  readyState = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | undefined;
  onerror: ((event: unknown) => void) | undefined;
  private readonly number = ++made;
  private readonly page = turn<Page>();

  constructor(url: string) {
    sockets.set(this.number, this);
    this.post(Kind.Open, new URL(url).search);
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.readyState !== 1) return;
    if (typeof data === "string") this.post(Kind.Text, data);
    else this.post(Kind.Binary, new Uint8Array(data)); // a copy
  }

  close(): void {
    if (this.readyState === 3) return;
    this.post(Kind.Close, "");
    schedule(time(), this.page, () => this.closed());
  }

  private closed(): void {
    sockets.delete(this.number);
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code: 1006, reason: "" });
  }

  /** Something arrives at a time. */
  static arrive(socket: number, at: number, kind: Kind, data: string | Uint8Array<ArrayBuffer>): void {
    const to = sockets.get(socket);
    if (to) schedule(at, to.page, () => to.receive(kind, data));
  }

  private receive(kind: Kind, data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState === 3) return;
    if (kind === Kind.Close) return this.closed();
    if (kind === Kind.Open) {
      this.readyState = 1;
      this.onopen?.();
    } else this.onmessage?.({ data: typeof data === "string" ? data : data.slice().buffer });
  }

  private post(kind: Kind, data: string | Uint8Array): void {
    posts.push([this.page.number, this.number, time(), kind, data]);
  }
}

Object.assign(globalThis, { WebSocket: LinkSocket });
