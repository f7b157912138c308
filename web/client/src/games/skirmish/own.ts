import { ARENA } from "./arena";
import { type Body, step } from "./move";
import type { Input, Player } from "./types";

/** An input on its way: sent, and not yet in any state that came back. */
interface Sent {
  seq: number;
  value: Input;
  /** When it went, performance.now(). */
  at: number;
}

/** A correction larger than this, units, is a new place (a new life), not an error to be smoothed. */
const jump = 150;
const stepMs = 1000 / ARENA.tickRate;

/**
 * Shows one's own ball without the wait for the server: the last state of it, moved on by the inputs that this state
 * does not know yet. What the server corrects is blended in over about a tenth of a second.
 */
export class OwnBall {
  private before: Body | undefined; // the last two steps: the ball glides from one to the other
  private after: Body | undefined;
  private at = 0; // when the last step was made
  private seq = 0;
  private tick = -1;
  private offX = 0; // what is still shown of past corrections
  private offY = 0;

  /** Forgets where it was. */
  reset(): void {
    this.before = this.after = undefined;
    this.seq = 0;
  }

  /** The player as it is to be drawn now. */
  show(player: Player, tick: number, pending: readonly Sent[], now: number, seconds: number): Player {
    if (player.hp === 0) {
      this.reset();
      return player;
    }
    if (!this.before || !this.after) {
      this.before = this.after = player;
      this.tick = -1;
    }
    for (const sent of pending) {
      if (sent.seq <= this.seq) continue;
      this.before = this.after;
      this.after = step(this.after, sent.value);
      this.at = sent.at;
      this.seq = sent.seq;
    }
    if (tick !== this.tick) this.correct(player, pending);
    this.tick = tick;
    const fade = Math.exp(-seconds * 12);
    this.offX *= fade;
    this.offY *= fade;
    const t = Math.min(1, (now - this.at) / stepMs);
    const x = this.before.x + (this.after.x - this.before.x) * t + this.offX;
    const y = this.before.y + (this.after.y - this.before.y) * t + this.offY;
    return { ...player, ...this.after, x, y, a: pending.at(-1)?.value.a ?? player.a };
  }

  private correct(player: Body, pending: readonly Sent[]): void {
    if (!this.before || !this.after) return;
    const right = pending.reduce((body, sent) => step(body, sent.value), player);
    const dx = right.x - this.after.x;
    const dy = right.y - this.after.y;
    if (Math.hypot(dx, dy) > jump) {
      this.before = right;
      this.offX = this.offY = 0;
    } else {
      this.before = { ...this.before, x: this.before.x + dx, y: this.before.y + dy };
      this.offX -= dx;
      this.offY -= dy;
    }
    this.after = right;
  }
}
