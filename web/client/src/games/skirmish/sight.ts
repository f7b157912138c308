import { type Rect, WALLS } from "./arena";
import type { Player } from "./types";

/** Whether nothing stands between two points. */
export function sees(x1: number, y1: number, x2: number, y2: number): boolean {
  return !WALLS.some((w) => crosses(w, x1, y1, x2 - x1, y2 - y1));
}

/** Clips the segment to the wall's two slabs; what is left is inside. */
function crosses(w: Rect, x: number, y: number, dx: number, dy: number): boolean {
  let enter = 0;
  let leave = 1;
  for (const [at, by, low, high] of [[x, dx, w.x, w.x + w.w], [y, dy, w.y, w.y + w.h]] as const) {
    if (by === 0) {
      if (at < low || at > high) return false;
      continue;
    }
    const a = (low - at) / by;
    const b = (high - at) / by;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter <= leave;
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
