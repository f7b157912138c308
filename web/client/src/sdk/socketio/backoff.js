/** How long to wait before the next attempt to connect, in place of a module of socket.io-client. */
export class Backoff {
  attempts = 0;

  constructor(options) {
    this.options = options;
  }

  /** ms: twice as long each time, up to max, and spread by the part jitter, so that not all come back at once. */
  duration() {
    const { min, max, jitter } = this.options;
    return Math.min(max, min * 2 ** this.attempts++ * (1 + jitter * (2 * Math.random() - 1)));
  }

  reset() {
    this.attempts = 0;
  }

  setMin(min) {
    this.options.min = min;
  }

  setMax(max) {
    this.options.max = max;
  }

  setJitter(jitter) {
    this.options.jitter = jitter;
  }
}
