import { lerpAngle, type Sample } from "ninepin";
import { ARENA } from "./arena";
import { sees } from "./sight";
import type { Player, State } from "./types";

/** A ball that moved further than this in a tick, units, has not moved but begun a new life. */
const jump = 120;
/** The furthest that motion is carried on past the newest state, ticks. */
const most = 4;
/** What a run covers in a tick, units; who is faster dashes. */
const stride = ARENA.runSpeed / ARENA.tickRate;
/** The fastest that a ball is seen to move, units per second: after a stall it hurries to where it is, and does not jump. */
const fastest = 1.5 * ARENA.dashSpeed;
/** After a pause as long as this, seconds, nobody remembers where a ball was. */
const pause = 0.3;

/** The players as they are drawn between two states. The same objects are filled anew for each picture. */
export class Fighters {
  /** By seat, ascending. */
  readonly list: Player[] = [];
  private readonly pool: Player[] = [];
  private readonly xs = new Float64Array(ARENA.maxPlayers); // by seat, as drawn last
  private readonly ys = new Float64Array(ARENA.maxPlayers);
  private readonly lives = new Int32Array(ARENA.maxPlayers); // which life that was

  /**
   * Takes the places between a sample's two states; what a player suffers, from the state that the picture has passed.
   * seconds are those since the last picture.
   */
  update(sample: Sample<State>, seconds: number): void {
    const { from, to } = sample;
    this.list.length = to.ps.length;
    for (let i = 0; i < to.ps.length; i++) {
      const next = to.ps[i]!;
      const drawn = (this.list[i] = Object.assign((this.pool[i] ??= { ...next }), next));
      const before = player(from, next.id);
      if (before && before !== next) between(before, next, sample.t, drawn);
      this.hurry(drawn, drawn.hp === 0 ? 0 : 1 + next.d + 1000 * to.rd, seconds);
    }
  }

  /** Keeps a ball from jumping within a life. */
  private hurry(drawn: Player, life: number, seconds: number): void {
    const { id } = drawn;
    const dx = drawn.x - this.xs[id]!;
    const dy = drawn.y - this.ys[id]!;
    const far = Math.sqrt(dx * dx + dy * dy);
    const reach = fastest * seconds;
    if (life === this.lives[id] && far > reach && seconds < pause) {
      drawn.x = this.xs[id]! + (dx / far) * reach;
      drawn.y = this.ys[id]! + (dy / far) * reach;
    }
    this.xs[id] = drawn.x;
    this.ys[id] = drawn.y;
    this.lives[id] = life;
  }
}

/** Puts drawn, which is as next, between two states of a player; above 1, t carries its motion on. */
function between(before: Player, next: Player, t: number, drawn: Player): void {
  drawn.hp = before.hp;
  drawn.sd = before.sd;
  const dx = next.x - before.x;
  const dy = next.y - before.y;
  if (Math.abs(dx) > jump || Math.abs(dy) > jump) return;
  drawn.a = lerpAngle(before.a, next.a, Math.min(t, 1));
  if (t <= 1) {
    drawn.x = before.x + dx * t;
    drawn.y = before.y + dy * t;
    return;
  }
  // Past the newest state: a dash lasts as long as it lasts, and walls are in the way.
  const dashes = dx * dx + dy * dy > 1.2 * stride * stride;
  const ahead = Math.min(t - 1, dashes ? next.da : most);
  const x = inside(next.x + dx * ahead, ARENA.width);
  const y = inside(next.y + dy * ahead, ARENA.height);
  if (!sees(next.x, next.y, x + Math.sign(dx) * ARENA.playerRadius, y + Math.sign(dy) * ARENA.playerRadius)) return;
  drawn.x = x;
  drawn.y = y;
}

function inside(v: number, size: number): number {
  return Math.max(ARENA.playerRadius, Math.min(size - ARENA.playerRadius, v));
}

/** The player on a seat. (It counts its way, as all that runs for each picture: for…of makes an iterator.) */
export function player(state: State, seat: number): Player | undefined {
  const { ps } = state;
  for (let i = 0; i < ps.length; i++) if (ps[i]!.id === seat) return ps[i];
  return undefined;
}
