import { type Conditions, perfect } from "./sim";

const segment = 1448;
/** What passes beyond a round trip until a lost segment is sent again, ms. */
const resend = 150;
/** Pauses last this long, and at random this much more on average, ms. */
const pauseLeast = 100;
const pauseMore = 250;
const pauseMost = 2000;

/** One direction of a line. */
export interface Way {
  /** When the last byte has left. */
  free: number;
  /** When the last byte arrives: none overtakes it. */
  last: number;
}

/**
 * When messages that are sent now arrive over a bad link: the model of the server's simulator (internal/netsim), for
 * whole messages. It reads no clock; moments are ms and never go back. A lost segment holds up all that follow.
 */
export class Line {
  conditions: Readonly<Conditions> = perfect;
  private share = 0;
  private pauses: { start: number; end: number }[] = [];
  private end = 0; // of the last pause
  private reset = 0; // the condition that breaks was made for
  private breaks = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Puts a message of so many bytes on a way and returns when it arrives. */
  send(way: Way, now: number, bytes: number): number {
    const c = this.conditions;
    way.free = this.after(now, Math.max(now, way.free));
    if (c.bandwidth > 0) way.free += (bytes / c.bandwidth) * 1000;
    let arrives = way.free + c.rtt / 2 + c.jitter * this.random();
    for (let rest = bytes; rest > 0; rest -= segment) {
      while (c.loss > 0 && this.random() < c.loss) arrives += c.rtt + resend;
    }
    return (way.last = Math.max(way.last, arrives));
  }

  /** Whether the line has come to its end by now; the next one begins at once. */
  broken(now: number): boolean {
    const { reset } = this.conditions;
    if (reset > 0 && reset === this.reset && now < this.breaks) return false;
    const over = reset > 0 && reset === this.reset;
    this.reset = reset;
    this.breaks = now - reset * Math.log(1 - this.random());
    return over;
  }

  /** The moment, or the end of the pause in which it lies. Nobody asks about a moment before now any more. */
  private after(now: number, at: number): number {
    const share = this.conditions.stall;
    if (share !== this.share) {
      this.share = share;
      this.pauses = [];
      this.end = at;
    }
    if (share <= 0) return at;
    while (this.pauses[0] && this.pauses[0].end <= now) this.pauses.shift();
    const often = (mean: number): number => -mean * Math.log(1 - this.random());
    while (this.end <= at) {
      const start = this.end + often(((pauseLeast + pauseMore) * (1 - share)) / share);
      this.end = start + Math.min(pauseLeast + often(pauseMore), pauseMost);
      this.pauses.push({ start, end: this.end });
    }
    return this.pauses.find((p) => p.start <= at && at < p.end)?.end ?? at;
  }
}
