import type { Sample } from "ninepin";
import { ARENA } from "./arena";
import { drawShot } from "./draw";
import { freeWay, sees } from "./sight";
import type { Player, Shot, State } from "./types";

const dt = 1 / ARENA.tickRate;
const contact = ARENA.playerRadius + ARENA.shotRadius;
/** In how many parts a shot's last way is looked at. */
const parts = 6;
/** A shot nearer to me than this, units, is drawn wholly in my time; one further than this, in its owner's. */
const near = 110;
const far = 760;
/** How much faster and slower than it flies a shot may be drawn on its way from the one to the other. */
const faster = 1.2;
const slower = 0.6;
/** A shot this far into my ball, as a part of the distance at which they touch, has arrived. */
export const deep = 0.8;

/** What a picture of the shots needs to know. */
export interface ShotsLook {
  /** The newest state, and its tick. */
  state: State;
  tick: number;
  sample: Sample<State>;
  /** Seconds since the last picture. */
  seconds: number;
  /** Mine are not drawn: they are predicted. -1: there are none. */
  mySeat: number;
  /** My ball as it is drawn, and by how many ticks it is ahead of the others. */
  me: Player | undefined;
  lead: number;
  /** Units of a line that can just be seen. */
  fine: number;
}

/** One shot of somebody else's. */
interface Track {
  id: number;
  o: number;
  x: number; // at tick
  y: number;
  vx: number;
  vy: number;
  lag: number;
  tick: number;
  /** The tick at which it meets a wall or the edge, at the latest. */
  wall: number;
  /** By how many ticks it is drawn ahead of the balls of others. */
  ahead: number;
  /** The tick at which it ended, as far as is known. */
  end: number;
  /** Nothing is left to be drawn: it waits for the server to end it. */
  spent: boolean;
}

/**
 * The shots of others. The balls of others are drawn a little in the past, and my own where it will be: a shot comes out
 * of its owner's barrel in the past and has to meet me in my own time, and later still if the server judges it by a world
 * that its owner saw late. So on its way to me it is drawn faster than it flies: what I see myself dodge, I dodge.
 */
export class Shots {
  private readonly tracks: Track[] = [];
  private newest: State | undefined;
  private tick = 0;

  /** met is told where a shot ends, and along which angle it flew. */
  constructor(private readonly met: (x: number, y: number, angle: number, seat: number) => void) {}

  /** Draws one picture. */
  draw(ctx: CanvasRenderingContext2D, look: ShotsLook): void {
    if (look.state !== this.newest) this.learn(look);
    for (let i = this.tracks.length - 1; i >= 0; i--) {
      if (this.fly(ctx, this.tracks[i]!, look)) continue;
      this.tracks[i] = this.tracks[this.tracks.length - 1]!;
      this.tracks.length--;
    }
  }

  /** Takes over what the newest state tells. */
  private learn({ state, tick, mySeat }: ShotsLook): void {
    const { newest } = this;
    const anew = !newest || newest.rd !== state.rd || tick < this.tick;
    if (anew) this.tracks.length = 0;
    for (const track of this.tracks) if (track.end === Infinity && !find(state.sh, track.id)) this.finish(track, newest!, tick);
    for (const { id, o, x, y, vx, vy, lag } of state.sh) {
      if (o === mySeat || (!anew && find(newest.sh, id))) continue;
      const wall = tick + Math.min(freeWay(x, y, vx, vy), edge(x, vx, ARENA.width), edge(y, vy, ARENA.height)) / dt;
      this.tracks.push({ id, o, x, y, vx, vy, lag, tick, wall, ahead: 0, end: Infinity, spent: false });
    }
    this.newest = state;
    this.tick = tick;
  }

  /** A shot is in no state any more: finds out when and where it has met what it met. */
  private finish(track: Track, last: State, tick: number): void {
    const from = Math.max(track.tick, tick - 1);
    const at = { ...track, x: track.x + track.vx * (from - track.tick) * dt, y: track.y + track.vy * (from - track.tick) * dt };
    const { x, y } = at;
    land(at, last.ps);
    track.end = from + Math.hypot(at.x - x, at.y - y) / (ARENA.shotSpeed * dt);
  }

  /** Draws one shot. False: it is over. */
  private fly(ctx: CanvasRenderingContext2D, track: Track, look: ShotsLook): boolean {
    const { me } = look;
    const due = look.sample.tick + this.hasten(track, look);
    const now = Math.min(due, track.end, track.wall);
    const seconds = (now - track.tick) * dt;
    const x = track.x + track.vx * seconds;
    const y = track.y + track.vy * seconds;
    if (due >= track.end) {
      if (!track.spent) this.end(track, x, y);
      return false;
    }
    if (track.spent || now < track.tick - 1) return true;
    if (now >= track.wall || (me && me.da === 0 && near2(me, x, y) < (deep * contact) ** 2)) this.end(track, x, y);
    else drawShot(ctx, x, y, track, false, look.fine);
    return true;
  }

  /** By how many ticks a shot is drawn ahead now: the more, the nearer to me it is. */
  private hasten(track: Track, { me, lead, sample, seconds }: ShotsLook): number {
    if (sample.tick < track.tick - 1) return 0; // its owner has not been seen to fire yet
    let wanted = 0;
    if (me) {
      const past = (sample.tick + track.ahead - track.tick) * dt;
      const distance = Math.sqrt(near2(me, track.x + track.vx * past, track.y + track.vy * past));
      wanted = (lead + track.lag) * Math.max(0, Math.min(1, (far - distance) / (far - near)));
    }
    const most = seconds * ARENA.tickRate;
    track.ahead += Math.max(-slower * most, Math.min(faster * most, wanted - track.ahead));
    return track.ahead;
  }

  private end(track: Track, x: number, y: number): void {
    track.spent = true;
    this.met(x, y, Math.atan2(track.vy, track.vx), track.o);
  }
}

/** The square of the distance between two places. */
function near2(a: { x: number; y: number }, x: number, y: number): number {
  return (a.x - x) * (a.x - x) + (a.y - y) * (a.y - y);
}

/** In how many seconds the edge is reached at a speed. */
function edge(at: number, speed: number, size: number): number {
  return speed > 0 ? (size - at) / speed : speed < 0 ? -at / speed : Infinity;
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
    if (p.id !== owner && p.hp > 0 && near2(p, x, y) <= contact * contact) return p;
  }
  return undefined;
}

/** Whether the way from a shot's place to another is free of walls and inside the arena. */
export function open(shot: { x: number; y: number }, x: number, y: number): boolean {
  return x > 0 && y > 0 && x < ARENA.width && y < ARENA.height && sees(shot.x, shot.y, x, y);
}

/** Moves a shot, one that ended in the tick after its state, to what it met: a wall, the edge or one of the players. It tells whom. */
export function land(shot: { x: number; y: number; readonly vx: number; readonly vy: number; readonly o: number }, players: readonly Player[]): Player | undefined {
  const dx = (shot.vx * dt) / parts;
  const dy = (shot.vy * dt) / parts;
  for (let i = 0; i < parts; i++) {
    if (!open(shot, shot.x + dx, shot.y + dy)) return undefined;
    shot.x += dx;
    shot.y += dy;
    const met = touched(players, shot.o, shot.x, shot.y);
    if (met) return met;
  }
  return undefined;
}
