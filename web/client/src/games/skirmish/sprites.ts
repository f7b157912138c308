import { seatColor } from "../../page/colors";
import { ARENA, type Point } from "./arena";
import type { Camera } from "./camera";

const full = 2 * Math.PI;
const radius = ARENA.playerRadius;
/** Half the side of a ball's picture, units: its barrel sticks out. */
const reach = radius + 12;
const ink = "#0b0e14";
const seats = ARENA.maxPlayers;

/**
 * Balls, drawn once for each size of the window: a picture of the match then only copies them. A ball's own picture turns
 * with it, the light on it does not.
 */
export class Sprites {
  private readonly balls: HTMLCanvasElement[] = [];
  private readonly light = document.createElement("canvas");
  private size = 0; // device pixels per unit that they were drawn at
  private turned = false;

  /** Redraws them when the camera wants another size. */
  prepare(camera: Camera, ratio: number): void {
    const size = camera.target.scale * ratio;
    if (size === this.size && camera.turned === this.turned) return;
    this.size = size;
    this.turned = camera.turned;
    const { down } = camera;
    drawLight(begin(this.light, size), down);
    for (let i = 0; i < 2 * seats; i++) {
      const ctx = begin((this.balls[i] ??= document.createElement("canvas")), size);
      drawBarrel(ctx, seatColor(i % seats), i >= seats);
      drawSphere(ctx, i % seats);
    }
  }

  /** Copies a ball to (x, y), in units, turned to where it aims. */
  draw(ctx: CanvasRenderingContext2D, seat: number, triple: boolean, x: number, y: number, angle: number): void {
    const ball = this.balls[(seat % seats) + (triple ? seats : 0)];
    if (!ball) return;
    ctx.translate(x, y);
    ctx.rotate(angle);
    ctx.drawImage(ball, -reach, -reach, 2 * reach, 2 * reach);
    ctx.rotate(-angle);
    ctx.drawImage(this.light, -reach, -reach, 2 * reach, 2 * reach);
    ctx.translate(-x, -y);
  }
}

/** Empties a canvas and returns its context in units, (0, 0) in the middle. */
function begin(canvas: HTMLCanvasElement, size: number): CanvasRenderingContext2D {
  canvas.width = canvas.height = Math.ceil(2 * reach * size);
  const ctx = canvas.getContext("2d")!;
  const scale = canvas.width / (2 * reach);
  ctx.setTransform(scale, 0, 0, scale, reach * scale, reach * scale);
  return ctx;
}

function drawBarrel(ctx: CanvasRenderingContext2D, color: string, triple: boolean): void {
  for (const [width, style] of [[15, ink], [9, color]] as const) {
    ctx.lineWidth = width;
    ctx.strokeStyle = style;
    ctx.beginPath();
    for (const side of triple ? [-2.2, 0, 2.2] : [0]) {
      ctx.moveTo(0, 0);
      ctx.lineTo(Math.cos(side * ARENA.fanAngle) * (radius + 9), Math.sin(side * ARENA.fanAngle) * (radius + 9));
    }
    ctx.stroke();
  }
}

/** A ball in its seat's colour, with its seat's pattern and the finger holes, which look where it aims: to the right. */
function drawSphere(ctx: CanvasRenderingContext2D, seat: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, full);
  ctx.fillStyle = seatColor(seat);
  ctx.fill();
  ctx.clip();
  ctx.fillStyle = ctx.strokeStyle = "rgba(8,11,17,.6)";
  ctx.lineWidth = 6;
  ctx.beginPath();
  patterns[seat % patterns.length]!(ctx);
  ctx.restore();
  ctx.fillStyle = "rgba(8,11,17,.85)";
  for (const [angle, distance, size] of [[-0.42, 14.5, 3.1], [0.42, 14.5, 3.1], [0, 7.5, 3.3]] as const) {
    ctx.beginPath();
    ctx.arc(Math.cos(angle) * distance, Math.sin(angle) * distance, size, 0, full);
    ctx.fill();
  }
}

/** What tells seats apart for those who do not see the colours: one pattern each, large enough for a phone. */
const patterns: readonly ((ctx: CanvasRenderingContext2D) => void)[] = [
  () => undefined, // plain
  (ctx) => {
    ctx.lineWidth = 6; // a ring, as on the second player's discs in four in a row
    ctx.arc(0, 0, radius - 6, 0, full);
    ctx.stroke();
  },
  (ctx) => {
    ctx.rect(-radius, -radius, radius, 2 * radius); // the rear half
    ctx.fill();
  },
  (ctx) => bars(ctx, -14, -3), // two bars
  (ctx) => bars(ctx, -4), // one bar across
  (ctx) => {
    ctx.rect(-radius, -3.5, 2 * radius, 7); // a bar along
    ctx.fill();
  },
  (ctx) => {
    ctx.rect(-radius, -radius, radius, radius); // quarters
    ctx.rect(0, 0, radius, radius);
    ctx.fill();
  },
  (ctx) => {
    for (const [x, y] of [[-12, -9], [-12, 9], [0, -15], [0, 15]] as const) { // spots
      ctx.moveTo(x, y);
      ctx.arc(x, y, 4.6, 0, full);
    }
    ctx.fill();
  },
];

function bars(ctx: CanvasRenderingContext2D, ...xs: number[]): void {
  for (const x of xs) {
    ctx.moveTo(x, -radius);
    ctx.lineTo(x, radius);
  }
  ctx.stroke();
}

/** A gloss above, a shade below. */
function drawLight(ctx: CanvasRenderingContext2D, down: Point): void {
  const light = ctx.createRadialGradient(-5 - down.x * 6, -5 - down.y * 6, 2, -down.x * 3, -down.y * 3, radius * 1.25);
  light.addColorStop(0, "rgba(255,255,255,.75)");
  light.addColorStop(0.28, "rgba(255,255,255,.08)");
  light.addColorStop(0.6, "rgba(0,0,0,0)");
  light.addColorStop(1, "rgba(0,0,0,.42)");
  ctx.fillStyle = light;
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, full);
  ctx.fill();
}
