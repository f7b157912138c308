/**
 * The server's time as this page sees it, without a single ping: every frame says its tick, and the frame that was
 * delayed least in the last seconds says when ticks really happen. On top of it runs the playhead: the moment that is
 * being drawn, a little in the past, so that there is almost always a later frame to move towards.
 */

/** How long frames are remembered, ms, and how many at most. */
const remembered = 5000;
const maxRemembered = 500;
/** A frame this much too late, ms, is not late: the match stood still, and time starts anew. */
const pauseAfter = 1500;
/** How much longer than the lateness of nearly all frames the delay is, ms; where frames come late, up to so much more. */
const margin = 4;
const calm = 13;
const marginPart = 0.28;
const maxMargin = 10;
/** The delay never grows more than this above a tick, ms: beyond it, stutter is the lesser evil. */
const maxExtraDelay = 194;
/** The playhead closes a gap this large, ms, by jumping forward; smaller ones by running faster or slower. */
const jumpAbove = 400;
/** How much faster and slower it may run, and the gap that makes it so, ms; after a stall it makes up faster. */
const faster = 0.05;
const slower = 0.08;
const fullGap = 30;
const stallGap = 80;
/** Between pictures this far apart, ms, the page was hidden: time goes on where it is now. */
const hiddenAfter = 250;
/** Motion is carried on this far past the newest frame, ms. */
const maxExtrapolation = 250;

/** Follows the ticks of one match. All times are milliseconds; now is that of performance.now(). */
export class TickClock {
  private readonly offsets: Float64Array; // (arrival - tick time) of the last frames: a ring
  private readonly sorted: Float64Array; // the same, ascending
  private n = 0;
  private at = 0;
  private late = Infinity; // offset of the frame before, if it came in a clump that began much too late
  private wanted = 0; // the delay, smoothed
  private playhead = -Infinity;
  private advancedAt = 0;
  private newest = -Infinity; // tick time of the newest frame

  /** tickMs is the length of one step. */
  constructor(readonly tickMs: number) {
    const size = Math.min(maxRemembered, Math.ceil(remembered / tickMs));
    this.offsets = new Float64Array(size);
    this.sorted = new Float64Array(size);
  }

  /** Tells that the frame of a tick has arrived. */
  arrived(tick: number, now: number): void {
    const time = tick * this.tickMs;
    if (time < this.newest) this.reset(); // another match
    const offset = now - time;
    const passed = time - this.newest;
    this.newest = time;
    const much = this.n > 0 && offset - this.offset > pauseAfter;
    if (much || this.late < Infinity) {
      // Frames that come all at once have waited, for the link or a sleeping page; those that come in step are the new time.
      const waited = !(offset >= this.late - passed / 2);
      this.late = offset;
      if (waited) return;
      if (much) this.n = this.at = 0;
    }
    this.late = Infinity;
    this.insert(offset);
    const more = Math.min(maxMargin, Math.max(0, marginPart * (this.lateness - calm)));
    const wanted = Math.min(this.lateness + margin + more, maxExtraDelay);
    if (this.n === 1) this.wanted = wanted;
    this.wanted += (wanted - this.wanted) * (wanted > this.wanted ? 0.5 : 0.02); // up quickly, down slowly
  }

  /** How late frames come, ms: 95 of 100 come sooner. */
  get lateness(): number {
    return this.n === 0 ? 0 : this.sorted[Math.ceil(this.n * 0.95) - 1]! - this.offset;
  }

  /** How far behind the newest possible frame the playhead is meant to be. */
  get delay(): number {
    return this.tickMs + this.wanted;
  }

  /** When tick 0 was, as if its frame had come without delay. */
  get offset(): number {
    return this.n === 0 ? 0 : this.sorted[0]!;
  }

  /** The tick that the server is at now, with its fraction, less the time of one way. */
  serverTick(now: number): number {
    return this.n === 0 ? 0 : (now - this.offset) / this.tickMs;
  }

  /** Moves the playhead to now and returns it, as a tick with its fraction. It never runs backwards. */
  advance(now: number): number {
    if (this.n === 0) return 0;
    const last = this.newest + (this.late === Infinity ? maxExtrapolation : 0);
    const target = Math.min(now - this.offset - this.delay, last);
    const elapsed = Math.max(0, now - this.advancedAt);
    const gap = target - (this.playhead + elapsed);
    if (gap > jumpAbove || elapsed > hiddenAfter) this.playhead = Math.max(this.playhead, target);
    else {
      const most = gap > stallGap ? 4 * faster : faster;
      const rate = gap < -jumpAbove ? 0 : 1 + Math.min(most, Math.max(-slower, (gap / fullGap) * faster));
      this.playhead += Math.min(elapsed * rate, Math.max(0, last - this.playhead));
    }
    this.advancedAt = now;
    return this.playhead / this.tickMs;
  }

  /** Where the playhead was when it was last moved, as a tick with its fraction; undefined before that. */
  get drawn(): number | undefined {
    return this.playhead === -Infinity ? undefined : this.playhead / this.tickMs;
  }

  /** Whether any frame has arrived. */
  get started(): boolean {
    return this.n > 0;
  }

  /** Whether the playhead is past the newest frame. */
  get starved(): boolean {
    return this.playhead > this.newest;
  }

  /** Forgets everything: a new connection, another match. */
  reset(): void {
    this.n = this.at = 0;
    this.late = Infinity;
    this.playhead = -Infinity;
    this.newest = -Infinity;
  }

  /** Takes an offset into the ring and its place among the sorted ones, where the one that falls out of the ring leaves. */
  private insert(offset: number): void {
    const { offsets, sorted } = this;
    const size = sorted.length;
    let i = this.n;
    if (this.n < size) this.n++;
    else {
      const old = offsets[this.at]!;
      i = 0;
      while (sorted[i]! < old) i++;
      while (i + 1 < size && sorted[i + 1]! < offset) sorted[i] = sorted[++i]!;
    }
    while (i > 0 && sorted[i - 1]! > offset) sorted[i] = sorted[--i]!;
    sorted[i] = offset;
    offsets[this.at] = offset;
    this.at = (this.at + 1) % size;
  }
}
