import { WALLS } from "./arena";
import type { Player } from "./types";

/** Whether nothing stands between two points. */
export function sees(x1: number, y1: number, x2: number, y2: number): boolean {
  return freeWay(x1, y1, x2 - x1, y2 - y1) > 1;
}

/** How often (dx, dy) can be gone from a point until a wall is met; Infinity if none is. */
export function freeWay(x: number, y: number, dx: number, dy: number): number {
  let way = Infinity;
  for (let i = 0; i < WALLS.length; i++) {
    const w = WALLS[i]!;
    way = Math.min(way, enters(w.x, w.x + w.w, w.y, w.y + w.h, x, y, dx, dy));
  }
  return way;
}

/** Clips the way (dx, dy) from (x, y) to a wall's two slabs; what is left is inside. It tells where that begins. */
function enters(left: number, right: number, top: number, bottom: number, x: number, y: number, dx: number, dy: number): number {
  if (dx === 0 && (x < left || x > right)) return Infinity;
  if (dy === 0 && (y < top || y > bottom)) return Infinity;
  let enter = 0;
  let leave = Infinity;
  if (dx !== 0) {
    enter = Math.max(enter, Math.min((left - x) / dx, (right - x) / dx));
    leave = Math.min(leave, Math.max((left - x) / dx, (right - x) / dx));
  }
  if (dy !== 0) {
    enter = Math.max(enter, Math.min((top - y) / dy, (bottom - y) / dy));
    leave = Math.min(leave, Math.max((top - y) / dy, (bottom - y) / dy));
  }
  return enter <= leave ? enter : Infinity;
}

/** The nearest enemy in sight within an angle of a direction, and the angle to it; undefined if there is none. */
export function ahead(me: Player, enemies: readonly Player[], direction: number, angle: number, range: number): number | undefined {
  let best: number | undefined;
  let nearest = range;
  for (const p of enemies) {
    if (p.id === me.id || p.hp === 0) continue;
    const to = Math.atan2(p.y - me.y, p.x - me.x);
    const distance = Math.hypot(p.x - me.x, p.y - me.y);
    const off = Math.abs(Math.atan2(Math.sin(to - direction), Math.cos(to - direction)));
    if (distance >= nearest || off > angle || !sees(me.x, me.y, p.x, p.y)) continue;
    nearest = distance;
    best = to;
  }
  return best;
}
