import { accent, seatColor } from "../../page/colors";
import { ARENA, PADS, type Point } from "./arena";
import type { Sprites } from "./sprites";
import { HEAL, type Item, type Player, SHIELD, type Shot, TRIPLE } from "./types";

// Nothing here makes an object: these functions run for each thing in each picture.

const full = 2 * Math.PI;
const radius = ARENA.playerRadius;
const top = -Math.PI / 2;
const dashes = [12, 8];
const ghostly = [5, 4];
const solid: number[] = [];
/** The spawn shield blinks in its last ticks. */
const blinkTicks = 10;

/** What of a ball is not in its state. One is enough for all balls, one after the other. */
export interface BallLook {
  me: boolean;
  away: boolean;
  /** 1 right after a hit, falling to 0. */
  flash: number;
  /** The tick being drawn. */
  tick: number;
  /** What points down the screen: light comes from above. */
  down: Point;
  /** Without blinking and flashing. */
  calm: boolean;
  /** Units of a line that can just be seen well. */
  fine: number;
}

/** Draws one living player, in units, without its name. */
export function drawBall(ctx: CanvasRenderingContext2D, sprites: Sprites, p: Player, look: BallLook): void {
  const alpha = look.away ? 0.45 : 1;
  ctx.globalAlpha = alpha;
  ctx.fillStyle = "rgba(0,0,0,.4)";
  disc(ctx, p.x + look.down.x * 8, p.y + look.down.y * 8, radius);
  sprites.draw(ctx, p.id, look.tick < p.tr, p.x, p.y, p.a);
  if (look.flash > 0) drawHit(ctx, p, look);
  ctx.globalAlpha = alpha;
  drawHealth(ctx, p, look);
  if (p.sd > 0) drawShield(ctx, p, look);
  if (look.tick < p.sf) drawSafe(ctx, p, look);
  if (look.me) drawDash(ctx, p);
  ctx.globalAlpha = 1;
}

/** The ball lights up, or for those who asked for calm a rim fades. */
function drawHit(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  ctx.globalAlpha = look.flash;
  if (look.calm) {
    ring(ctx, p.x, p.y, radius + 1, 4, "#fff");
    return;
  }
  ctx.fillStyle = "#fff";
  disc(ctx, p.x, p.y, radius + 1);
}

/** Hits left, as parts of a ring. The last one is red and thick. */
function drawHealth(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  const part = full / ARENA.maxHP;
  const low = p.hp === 1;
  const width = Math.max(4, look.fine * 1.5);
  for (let i = 0; i < ARENA.maxHP; i++) {
    const left = i < p.hp;
    ctx.strokeStyle = !left ? "rgba(238,241,246,.18)" : low ? "#ff7d6b" : "#eef1f6";
    ctx.lineWidth = left ? (low ? width * 1.7 : width) : width * 0.6;
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius + 7, top + i * part + 0.12, top + (i + 1) * part - 0.12);
    ctx.stroke();
  }
}

/** A bubble with a rim for each hit that it still takes. */
function drawShield(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  ctx.fillStyle = "rgba(143,227,255,.14)";
  disc(ctx, p.x, p.y, radius + 14);
  const width = Math.max(3, look.fine);
  for (let i = 0; i < p.sd; i++) ring(ctx, p.x, p.y, radius + 14 + i * width * 2, width, "#8fe3ff");
}

/** The shield of a new life: dashed, and blinking when it is about to end. */
function drawSafe(ctx: CanvasRenderingContext2D, p: Player, look: BallLook): void {
  const left = p.sf - look.tick;
  if (left < blinkTicks && !look.calm && Math.floor(left / 2) % 2 === 0) return;
  ctx.setLineDash(dashes);
  ctx.lineDashOffset = look.calm ? 0 : -look.tick * 4;
  ctx.fillStyle = "rgba(255,255,255,.12)";
  disc(ctx, p.x, p.y, radius + 15);
  ring(ctx, p.x, p.y, radius + 15, Math.max(3, look.fine), "#e8fbff");
  ctx.setLineDash(solid);
}

/** For me: how far the dash has rested. */
function drawDash(ctx: CanvasRenderingContext2D, p: Player): void {
  const ready = Math.max(0, Math.min(1, 1 - p.co / ARENA.dashCooldown));
  ctx.globalAlpha = ready >= 1 ? 0.9 : 0.5;
  ctx.strokeStyle = accent;
  ctx.lineWidth = 3;
  ctx.beginPath();
  ctx.arc(p.x, p.y, radius + 22, top, top + full * ready);
  ctx.stroke();
}

/** Marks the side from which I was hit, at my ball; strength falls from 1 to 0. */
export function drawBlow(ctx: CanvasRenderingContext2D, x: number, y: number, from: number, strength: number): void {
  ctx.globalAlpha = Math.min(1, strength * 1.6);
  ctx.fillStyle = "#ff6a58";
  const near = radius + 30;
  ctx.beginPath();
  ctx.arc(x, y, near + 13, from - 0.55, from + 0.55);
  ctx.arc(x, y, near + 4, from + 0.55, from - 0.55, true);
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(x + Math.cos(from) * (near + 34), y + Math.sin(from) * (near + 34));
  ctx.lineTo(x + Math.cos(from - 0.2) * (near + 13), y + Math.sin(from - 0.2) * (near + 13));
  ctx.lineTo(x + Math.cos(from + 0.2) * (near + 13), y + Math.sin(from + 0.2) * (near + 13));
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Draws a shot as a streak that ends at (x, y). Those that can hurt me are heavier: outlined, with a bright head. */
export function drawShot(ctx: CanvasRenderingContext2D, x: number, y: number, shot: Shot, mine: boolean, fine: number): void {
  const color = seatColor(shot.o);
  const size = Math.max(ARENA.shotRadius, fine * 1.6);
  ctx.lineCap = "round";
  ctx.globalAlpha = 0.3;
  streak(ctx, x, y, shot, 0.05, size * 1.7, color);
  ctx.globalAlpha = 1;
  if (!mine) streak(ctx, x, y, shot, 0.018, size * 2 + 5, "rgba(8,11,17,.8)");
  streak(ctx, x, y, shot, 0.018, mine ? size * 1.5 : size * 2, color);
  ctx.lineCap = "butt";
  if (mine) return;
  ctx.fillStyle = "#fff";
  disc(ctx, x, y, size * 0.62);
}

function streak(ctx: CanvasRenderingContext2D, x: number, y: number, shot: Shot, seconds: number, width: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x - shot.vx * seconds, y - shot.vy * seconds);
  ctx.lineTo(x, y);
  ctx.stroke();
}

/** The server's own picture of a player or a shot: a dashed outline, and a line to where we draw it. */
export function drawGhost(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, angle: number, ours: Point | undefined, fine: number): void {
  ctx.strokeStyle = ctx.fillStyle = "#fff";
  ctx.lineWidth = fine;
  ctx.globalAlpha = 0.14;
  disc(ctx, x, y, r);
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.moveTo(x, y);
  if (ours) ctx.lineTo(ours.x, ours.y);
  ctx.moveTo(x + Math.cos(angle) * r, y + Math.sin(angle) * r);
  ctx.lineTo(x + Math.cos(angle) * (r + 9), y + Math.sin(angle) * (r + 9));
  ctx.stroke();
  ctx.setLineDash(ghostly);
  ctx.beginPath();
  ctx.arc(x, y, r + 3, 0, full);
  ctx.stroke();
  ctx.setLineDash(solid);
}

/** The colour of a kind of pick-up. */
export function itemColor(kind: number): string {
  return kind === HEAL ? "#7ee787" : kind === TRIPLE ? "#ffb86b" : kind === SHIELD ? "#8fe3ff" : accent;
}

/** Draws a pick-up: its sign on a coin that breathes. */
export function drawItem(ctx: CanvasRenderingContext2D, item: Item, tick: number, down: Point): void {
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
  ctx.fillStyle = ctx.strokeStyle = color;
  const turn = Math.atan2(down.x, down.y); // signs stand upright however the arena lies
  ctx.translate(pad.x, pad.y);
  ctx.rotate(-turn);
  drawSign(ctx, item.k);
  ctx.rotate(turn);
  ctx.translate(-pad.x, -pad.y);
}

function drawSign(ctx: CanvasRenderingContext2D, kind: number): void {
  ctx.lineWidth = 4;
  ctx.beginPath();
  if (kind === HEAL) {
    ctx.moveTo(-8, 0);
    ctx.lineTo(8, 0);
    ctx.moveTo(0, -8);
    ctx.lineTo(0, 8);
    ctx.stroke();
  } else if (kind === TRIPLE) {
    for (let a = -0.55; a < 0.6; a += 0.55) {
      ctx.moveTo(-7, 0);
      ctx.lineTo(-7 + Math.cos(a) * 15, Math.sin(a) * 15);
    }
    ctx.lineWidth = 3;
    ctx.stroke();
  } else {
    ctx.moveTo(0, -9);
    ctx.quadraticCurveTo(4, -6, 8, -6);
    ctx.quadraticCurveTo(8, 5, 0, 9);
    ctx.quadraticCurveTo(-8, 5, -8, -6);
    ctx.quadraticCurveTo(-4, -6, 0, -9);
    ctx.fill();
  }
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, full);
  ctx.fill();
}

function ring(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, width: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(x, y, r, 0, full);
  ctx.stroke();
}
