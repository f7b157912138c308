import { PollingTransport, type TransportClass, WebSocketTransport } from "ninepin";
import { Line, type Way } from "./line";
import { type Conditions, formatConditions } from "./sim";

type Data = string | ArrayBufferView | ArrayBuffer;

/**
 * This page's own connection, made worse on purpose: it works against any server. Messages are handed over late, in
 * order, both ways. While nothing is simulated they go straight on.
 */
export class Link {
  /** Whether anything is simulated; the conditions say it. */
  worse = false;
  private readonly line = new Line();

  /** What connect takes: a WebSocket that goes through this link, and polling, which does not. */
  readonly transports: readonly TransportClass[] = [throughLink(this), PollingTransport];

  get conditions(): Readonly<Conditions> {
    return this.line.conditions;
  }
  set conditions(c: Readonly<Conditions>) {
    this.line.conditions = c;
    this.worse = formatConditions(c) !== "";
  }

  /** Whether the connection breaks now. */
  get broken(): boolean {
    return this.line.broken(performance.now());
  }

  /** When a message of so many bytes that is sent now arrives, performance.now(). */
  arrival(way: Way, bytes: number): number {
    return this.line.send(way, performance.now(), bytes);
  }
}

/** Messages of one way that are under way. */
class Queue {
  private readonly waiting: { due: number; deliver: () => void }[] = [];
  private readonly way: Way = { free: 0, last: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly link: Link) {}

  /** Whether messages need not go through the queue: nothing is simulated, and none is before them. */
  get idle(): boolean {
    return !this.link.worse && this.waiting.length === 0;
  }

  /** Delivers a message when it has arrived. */
  pass(bytes: number, deliver: () => void): void {
    this.waiting.push({ due: this.link.arrival(this.way, bytes), deliver });
    if (this.timer === undefined) this.wait();
  }

  /** Loses what is under way. */
  drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.length = 0;
  }

  private wait(): void {
    this.timer = setTimeout(() => this.deliver(), Math.max(0, this.waiting[0]!.due - performance.now()));
  }

  private deliver(): void {
    this.timer = undefined;
    const now = performance.now();
    while (this.waiting[0] && this.waiting[0].due <= now) this.waiting.shift()!.deliver();
    if (this.waiting.length > 0 && this.timer === undefined) this.wait();
  }
}

/** Makes the class of transports that go through a link. */
function throughLink(link: Link): TransportClass {
  return class extends WebSocketTransport {
    private readonly up = new Queue(link);
    private readonly down = new Queue(link);
    private closing = false;

    protected override doWrite(packet: unknown, data: Data): void {
      if (this.up.idle) return super.doWrite(packet, data);
      if (this.closing) return; // the WebSocket is gone already
      if (link.broken) return this.doClose();
      this.up.pass(size(data), () => super.doWrite(packet, data));
    }
    protected override onData(data: string | ArrayBuffer): void {
      if (this.down.idle) return super.onData(data);
      this.down.pass(size(data), () => super.onData(data));
    }
    protected override onClose(details?: unknown): void {
      this.up.drop();
      if (this.closing || this.down.idle) super.onClose(details);
      else this.down.pass(0, () => super.onClose(details)); // after the last words
    }
    protected override doClose(): void {
      this.closing = true;
      this.up.drop();
      this.down.drop();
      super.doClose();
    }
  };
}

function size(data: Data): number {
  return typeof data === "string" ? data.length : data.byteLength;
}
