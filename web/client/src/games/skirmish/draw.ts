import { accent, seatColor } from "../../page/colors";
import { ARENA, PADS, type Point } from "./arena";
import { HEAL, type Item, type Player, SHIELD, type Shot, TRIPLE } from "./types";

const full = 2 * Math.PI;
const radius = ARENA.playerRadius;

/** What of a ball is not in its state. */
export interface BallLook {
  me: boolean;
  away: boolean;
  /** 1 right after a hit, falling to 0. */
  flash: number;
  /** The tick being drawn. */
  tick: number;
  /** What points down the screen: light comes from above. */
  down: Point;
}

/** Draws one living player, in units, without its name. */
export function drawBall(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  const color = seatColor(p.id);
  ctx.globalAlpha = look.away ? 0.45 : 1;
  ctx.fillStyle = "rgba(0,0,0,.4)";
  const { down } = look;
  disc(ctx, p.x + down.x * 8, p.y + down.y * 8, radius);
  drawBarrel(ctx, p, color, look.tick < p.tr);
  const light = ctx.createRadialGradient(p.x - 5 - down.x * 6, p.y - 5 - down.y * 6, 2, p.x - down.x * 3, p.y - down.y * 3, radius * 1.25);
  light.addColorStop(0, "rgba(255,255,255,.75)");
  light.addColorStop(0.28, "rgba(255,255,255,.08)");
  light.addColorStop(0.6, "rgba(0,0,0,0)");
  light.addColorStop(1, "rgba(0,0,0,.42)");
  ctx.fillStyle = color;
  disc(ctx, p.x, p.y, radius);
  ctx.fillStyle = light;
  disc(ctx, p.x, p.y, radius);
  drawHoles(ctx, p);
  if (look.flash > 0) {
    ctx.globalAlpha = look.flash;
    ctx.fillStyle = "#fff";
    disc(ctx, p.x, p.y, radius + 1);
  }
  ctx.globalAlpha = look.away ? 0.45 : 1;
  drawRings(ctx, p, look);
  ctx.globalAlpha = 1;
}

function drawBarrel(ctx: CanvasRenderingContext2D, p: Player, color: string, triple: boolean): void {
  ctx.strokeStyle = "#0b0e14";
  for (const wide of [15, 9]) {
    ctx.lineWidth = wide;
    ctx.beginPath();
    for (const side of triple ? [-2.2, 0, 2.2] : [0]) {
      const a = p.a + side * ARENA.fanAngle;
      ctx.moveTo(p.x, p.y);
      ctx.lineTo(p.x + Math.cos(a) * (radius + 9), p.y + Math.sin(a) * (radius + 9));
    }
    ctx.stroke();
    ctx.strokeStyle = color;
  }
}

/** The three finger holes look where the ball aims. */
function drawHoles(ctx: CanvasRenderingContext2D, p: Player): void {
  ctx.fillStyle = "rgba(8,11,17,.82)";
  for (const [angle, distance, size] of [[-0.5, 11.5, 4], [0.5, 11.5, 4], [0, 1, 4.4]] as const) {
    disc(ctx, p.x + Math.cos(p.a + angle) * distance, p.y + Math.sin(p.a + angle) * distance, size);
  }
}

/** Hits left, shields, and for me the dash. */
function drawRings(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  ctx.lineWidth = 4;
  const part = full / ARENA.maxHP;
  for (let i = 0; i < ARENA.maxHP; i++) {
    ctx.strokeStyle = i < p.hp ? (p.hp === 1 ? "#ff7d6b" : "#eef1f6") : "rgba(238,241,246,.16)";
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius + 7, -Math.PI / 2 + i * part + 0.12, -Math.PI / 2 + (i + 1) * part - 0.12);
    ctx.stroke();
  }
  if (p.sd > 0 || look.tick < p.sf) {
    ctx.strokeStyle = "#8fe3ff";
    ctx.fillStyle = "rgba(143,227,255,.14)";
    ctx.lineWidth = p.sd > 1 ? 5 : 3;
    if (look.tick < p.sf) ctx.setLineDash([12, 8]);
    ctx.lineDashOffset = -look.tick * 4;
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius + 15, 0, full);
    ctx.fill();
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (!look.me) return;
  const ready = 1 - p.co / ARENA.dashCooldown;
  ctx.strokeStyle = accent;
  ctx.lineWidth = 3;
  ctx.globalAlpha = ready >= 1 ? 0.9 : 0.5;
  ctx.beginPath();
  ctx.arc(p.x, p.y, radius + 22, -Math.PI / 2, -Math.PI / 2 + full * Math.max(0, Math.min(1, ready)));
  ctx.stroke();
}

/** Draws a shot as a streak, part of a tick before or after the state it is in. */
export function drawShot(ctx: CanvasRenderingContext2D, shot: Shot, seconds: number): void {
  const x = shot.x + shot.vx * seconds;
  const y = shot.y + shot.vy * seconds;
  ctx.strokeStyle = seatColor(shot.o);
  ctx.lineCap = "round";
  for (const [length, width, alpha] of [[0.05, ARENA.shotRadius * 1.7, 0.3], [0.018, ARENA.shotRadius * 2, 1]] as const) {
    ctx.globalAlpha = alpha;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(x - shot.vx * length, y - shot.vy * length);
    ctx.lineTo(x, y);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  ctx.fillStyle = "#fff";
  disc(ctx, x, y, ARENA.shotRadius * 0.55);
  ctx.lineCap = "butt";
}

const itemColors: Record<number, string> = { [HEAL]: "#7ee787", [TRIPLE]: "#ffb86b", [SHIELD]: "#8fe3ff" };

/** The colour of a kind of pick-up. */
export function itemColor(kind: number): string {
  return itemColors[kind] ?? accent;
}

/** Draws a pick-up: its sign on a coin that breathes. */
export function drawItem(ctx: CanvasRenderingContext2D, item: Item, tick: number): void {
  const pad = PADS[item.id];
  if (!pad) return;
  const color = itemColor(item.k);
  const r = ARENA.itemRadius + 1.5 * Math.sin(tick * 0.25 + item.id);
  ctx.globalAlpha = 0.2;
  ctx.fillStyle = color;
  disc(ctx, pad.x, pad.y, r + 9);
  ctx.globalAlpha = 1;
  disc(ctx, pad.x, pad.y, r + 1);
  ctx.fillStyle = "#0f141d";
  disc(ctx, pad.x, pad.y, r - 2);
  drawSign(ctx, item.k, pad.x, pad.y, color);
}

function drawSign(ctx: CanvasRenderingContext2D, kind: number, x: number, y: number, color: string): void {
  ctx.fillStyle = ctx.strokeStyle = color;
  ctx.lineWidth = 4;
  ctx.beginPath();
  if (kind === HEAL) {
    ctx.moveTo(x - 8, y);
    ctx.lineTo(x + 8, y);
    ctx.moveTo(x, y - 8);
    ctx.lineTo(x, y + 8);
    ctx.stroke();
  } else if (kind === TRIPLE) {
    for (const a of [-0.55, 0, 0.55]) {
      ctx.moveTo(x - 7, y);
      ctx.lineTo(x - 7 + Math.cos(a) * 15, y + Math.sin(a) * 15);
    }
    ctx.lineWidth = 3;
    ctx.stroke();
  } else {
    ctx.moveTo(x, y - 9);
    ctx.quadraticCurveTo(x + 4, y - 6, x + 8, y - 6);
    ctx.quadraticCurveTo(x + 8, y + 5, x, y + 9);
    ctx.quadraticCurveTo(x - 8, y + 5, x - 8, y - 6);
    ctx.quadraticCurveTo(x - 4, y - 6, x, y - 9);
    ctx.fill();
  }
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, full);
  ctx.fill();
}
