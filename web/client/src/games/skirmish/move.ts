/**
 * What one input does to a player, as game/skirmish/move.go has it, to the last bit: with it the page shows its own ball
 * and its own shots where the server will have them. move.test.ts holds the two together.
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
  rl: number;
}

const dt = 1 / ARENA.tickRate;
const stride = ARENA.playerRadius / 2;
const slack = 1e-6;
const deadZone = 0.01;

/** The body after one input. Nobody fires on the podium: there the server takes f for false. */
export function step(b: Body, input: Pick<Input, "dx" | "dy" | "d" | "f">): Body {
  const after = move(b, input);
  if (after.rl > 0) after.rl--;
  if (input.f && after.rl === 0) after.rl = ARENA.fireCooldown;
  return after;
}

/** Whether the step that led to this body has fired: from where the body then is, along the input's aim. */
export function fired(after: Body): boolean {
  return after.rl === ARENA.fireCooldown;
}

/** The velocity of a shot along an angle, units per second; equal to the server's to a billionth. */
export function velocity(angle: number): { vx: number; vy: number } {
  return { vx: Math.cos(angle) * ARENA.shotSpeed, vy: Math.sin(angle) * ARENA.shotSpeed };
}

function move(b: Body, input: Pick<Input, "dx" | "dy" | "d">): Body {
  let { x, y, ux, uy, da, co, rl } = b;
  let { dx, dy } = direction(input);
  if (co > 0) co--;
  const length = Math.sqrt(dx * dx + dy * dy);
  if (input.d && co === 0 && length >= deadZone) {
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
  ({ x, y } = slide(x, y, dx * speed * dt, dy * speed * dt));
  return { x, y, ux, uy, da, co, rl };
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
