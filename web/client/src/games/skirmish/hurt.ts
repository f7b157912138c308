import { calm } from "../../page/dom";
import { drawBlow } from "./draw";
import type { Player } from "./types";

const glowTime = 380; // ms
const blowTime = 900; // ms

/** What I see of being hit: the screen's edge reddens, my ball is marked on the side from which it came. On my last hit the edge stays red. */
export class Hurt {
  private at = -Infinity;
  private from = Number.NaN; // radians, towards the shooter
  private glow: CanvasGradient | undefined;

  /** I was hit now, from a direction if it is known. */
  hit(from: number | undefined): void {
    this.at = performance.now();
    this.from = from ?? Number.NaN;
  }

  /** Draws the mark at my ball, in units. */
  drawMark(ctx: CanvasRenderingContext2D, me: Player, now: number): void {
    const left = 1 - (now - this.at) / blowTime;
    if (left > 0 && this.from === this.from) drawBlow(ctx, me.x, me.y, this.from, left);
  }

  /** Draws the edge of the screen, in device pixels. */
  drawEdge(ctx: CanvasRenderingContext2D, width: number, height: number, me: Player | undefined, now: number): void {
    const low = me && me.hp === 1 && me.pl === 0;
    const beat = calm.matches ? 0.3 : 0.3 + 0.12 * Math.sin(now / 160);
    const strength = Math.max(low ? beat : 0, calm.matches ? 0 : 1 - (now - this.at) / glowTime);
    if (strength <= 0) return;
    ctx.setTransform(width / 2, 0, 0, height / 2, width / 2, height / 2);
    ctx.globalAlpha = Math.min(1, strength);
    ctx.fillStyle = this.gradient(ctx);
    ctx.fillRect(-1, -1, 2, 2);
    ctx.globalAlpha = 1;
  }

  /** Of a square of 2 around the origin. */
  private gradient(ctx: CanvasRenderingContext2D): CanvasGradient {
    if (this.glow) return this.glow;
    this.glow = ctx.createRadialGradient(0, 0, 0.72, 0, 0, 1.4);
    this.glow.addColorStop(0, "rgba(255,70,60,0)");
    this.glow.addColorStop(1, "rgba(255,70,60,.6)");
    return this.glow;
  }
}
