/**
 * The server's time as this page sees it, without a single ping: every frame says its tick, and the frame that was
 * delayed least in the last seconds says when ticks really happen. On top of it runs the playhead: the moment that is
 * being drawn, a little in the past, so that there is almost always a later frame to move towards.
 */

/** How far back frames are remembered, ms. */
const windowLength = 5000;
/** A frame this much too late, ms, is not late: the match stood still, and time starts anew. */
const pauseAfter = 1500;
/** The delay never grows more than this above two ticks, ms: beyond it, stutter is the lesser evil. */
const maxExtraDelay = 200;
/** The playhead closes a gap this large, ms, by jumping forward; smaller ones by running faster or slower. */
const jumpAbove = 250;

/** Follows the ticks of one match. All times are milliseconds; now is that of performance.now(). */
export class TickClock {
  private readonly arrivals: { at: number; offset: number }[] = [];
  private offset = 0; // least of (arrival - tick time) in the window
  private lateness = 0; // 95th percentile above it
  private playhead = -Infinity;
  private advancedAt = 0;
  private newest = -Infinity; // tick time of the newest frame

  /** tickMs is the length of one step. */
  constructor(readonly tickMs: number) {}

  /** Tells that the frame of a tick has arrived. */
  arrived(tick: number, now: number): void {
    if (tick * this.tickMs < this.newest) this.reset(); // another match
    const offset = now - tick * this.tickMs;
    if (this.arrivals.length > 0 && offset - this.offset > pauseAfter) this.arrivals.length = 0;
    this.newest = Math.max(this.newest, tick * this.tickMs);
    this.arrivals.push({ at: now, offset });
    while (this.arrivals[0]!.at < now - windowLength) this.arrivals.shift();
    const offsets = this.arrivals.map((a) => a.offset).sort((a, b) => a - b);
    this.offset = offsets[0]!;
    this.lateness = offsets[Math.ceil(offsets.length * 0.95) - 1]! - this.offset;
  }

  /** How far behind the newest possible frame the playhead is meant to be. */
  get delay(): number {
    const wanted = Math.max(2 * this.tickMs, this.tickMs + this.lateness + 4);
    return Math.min(wanted, 2 * this.tickMs + maxExtraDelay);
  }

  /** The tick that the server is at now, with its fraction, less the time of one way. */
  serverTick(now: number): number {
    return this.arrivals.length === 0 ? 0 : (now - this.offset) / this.tickMs;
  }

  /** Moves the playhead to now and returns it, as a tick with its fraction. It never runs backwards. */
  advance(now: number): number {
    if (this.arrivals.length === 0) return 0;
    const last = this.newest + 2 * this.tickMs; // further than this no motion is carried on
    const target = Math.min(now - this.offset - this.delay, last);
    const elapsed = Math.max(0, now - this.advancedAt);
    const gap = target - (this.playhead + elapsed);
    if (gap > jumpAbove) this.playhead = target;
    else {
      const rate = gap < -jumpAbove ? 0 : 1 + Math.min(0.05, Math.max(-0.25, gap / 400));
      this.playhead += Math.min(elapsed * rate, Math.max(0, last - this.playhead));
    }
    this.advancedAt = now;
    return this.playhead / this.tickMs;
  }

  /** Forgets everything: a new connection, another match. */
  reset(): void {
    this.arrivals.length = 0;
    this.playhead = -Infinity;
    this.newest = -Infinity;
  }
}
