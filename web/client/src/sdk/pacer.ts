/**
 * Sends inputs in step with the match: at most one a tick, the latest wins. It sleeps while there is nothing to send.
 */
export class InputPacer<Input> {
  private pending: { value: Input } | undefined;
  private provider: (() => Input | undefined) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = -Infinity; // when the next input may go, performance.now()

  /** tickMs is 0 for matches that step on each input: then every input goes at once. send tells whether it went. */
  constructor(
    private readonly tickMs: number,
    private readonly send: (value: Input) => boolean,
  ) {}

  /** Sends a value now, or at the next tick if this tick's input has gone already. */
  offer(value: Input): boolean {
    if (this.tickMs === 0) return this.send(value);
    this.pending = { value };
    this.wake();
    return true;
  }

  /** Asks provide for an input each tick, until it is given undefined. What provide returns as undefined is not sent. */
  follow(provide: (() => Input | undefined) | undefined): void {
    this.provider = provide;
    if (provide) this.wake();
  }

  /** Ends it: nothing is sent any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.provider = undefined;
    this.pending = undefined;
  }

  private wake(): void {
    if (this.timer !== undefined) return;
    const wait = this.due - performance.now();
    if (wait <= 0) this.step();
    else this.timer = setTimeout(() => this.step(), wait);
  }

  private step(): void {
    this.timer = undefined;
    const value = this.pending ? this.pending.value : this.provider?.();
    this.pending = undefined;
    if (value !== undefined) this.send(value);
    // Due times add up exactly, so that the rate is the server's; after a stall they start anew instead of catching up.
    const now = performance.now();
    const next = this.due + this.tickMs;
    this.due = next > now ? next : now + this.tickMs;
    if (this.provider && this.tickMs > 0) this.timer = setTimeout(() => this.step(), this.due - now);
  }
}
