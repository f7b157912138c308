import type { Area } from "../../page/view";
import { ARENA, type Point } from "./arena";

/** Where the arena lies in the window. On windows that are higher than wide it is turned by a quarter. */
export class Camera {
  /** CSS pixels per unit. */
  scale = 1;
  /** Whether the arena's x axis points down the screen. */
  turned = false;
  private x = 0; // of the arena's centre on the screen
  private y = 0;
  /** Where it glides to. */
  target = { scale: 1, x: 0, y: 0 };
  private settled = false;

  /** Fits the arena into an area: into its middle, or as a backdrop into the corner that the home page leaves free. */
  fit(area: Area, backdrop: boolean): void {
    const turned = area.height > area.width * 1.1;
    const [w, h] = turned ? [ARENA.height, ARENA.width] : [ARENA.width, ARENA.height];
    const scale = Math.min(area.width / w, area.height / h);
    // Upright, what is left over goes below the arena: there are the thumbs.
    const high = turned || backdrop ? h * scale : area.height;
    const wide = backdrop && !turned ? w * scale : area.width;
    this.target = { scale, x: area.x + area.width - wide / 2, y: area.y + high / 2 };
    if (!this.settled || turned !== this.turned) this.jump();
    this.turned = turned;
    this.settled = true;
  }

  /** Glides to where it should be; seconds since the last frame. */
  advance(seconds: number): void {
    if (Math.abs(this.target.scale - this.scale) < 0.0005 && Math.hypot(this.target.x - this.x, this.target.y - this.y) < 0.2) return this.jump();
    const k = 1 - Math.exp(-seconds * 9);
    this.scale += (this.target.scale - this.scale) * k;
    this.x += (this.target.x - this.x) * k;
    this.y += (this.target.y - this.y) * k;
  }

  /** Goes there at once. */
  jump(): void {
    ({ scale: this.scale, x: this.x, y: this.y } = this.target);
  }

  /** Lets a context draw in units, at a shake of so many pixels. */
  apply(ctx: CanvasRenderingContext2D, ratio: number, shakeX = 0, shakeY = 0): void {
    const s = this.scale * ratio;
    const cx = (this.x + shakeX) * ratio;
    const cy = (this.y + shakeY) * ratio;
    if (this.turned) ctx.setTransform(0, s, -s, 0, cx + (ARENA.height / 2) * s, cy - (ARENA.width / 2) * s);
    else ctx.setTransform(s, 0, 0, s, cx - (ARENA.width / 2) * s, cy - (ARENA.height / 2) * s);
  }

  /** A point of the arena on the screen, CSS pixels. */
  toScreen(x: number, y: number): { x: number; y: number } {
    const dx = (x - ARENA.width / 2) * this.scale;
    const dy = (y - ARENA.height / 2) * this.scale;
    return this.turned ? { x: this.x - dy, y: this.y + dx } : { x: this.x + dx, y: this.y + dy };
  }

  /** The corner of the arena that is the upper left one on the screen, CSS pixels. */
  corner(): { x: number; y: number } {
    return this.turned ? this.toScreen(0, ARENA.height) : this.toScreen(0, 0);
  }

  /** What points down the screen, in the arena. */
  get down(): Point {
    return this.turned ? { x: 1, y: 0 } : { x: 0, y: 1 };
  }

  /** A direction on the screen as one in the arena. */
  toArena(dx: number, dy: number): { dx: number; dy: number } {
    return this.turned ? { dx: dy, dy: -dx } : { dx, dy };
  }
}
