import type { Area } from "../../page/view";
import { ARENA, type Point } from "./arena";

/** How far, CSS pixels, my ball stays away from where the thumbs are. */
const clearance = 70;
const sideways: Point = { x: 1, y: 0 };
const upright: Point = { x: 0, y: 1 };

/**
 * Where the arena lies in the window. On windows that are higher than wide it is turned by a quarter, and where thumbs
 * cover its lower end it moves up as one's own ball comes near them.
 */
export class Camera {
  /** CSS pixels per unit. */
  scale = 1;
  /** Whether the arena's x axis points down the screen. */
  turned = false;
  /** How much of the window's lower end is under the thumbs, CSS pixels. */
  thumbs = 0;
  private x = 0; // of the arena's centre on the screen
  private y = 0;
  /** Where it glides to. */
  readonly target = { scale: 1, x: 0, y: 0 };
  private raised = 0; // CSS pixels, for the thumbs
  private settled = false;

  /** Fits the arena into an area: into its middle, or as a backdrop into the corner that the home page leaves free. */
  fit(area: Area, backdrop: boolean): void {
    const turned = area.height > area.width * 1.1;
    const [w, h] = turned ? [ARENA.height, ARENA.width] : [ARENA.width, ARENA.height];
    const scale = Math.min(area.width / w, area.height / h);
    // Upright, what is left over goes below the arena: there are the thumbs.
    const high = turned || backdrop ? h * scale : area.height;
    const wide = backdrop && !turned ? w * scale : area.width;
    this.target.scale = scale;
    this.target.x = area.x + area.width - wide / 2;
    this.target.y = area.y + high / 2;
    if (!this.settled || turned !== this.turned) {
      this.jump();
      this.raised = 0;
    }
    this.turned = turned;
    this.settled = true;
  }

  /** Glides to where it should be; seconds since the last frame. me is the place of one's own ball in the arena, if there is one. */
  advance(seconds: number, me: Point | undefined): void {
    const k = 1 - Math.exp(-seconds * 9);
    const lift = this.lift(me) - this.raised;
    this.raised += Math.abs(lift) < 0.2 ? lift : lift * (1 - Math.exp(-seconds * 6));
    const { scale, x, y } = this.target;
    if (Math.abs(scale - this.scale) < 0.0005 && Math.abs(x - this.x) + Math.abs(y - this.y) < 0.3) return this.jump();
    this.scale += (scale - this.scale) * k;
    this.x += (x - this.x) * k;
    this.y += (y - this.y) * k;
  }

  /** How far the arena should be raised, so that the ball is not under the thumbs: the more, the nearer it is. */
  private lift(me: Point | undefined): number {
    if (!me || !this.turned || this.thumbs === 0) return 0;
    const half = (ARENA.width / 2) * this.target.scale;
    const most = this.target.y + half - (innerHeight - this.thumbs);
    const down = (me.x - ARENA.width / 2) / (ARENA.width / 2);
    return Math.max(0, most) * Math.max(0, Math.min(1, down * (1 + clearance / half)));
  }

  /** Goes there at once. */
  jump(): void {
    this.scale = this.target.scale;
    this.x = this.target.x;
    this.y = this.target.y;
  }

  /** Lets a context draw in units, at a shake of so many pixels. */
  apply(ctx: CanvasRenderingContext2D, ratio: number, shakeX = 0, shakeY = 0): void {
    const s = this.scale * ratio;
    const cx = (this.x + shakeX) * ratio;
    const cy = (this.y - this.raised + shakeY) * ratio;
    if (this.turned) ctx.setTransform(0, s, -s, 0, cx + (ARENA.height / 2) * s, cy - (ARENA.width / 2) * s);
    else ctx.setTransform(s, 0, 0, s, cx - (ARENA.width / 2) * s, cy - (ARENA.height / 2) * s);
  }

  /** Where a point of the arena lies on the screen, CSS pixels from the left … */
  screenX(x: number, y: number): number {
    return this.x + (this.turned ? ARENA.height / 2 - y : x - ARENA.width / 2) * this.scale;
  }

  /** … and from the top. */
  screenY(x: number, y: number): number {
    return this.y - this.raised + (this.turned ? x - ARENA.width / 2 : y - ARENA.height / 2) * this.scale;
  }

  /** The place of the arena's upper left corner on the screen, as it lies there, CSS pixels from the left … */
  get left(): number {
    return this.screenX(0, this.turned ? ARENA.height : 0);
  }

  /** … and from the top. */
  get top(): number {
    return this.screenY(0, this.turned ? ARENA.height : 0);
  }

  /** What points down the screen, in the arena. */
  get down(): Point {
    return this.turned ? sideways : upright;
  }

  /** The direction in the arena of one on the screen: its x … */
  arenaX(dx: number, dy: number): number {
    return this.turned ? dy : dx;
  }

  /** … and its y. */
  arenaY(dx: number, dy: number): number {
    return this.turned ? -dx : dy;
  }
}
