import { ARENA, PADS, type Point, WALLS } from "./arena";
import type { Camera } from "./camera";

/** What never changes, drawn once for each size of the window, so that a picture costs no more than a copy of it. */
export class Floor {
  private readonly canvas = document.createElement("canvas");
  private size = 0; // device pixels per unit that it was drawn at
  private turned = false;

  /** Puts the floor on the screen. */
  draw(ctx: CanvasRenderingContext2D, camera: Camera, ratio: number, shakeX: number, shakeY: number): void {
    const size = camera.target.scale * ratio;
    if (this.size !== size || this.turned !== camera.turned) this.build(size, camera);
    const zoom = (camera.scale * ratio) / size;
    ctx.setTransform(zoom, 0, 0, zoom, Math.round((camera.left + shakeX) * ratio), Math.round((camera.top + shakeY) * ratio));
    ctx.drawImage(this.canvas, 0, 0);
  }

  private build(size: number, camera: Camera): void {
    this.size = size;
    this.turned = camera.turned;
    const [width, height] = camera.turned ? [ARENA.height, ARENA.width] : [ARENA.width, ARENA.height];
    this.canvas.width = Math.round(width * size);
    this.canvas.height = Math.round(height * size);
    const ctx = this.canvas.getContext("2d", { alpha: false })!;
    if (camera.turned) ctx.setTransform(0, size, -size, 0, ARENA.height * size, 0);
    else ctx.setTransform(size, 0, 0, size, 0, 0);
    drawFloor(ctx, camera.down);
  }
}

/** Draws the lane floor, the pads and the walls, in units. down is what points down the screen. */
function drawFloor(ctx: CanvasRenderingContext2D, down: Point): void {
  const { width, height } = ARENA;
  drawBoards(ctx);
  drawArrows(ctx);
  drawRack(ctx);
  drawPads(ctx);
  const dusk = ctx.createRadialGradient(width / 2, height / 2, 250, width / 2, height / 2, 1000);
  dusk.addColorStop(0, "rgba(8,11,18,0)");
  dusk.addColorStop(1, "rgba(8,11,18,.6)");
  ctx.fillStyle = dusk;
  ctx.fillRect(0, 0, width, height);
  drawWalls(ctx, down);
  ctx.lineWidth = 10;
  ctx.strokeStyle = "#0b0e14";
  ctx.strokeRect(0, 0, width, height);
  ctx.lineWidth = 4;
  ctx.strokeStyle = "#c9993a";
  ctx.strokeRect(3, 3, width - 6, height - 6);
}

/** The boards of a lane: each a little different from the next, cut to lengths. */
function drawBoards(ctx: CanvasRenderingContext2D): void {
  const shades = ["#1e2840", "#1c2538", "#212c46", "#1a2336"];
  for (let row = 0; row * 36 < ARENA.height; row++) {
    const cut = (row * 613) % 400;
    for (let x = cut - 400, i = row; x < ARENA.width; x += 400, i++) {
      ctx.fillStyle = shades[(i * 7 + row * 3) % shades.length]!;
      ctx.fillRect(x, row * 36, 400, 36);
      ctx.fillStyle = "rgba(6,9,15,.5)";
      ctx.fillRect(x, row * 36, 2, 36);
    }
    ctx.fillStyle = "rgba(6,9,15,.5)";
    ctx.fillRect(0, row * 36, ARENA.width, 1.5);
  }
}

/** The aiming arrows of a lane, on both sides. */
function drawArrows(ctx: CanvasRenderingContext2D): void {
  ctx.fillStyle = "rgba(201,153,58,.32)";
  for (const side of [-1, 1]) {
    for (let i = -3; i <= 3; i++) {
      const x = ARENA.width / 2 + side * (470 - Math.abs(i) * 30);
      const y = ARENA.height / 2 + i * 62;
      ctx.beginPath();
      ctx.moveTo(x - side * 22, y);
      ctx.lineTo(x + side * 10, y - 8);
      ctx.lineTo(x + side * 10, y + 8);
      ctx.fill();
    }
  }
}

/** The nine pins' spots, large and faint, in the middle. */
function drawRack(ctx: CanvasRenderingContext2D): void {
  const step = 62;
  ctx.strokeStyle = "rgba(201,153,58,.3)";
  ctx.fillStyle = "rgba(6,9,15,.28)";
  ctx.lineWidth = 3;
  for (let row = -2; row <= 2; row++) {
    const count = 3 - Math.abs(row);
    for (let i = 0; i < count; i++) {
      ctx.beginPath();
      ctx.arc(ARENA.width / 2 + (i - (count - 1) / 2) * 2 * step, ARENA.height / 2 + row * step, 15, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }
}

function drawPads(ctx: CanvasRenderingContext2D): void {
  for (const pad of PADS) {
    ctx.beginPath();
    ctx.arc(pad.x, pad.y, 25, 0, 2 * Math.PI);
    ctx.fillStyle = "rgba(10,14,22,.75)";
    ctx.fill();
    ctx.setLineDash([9, 7]);
    ctx.strokeStyle = "#5a6c90";
    ctx.lineWidth = 2.5;
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

/** Blocks with a lit top, a front that looks down the screen, and a shadow there. */
function drawWalls(ctx: CanvasRenderingContext2D, down: Point): void {
  ctx.fillStyle = "rgba(3,5,9,.55)";
  for (const w of WALLS) round(ctx, w.x + down.x * 10 - 3, w.y + down.y * 10 - 3, w.w + 6, w.h + 6);
  for (const w of WALLS) {
    ctx.fillStyle = "#2c3a59";
    round(ctx, w.x, w.y, w.w, w.h);
    const width = w.w - down.x * 8;
    const height = w.h - down.y * 8;
    const top = ctx.createLinearGradient(w.x, w.y, w.x + down.x * w.w, w.y + down.y * w.h);
    top.addColorStop(0, "#6279ae");
    top.addColorStop(1, "#465985");
    ctx.fillStyle = top;
    round(ctx, w.x, w.y, width, height);
    ctx.strokeStyle = "rgba(190,208,245,.5)";
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.roundRect(w.x + 1.5, w.y + 1.5, width - 3, height - 3, 6);
    ctx.stroke();
  }
}

function round(ctx: CanvasRenderingContext2D, x: number, y: number, w: number, h: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, 7);
  ctx.fill();
}
