import { lerpAngle, type Sample } from "ninepin";
import type { Player, State } from "./types";

/** A ball that moved further than this in a tick, units, has not moved but begun a new life. */
const jump = 120;
/** The furthest that motion is carried on past the newest state, ticks: there are walls. */
const most = 1.5;

/** The players as they are drawn between two states. The same objects are filled anew for each picture. */
export class Fighters {
  /** By seat, ascending. */
  readonly list: Player[] = [];
  private readonly pool: Player[] = [];

  /** Takes the places between a sample's two states; what a player suffers, from the state that the picture has passed. */
  update(sample: Sample<State>): void {
    const { from, to } = sample;
    const t = Math.min(sample.t, most);
    this.list.length = to.ps.length;
    for (let i = 0; i < to.ps.length; i++) {
      const next = to.ps[i]!;
      const drawn = (this.list[i] = Object.assign((this.pool[i] ??= { ...next }), next));
      const before = player(from, next.id);
      if (!before || before === next) continue;
      drawn.hp = before.hp;
      drawn.sd = before.sd;
      if (Math.abs(next.x - before.x) > jump || Math.abs(next.y - before.y) > jump) continue;
      drawn.x = before.x + (next.x - before.x) * t;
      drawn.y = before.y + (next.y - before.y) * t;
      drawn.a = lerpAngle(before.a, next.a, Math.min(t, 1));
    }
  }
}

/** The player on a seat. (It counts its way, as all that runs for each picture: for…of makes an iterator.) */
export function player(state: State, seat: number): Player | undefined {
  const { ps } = state;
  for (let i = 0; i < ps.length; i++) if (ps[i]!.id === seat) return ps[i];
  return undefined;
}
