/** Figures about a room's connection, for a panel that tells players why a game feels as it does. */

/** How the connection of a room is. */
export interface NetStats {
  /** Round trip, ms, smoothed; undefined before it was measured. */
  rtt: number | undefined;
  /** How much the time between states differs from a tick, ms, smoothed. */
  jitter: number;
  /** How late states come, ms: 95 of 100 come sooner. */
  lateness: number;
  /** How far what is drawn is meant to be behind the newest state that could be here, ms. */
  delay: number;
  /** Bytes per second, without headers of the transport; 0 over a socket that has another parser than the SDK's. */
  bytesIn: number;
  bytesOut: number;
  /** States per second. */
  frames: number;
  /** Times in the last minute that the server had a predicted body elsewhere by more than two quanta. */
  corrections: number;
  /** By how much it was, the last time. */
  error: number;
  /** Inputs that were made and that no state has consumed yet. */
  inFlight: number;
  /** The part of the last pictures that were later than the newest state, 0 to 1. */
  starved: number;
  /** Times since joining that no state came for four ticks. */
  stalls: number;
}

/** What a connection has carried so far, bytes. */
export interface Traffic {
  in: number;
  out: number;
}

/** Pictures that count for starved, about. */
const pictures = 600;
const minute = 60_000;

/** Counts for one room. All times are those of performance.now(), ms. */
export class Meter {
  jitter = 0;
  starved = 0;
  stalls = 0;
  frames = 0; // per second
  bytesIn = 0;
  bytesOut = 0;
  error = 0;
  private readonly corrected: number[] = []; // when
  private arrivedAt = NaN;
  private tick = 0;
  private count = 0;
  private since = NaN; // when the running second began, and what was carried before
  private before: Traffic = { in: 0, out: 0 };

  constructor(private readonly tickMs: number, private readonly traffic: Traffic) {}

  /** A state has come. */
  arrived(tick: number, now: number): void {
    const gap = now - this.arrivedAt;
    const meant = (tick - this.tick) * this.tickMs;
    if (gap >= 0 && meant > 0) {
      this.jitter += (Math.abs(gap - meant) - this.jitter) / 16;
      if (gap > 4 * this.tickMs) this.stalls++;
    }
    this.arrivedAt = now;
    this.tick = tick;
    this.count++;
  }

  /** No states are to come for a while: that is no stall. */
  rest(): void {
    this.arrivedAt = NaN;
  }

  /** A picture is drawn; starved: it is later than the newest state. */
  drawn(starved: boolean): void {
    this.starved += ((starved ? 1 : 0) - this.starved) / pictures;
  }

  /** A prediction was wrong. */
  corrects(error: number, now: number): void {
    this.error = error;
    this.corrected.push(now);
    this.corrections(now); // the last minute is all that is kept, even if nobody asks
  }

  /** Corrections in the last minute. */
  corrections(now: number): number {
    while (this.corrected[0]! < now - minute) this.corrected.shift();
    return this.corrected.length;
  }

  /** Ends a second when it is over. */
  roll(now: number): void {
    const seconds = (now - this.since) / 1000;
    if (seconds < 1) return;
    const { traffic, before } = this;
    if (seconds > 0) {
      this.frames = this.count / seconds;
      this.bytesIn = (traffic.in - before.in) / seconds;
      this.bytesOut = (traffic.out - before.out) / seconds;
    }
    this.since = now;
    this.count = 0;
    this.before = { ...traffic };
  }
}
