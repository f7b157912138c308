import { ARENA, PADS, WALLS } from "./arena";

/** Draws what never changes: the lane floor, the pads and the walls, in units. */
export function drawFloor(ctx: CanvasRenderingContext2D): void {
  const { width, height } = ARENA;
  ctx.fillStyle = "#0f141d";
  ctx.fillRect(0, 0, width, height);
  drawBoards(ctx);
  drawRack(ctx);
  drawPads(ctx);
  drawWalls(ctx);
  ctx.strokeStyle = "#ffc53d";
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = 4;
  ctx.strokeRect(2, 2, width - 4, height - 4);
  ctx.globalAlpha = 1;
}

/** The boards of a lane, with its arrows on both sides. */
function drawBoards(ctx: CanvasRenderingContext2D): void {
  for (let i = 0; i * 50 < ARENA.height; i++) {
    ctx.fillStyle = i % 2 === 0 ? "#111824" : "#0f1520";
    ctx.fillRect(0, i * 50, ARENA.width, 50);
  }
  ctx.strokeStyle = "#18202e";
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (let y = 50; y < ARENA.height; y += 50) {
    ctx.moveTo(0, y);
    ctx.lineTo(ARENA.width, y);
  }
  ctx.stroke();
  ctx.fillStyle = "#1c2636";
  for (const side of [-1, 1]) {
    for (let i = -3; i <= 3; i++) {
      const x = ARENA.width / 2 + side * (560 - Math.abs(i) * 34);
      const y = ARENA.height / 2 + i * 100;
      ctx.beginPath();
      ctx.moveTo(x - side * 15, y);
      ctx.lineTo(x + side * 11, y - 9);
      ctx.lineTo(x + side * 11, y + 9);
      ctx.fill();
    }
  }
}

/** The nine pins' spots, large and faint, in the middle. */
function drawRack(ctx: CanvasRenderingContext2D): void {
  const step = 62;
  ctx.strokeStyle = "#1e2838";
  ctx.lineWidth = 4;
  for (let row = -2; row <= 2; row++) {
    const count = 3 - Math.abs(row);
    for (let i = 0; i < count; i++) {
      ctx.beginPath();
      ctx.arc(ARENA.width / 2 + (i - (count - 1) / 2) * 2 * step, ARENA.height / 2 + row * step, 15, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
}

function drawPads(ctx: CanvasRenderingContext2D): void {
  for (const pad of PADS) {
    ctx.beginPath();
    ctx.arc(pad.x, pad.y, 25, 0, 2 * Math.PI);
    ctx.fillStyle = "#141b28";
    ctx.fill();
    ctx.setLineDash([9, 7]);
    ctx.strokeStyle = "#33415a";
    ctx.lineWidth = 2.5;
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

function drawWalls(ctx: CanvasRenderingContext2D): void {
  ctx.fillStyle = "rgba(0,0,0,.45)";
  for (const w of WALLS) round(ctx, w.x + 3, w.y + 9, w.w, w.h);
  for (const w of WALLS) {
    ctx.fillStyle = "#26324a";
    round(ctx, w.x, w.y, w.w, w.h);
    ctx.fillStyle = "#31405e";
    round(ctx, w.x, w.y, w.w, w.h - 6);
    ctx.strokeStyle = "#4a5d84";
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.roundRect(w.x + 1, w.y + 1, w.w - 2, w.h - 8, 6);
    ctx.stroke();
  }
}

function round(ctx: CanvasRenderingContext2D, x: number, y: number, w: number, h: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, 7);
  ctx.fill();
}
