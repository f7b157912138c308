import type { Prediction, Room, Spawns } from "ninepin";
import { ARENA } from "./arena";
import { drawShot } from "./draw";
import { player } from "./fighters";
import { type Body, fired, step, velocity } from "./move";
import { deep, open, touched } from "./shots";
import { type Input, PLAY, type Player, type Shot, type State } from "./types";

/** The quanta of game/skirmish/state.go. */
const quanta = { x: 0.1, y: 0.1, ux: 0.001, uy: 0.001 };
/** The server may have my ball this far away, units, before it is a new place and not an error. */
const snap = 150;
/** A shot comes out of the barrel this far from the ball's centre. */
const muzzle = ARENA.playerRadius + 10;
const unconfirmed = -1; // the id of a shot that the server does not know yet

/** What happens to my shots, at once and on my own screen; the server has the last word on who is hurt. */
export interface OwnEvents {
  /** I fire along an angle. */
  fired(angle: number): void;
  /** A shot of mine meets a wall or somebody on a seat, as far as the screen tells. */
  met(x: number, y: number, angle: number, seat: number | undefined): void;
}

/** How far a shot of mine has been looked at. */
interface Trail {
  x: number;
  y: number;
  id: number;
  touched: boolean;
  picture: number;
}

/**
 * What I do, without the wait for the server: my ball and my shots, predicted by the server's own step. Enemies are drawn
 * where they were a moment ago, and the server judges my shots by what I saw: so what a shot of mine meets on the screen,
 * it meets.
 */
export class Own {
  private readonly ball: Prediction<State, Input, Body>;
  private readonly shots: Spawns<State, Input, Shot, Body>;
  private readonly trails = new Map<Shot, Trail>();
  private picture = 0;
  private firedAt = 0;

  constructor(private readonly room: Room<State, Input>, private readonly events: OwnEvents) {
    this.ball = room.predict<Body>({
      body: (state) => this.body(state),
      step: (body, input) => step(body, room.state?.ph === PLAY ? input : { ...input, f: false }),
      smooth: { x: quanta.x, y: quanta.y },
      quanta: { ux: quanta.ux, uy: quanta.uy },
      snap,
    });
    this.shots = room.spawns<Shot, Body>({
      by: this.ball,
      make: (_, input, after) => (fired(after) ? this.make(after, input) : undefined),
      list: (state) => state.sh.filter((s) => s.o === room.me.seat),
      key: (shot) => shot.id,
      fly: { x: "vx", y: "vy" },
      made: (shot) => this.made(shot),
    });
  }

  /**
   * By how many ticks my ball is ahead of a tick: it has made the inputs already that the server has not, one for each
   * tick to come.
   */
  lead(tick: number, now: number): number {
    const { pending } = this.room;
    const last = pending[pending.length - 1];
    if (!last) return 0;
    return this.room.tick + pending.length - 1 + Math.min(1, (now - last.at) / last.ms) - tick;
  }

  /** Puts my ball where it is to be drawn now. */
  place(me: Player, now: number): void {
    const { pending } = this.room;
    const last = pending[pending.length - 1];
    // A step that began after this picture was due, while it waited to be drawn, is in it all the same.
    const body = this.ball.show(last && last.at > now ? performance.now() : now);
    if (!body) return;
    Object.assign(me, body);
    if (last) me.a = last.value.a;
  }

  /** Draws my shots, and tells what they meet. me is my ball as it is drawn; fine as in BallLook. */
  draw(ctx: CanvasRenderingContext2D, now: number, me: Player | undefined, players: readonly Player[], fine: number): void {
    const shots = this.shots.show(now);
    this.picture++;
    for (let i = 0; i < shots.length; i++) {
      const shot = shots[i]!;
      if (!this.follow(shot, me, players)) continue;
      // In its first moments a shot is in the barrel: there it is drawn at its end.
      const ahead = me ? Math.max(0, muzzle - Math.hypot(shot.x - me.x, shot.y - me.y)) / ARENA.shotSpeed : 0;
      drawShot(ctx, shot.x + shot.vx * ahead, shot.y + shot.vy * ahead, shot, true, fine);
    }
    if (this.trails.size > 0) this.trails.forEach(this.sweep);
  }

  /** Looks at a shot's way since the last picture. False: it has ended there. */
  private follow(shot: Shot, me: Player | undefined, players: readonly Player[]): boolean {
    let trail = this.trails.get(shot);
    if (!trail) {
      const near = me && Math.hypot(shot.x - me.x, shot.y - me.y) < 3 * muzzle;
      trail = { x: near ? me.x : shot.x, y: near ? me.y : shot.y, id: shot.id, touched: false, picture: 0 };
      this.trails.set(shot, trail);
    }
    trail.picture = this.picture;
    trail.id = shot.id;
    const free = open(trail, shot.x, shot.y);
    const met = free ? touched(players, shot.o, shot.x, shot.y) : undefined;
    const hit = met && met.da === 0 ? met : undefined; // shots pass through who dashes
    if ((!free || hit) && !trail.touched) this.meet(trail, shot, hit?.id);
    if (!free || (hit && Math.hypot(hit.x - shot.x, hit.y - shot.y) < deep * (ARENA.playerRadius + ARENA.shotRadius))) {
      this.shots.hide(shot);
      return false;
    }
    trail.x = shot.x;
    trail.y = shot.y;
    return true;
  }

  private meet(trail: Trail, shot: Shot, seat?: number): void {
    trail.touched = true;
    this.events.met((trail.x + shot.x) / 2, (trail.y + shot.y) / 2, Math.atan2(shot.vy, shot.vx), seat);
  }

  /** A shot that is there no more: the server had it meet something. One that it never knew just goes. */
  private readonly sweep = (trail: Trail, shot: Shot): void => {
    if (trail.picture === this.picture) return;
    this.trails.delete(shot);
    if (!trail.touched && trail.id !== unconfirmed) this.meet(trail, shot);
  };

  private body(state: State): Body | undefined {
    const me = this.room.me.role === "player" ? player(state, this.room.me.seat) : undefined;
    return me && me.hp > 0 ? { x: me.x, y: me.y, ux: me.ux, uy: me.uy, da: me.da, co: me.co, rl: me.rl } : undefined;
  }

  /** The shots of a step that fires, as they are when they have flown for one tick. */
  private make(after: Body, input: Input): Shot[] {
    const { room } = this;
    const me = room.state && player(room.state, room.me.seat);
    const triple = me !== undefined && room.tick + room.pending.length < me.tr;
    const angles = triple ? [input.a, input.a - ARENA.fanAngle, input.a + ARENA.fanAngle] : [input.a];
    return angles.map((angle) => {
      const { vx, vy } = velocity(angle);
      return { id: unconfirmed, o: room.me.seat, x: after.x + vx / ARENA.tickRate, y: after.y + vy / ARENA.tickRate, vx, vy, lag: 0 };
    });
  }

  private made(shot: Shot): void {
    const now = performance.now();
    if (now - this.firedAt < 50) return; // the others of a triple
    this.firedAt = now;
    this.events.fired(Math.atan2(shot.vy, shot.vx));
  }
}
