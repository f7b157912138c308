import type { Sample } from "ninepin";
import { ARENA } from "./arena";
import { drawShot } from "./draw";
import { sees } from "./sight";
import type { Player, Shot, State } from "./types";

const tickSeconds = 1 / ARENA.tickRate;
const contact = ARENA.playerRadius + ARENA.shotRadius;
/** In how many parts a shot's last way is looked at. */
const parts = 6;

/** Draws the others' shots between a sample's two states: those of the later one, and the last way of those that end between them. */
export function drawShots(ctx: CanvasRenderingContext2D, sample: Sample<State>, mySeat: number, players: readonly Player[], fine: number): void {
  const { from, to, t } = sample;
  for (let i = 0; i < to.sh.length; i++) {
    const shot = to.sh[i]!;
    if (shot.o === mySeat) continue;
    const seconds = (t - 1) * tickSeconds;
    const x = shot.x + shot.vx * seconds;
    const y = shot.y + shot.vy * seconds;
    if (t <= 1 || open(shot, x, y)) drawShot(ctx, x, y, shot, false, fine);
  }
  if (from === to) return;
  for (let i = 0; i < from.sh.length; i++) {
    const shot = from.sh[i]!;
    if (shot.o === mySeat || find(to.sh, shot.id)) continue;
    const seconds = t * tickSeconds;
    const x = shot.x + shot.vx * seconds;
    const y = shot.y + shot.vy * seconds;
    if (open(shot, x, y) && !touched(players, shot.o, x, y)) drawShot(ctx, x, y, shot, false, fine);
  }
}

/** The shot with an id. */
export function find(shots: readonly Shot[], id: number): Shot | undefined {
  for (let i = 0; i < shots.length; i++) if (shots[i]!.id === id) return shots[i];
  return undefined;
}

/** Who of the living, not being the owner, is met by a shot at a place. */
export function touched(players: readonly Player[], owner: number, x: number, y: number): Player | undefined {
  for (let i = 0; i < players.length; i++) {
    const p = players[i]!;
    const dx = p.x - x;
    const dy = p.y - y;
    if (p.id !== owner && p.hp > 0 && dx * dx + dy * dy <= contact * contact) return p;
  }
  return undefined;
}

/** Whether the way from a shot's place to another is free of walls and inside the arena. */
export function open(shot: { x: number; y: number }, x: number, y: number): boolean {
  return x > 0 && y > 0 && x < ARENA.width && y < ARENA.height && sees(shot.x, shot.y, x, y);
}

/** Moves a shot, one that ended in the tick after its state, to what it met: a wall, the edge or one of the players. It tells whom. */
export function land(shot: { x: number; y: number; readonly vx: number; readonly vy: number; readonly o: number }, players: readonly Player[]): Player | undefined {
  const dx = (shot.vx * tickSeconds) / parts;
  const dy = (shot.vy * tickSeconds) / parts;
  for (let i = 0; i < parts; i++) {
    if (!open(shot, shot.x + dx, shot.y + dy)) return undefined;
    shot.x += dx;
    shot.y += dy;
    const met = touched(players, shot.o, shot.x, shot.y);
    if (met) return met;
  }
  return undefined;
}
