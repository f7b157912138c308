/**
 * Sends inputs in step with the match: one a tick, and none that would pile up at the server.
 *
 * Each input has a slot, one tick long, at whose end it goes: a steady stream, in step with the server's clock. What it
 * says is fixed at that moment too, or sooner: after a nudge, because a key went down or up, at once. A prediction shows
 * an input from the moment it is fixed, so a key press is on the screen with the next picture, while the server still
 * gets one input a tick. The inputs that follow are then fixed ahead of their slots' ends too, by less each time.
 */

/** While inputs are fixed ahead of their slots' ends, a step lasts so much longer than a tick. */
const unwind = 0.08;

/** Where the inputs go. */
export interface Outlet<Input> {
  /** Fixes an input: it counts from at on, for ms. Returns its sequence, or 0 if it cannot go. */
  fix(value: Input, at: number, ms: number): number;
  /** Sends the input of a sequence. */
  transmit(seq: number): void;
  /** How much longer than a tick the next slot is to be, ms. */
  stretch(): number;
}

/** Paces the inputs of one seat. All times are milliseconds of performance.now(). */
export class InputPacer<Input> {
  private pending: { value: Input } | undefined;
  private provider: (() => Input | undefined) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timerAt = 0;
  private fixAt = -Infinity; // when the next input is to be fixed
  private slotEnd = -Infinity; // when that input is to go
  private waiting = 0; // the sequence of an input that is fixed and has not gone
  private sendAt = 0; // when it goes

  /** tickMs is 0 for matches that step on each input: then every input goes at once. */
  constructor(
    private readonly tickMs: number,
    private readonly outlet: Outlet<Input>,
  ) {}

  /** Sends a value now, or at the next tick if this tick's input has gone already; then the latest wins. */
  offer(value: Input): boolean {
    if (this.tickMs === 0) {
      const seq = this.outlet.fix(value, performance.now(), 0);
      if (seq > 0) this.outlet.transmit(seq);
      return seq > 0;
    }
    this.pending = { value };
    this.poll();
    return true;
  }

  /** Asks provide for an input each tick, until it is given undefined. What provide returns as undefined is not sent. */
  follow(provide: (() => Input | undefined) | undefined): void {
    this.provider = provide;
    this.poll();
  }

  /** Asks for the next input as soon as its slot has begun: what the player wants has changed. */
  nudge(): void {
    if (!this.provider || this.tickMs === 0) return;
    const now = performance.now();
    const free = Math.max(now, this.slotEnd - this.tickMs, this.waiting > 0 ? this.sendAt : now); // its slot has begun
    this.fixAt = Math.min(this.fixAt, free);
    this.poll(now);
  }

  /** Does what is due. Each picture calls it first, so that none waits for a timer that is late. */
  poll(now = performance.now()): void {
    if (this.waiting > 0 && now >= this.sendAt) this.send();
    if (now >= this.fixAt && (this.pending || (this.provider && this.tickMs > 0))) this.fix(now);
    this.sleep(now);
  }

  /** Gives up what waits to be sent; the provider is asked on. */
  drop(): void {
    this.pending = undefined;
    this.waiting = 0;
  }

  /** Ends it: nothing is sent any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.provider = undefined;
    this.drop();
  }

  private fix(now: number): void {
    const { tickMs, outlet } = this;
    // Times add up exactly, so that the rate is the server's; after a stall they start anew instead of catching up.
    if (now - this.fixAt >= tickMs) this.fixAt = this.slotEnd = now;
    const at = this.fixAt;
    const end = this.slotEnd;
    this.slotEnd += tickMs + outlet.stretch();
    this.fixAt = Math.min(this.slotEnd, at + tickMs * (1 + unwind));
    const value = this.pending ? this.pending.value : this.provider?.();
    this.pending = undefined;
    if (value === undefined) return;
    if (this.waiting > 0) this.send();
    this.waiting = outlet.fix(value, at, this.fixAt - at);
    this.sendAt = end;
    if (now >= end && this.waiting > 0) this.send();
  }

  private send(): void {
    const seq = this.waiting;
    this.waiting = 0;
    this.outlet.transmit(seq);
  }

  private sleep(now: number): void {
    let next = this.pending || (this.provider && this.tickMs > 0) ? this.fixAt : Infinity;
    if (this.waiting > 0) next = Math.min(next, this.sendAt);
    if (this.timer !== undefined && this.timerAt === next) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerAt = next;
    if (next === Infinity) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.poll();
    }, Math.max(0, next - now));
  }
}
