/**
 * One step of a player's own movement, as game/skirmish/move.go has it, to the last bit: with it the page shows its own
 * ball where the server will have it. A Go test holds the two together.
 */
import { ARENA, WALLS } from "./arena";
import type { Input } from "./types";

/** What a step changes of a player. */
export interface Body {
  x: number;
  y: number;
  ux: number;
  uy: number;
  da: number;
  co: number;
}

const step = 1 / ARENA.tickRate;
const stride = ARENA.playerRadius / 2;
const slack = 1e-6;

/** The body after one input. */
export function move(b: Body, input: Pick<Input, "dx" | "dy" | "d">): Body {
  let { x, y, ux, uy, da, co } = b;
  let { dx, dy } = direction(input);
  if (co > 0) co--;
  if (input.d && co === 0 && (dx !== 0 || dy !== 0)) {
    const length = Math.sqrt(dx * dx + dy * dy);
    ux = dx / length;
    uy = dy / length;
    da = ARENA.dashSteps;
    co = ARENA.dashCooldown;
  }
  let speed: number = ARENA.runSpeed;
  if (da > 0) {
    da--;
    dx = ux;
    dy = uy;
    speed = ARENA.dashSpeed;
  }
  ({ x, y } = slide(x, y, dx * speed * step, dy * speed * step));
  return { x, y, ux, uy, da, co };
}

function direction(input: { dx: number; dy: number }): { dx: number; dy: number } {
  const dx = clamp(input.dx, -1, 1);
  const dy = clamp(input.dy, -1, 1);
  const square = dx * dx + dy * dy;
  if (square <= 1) return { dx, dy };
  const length = Math.sqrt(square);
  return { dx: dx / length, dy: dy / length };
}

function clamp(v: number, low: number, high: number): number {
  return v !== v ? 0 : v < low ? low : v > high ? high : v;
}

function slide(x: number, y: number, dx: number, dy: number): { x: number; y: number } {
  let strides = 1;
  for (const distance = Math.sqrt(dx * dx + dy * dy); strides * stride < distance; ) strides++;
  dx /= strides;
  dy /= strides;
  for (; strides > 0; strides--) {
    const next = pushOut(x + dx, y + dy);
    if (!isClear(next.x, next.y)) break;
    ({ x, y } = next);
  }
  return { x, y };
}

function pushOut(x: number, y: number): { x: number; y: number } {
  ({ x, y } = inside(x, y));
  for (const w of WALLS) {
    const px = clamp(x, w.x, w.x + w.w);
    const py = clamp(y, w.y, w.y + w.h);
    const dx = x - px;
    const dy = y - py;
    const square = dx * dx + dy * dy;
    if (square >= ARENA.playerRadius * ARENA.playerRadius || square === 0) continue;
    const out = ARENA.playerRadius / Math.sqrt(square);
    x = px + dx * out;
    y = py + dy * out;
  }
  return inside(x, y);
}

function inside(x: number, y: number): { x: number; y: number } {
  const r = ARENA.playerRadius;
  return { x: clamp(x, r, ARENA.width - r), y: clamp(y, r, ARENA.height - r) };
}

function isClear(x: number, y: number): boolean {
  const r = ARENA.playerRadius - slack;
  return WALLS.every((w) => {
    const dx = x - clamp(x, w.x, w.x + w.w);
    const dy = y - clamp(y, w.y, w.y + w.h);
    return dx * dx + dy * dy >= r * r;
  });
}
