import type { Room, Sample } from "ninepin";
import { seatColor } from "../../page/colors";
import { calm } from "../../page/dom";
import type { Host } from "../../page/view";
import { ARENA } from "./arena";
import type { Camera } from "./camera";
import type { Sight } from "./controls";
import { type BallLook, drawBall, drawGhost, drawItem } from "./draw";
import { Effects } from "./effects";
import { Feedback } from "./feedback";
import { Fighters, player } from "./fighters";
import { Floor } from "./floor";
import { Hurt } from "./hurt";
import { Names } from "./names";
import { Own } from "./own";
import { Shots, type ShotsLook } from "./shots";
import { Sprites } from "./sprites";
import type { Input, Player, State } from "./types";

/** Draws the match, a little behind the server, and plays what happens in it. A picture makes next to no garbage. */
export class Scene {
  backdrop = true;
  /** Whether the server's own picture is drawn over ours. */
  ghost = false;
  /** Where I aim, radians; undefined while I have no controls. */
  aim: number | undefined;
  readonly feedback: Feedback;
  private readonly ctx: CanvasRenderingContext2D;
  private readonly floor = new Floor();
  private readonly sprites = new Sprites();
  private readonly effects = new Effects();
  private readonly hurt = new Hurt();
  private readonly names: Names;
  private readonly own: Own;
  private readonly shots: Shots;
  private readonly fighters = new Fighters();
  private readonly look: BallLook = { me: false, away: false, flash: 0, tick: 0, down: { x: 0, y: 1 }, calm: false, fine: 2 };
  private flights: ShotsLook | undefined;
  private readonly eye: { me: Player | undefined; players: readonly Player[] } = { me: undefined, players: this.fighters.list };
  private ratio = 1; // device pixels per CSS pixel that are drawn
  private sharpness = 2; // the most there may be
  private pace = 1 / 60; // seconds per picture, smoothed
  private lastDraw = 0;

  constructor(
    host: Host,
    private readonly room: Room<State, Input>,
    private readonly canvas: HTMLCanvasElement,
    private readonly camera: Camera,
  ) {
    this.ctx = canvas.getContext("2d", { alpha: false })!;
    this.names = new Names(host);
    this.feedback = new Feedback(host, this.effects, this.hurt);
    this.shots = new Shots((x, y, angle, seat) => this.effects.spark(x, y, angle, seatColor(seat)));
    this.own = new Own(room, {
      fired: (angle) => this.eye.me && this.feedback.muzzle(this.eye.me, angle, 0.14),
      met: (x, y, angle, seat) => this.feedback.met(x, y, angle, room.me.seat, seat),
    });
  }

  /** Follows the window. */
  resize(): void {
    this.ratio = Math.min(this.sharpness, devicePixelRatio || 1);
    const width = Math.round(innerWidth * this.ratio);
    const height = Math.round(innerHeight * this.ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
  }

  /** Me and the others as they are drawn, for aiming; undefined while I am out. It is only good until the next picture. */
  sight(): Sight | undefined {
    return this.eye.me && this.eye.me.hp > 0 ? (this.eye as Sight) : undefined;
  }

  /** Words in the middle of the arena, for a second. */
  shout(text: string, color: string): void {
    this.names.shout(text, color);
  }

  /** Draws one picture. */
  draw(now: number): void {
    const before = this.lastDraw;
    const seconds = Math.min(0.1, (now - before) / 1000);
    this.lastDraw = now;
    this.feedback.quiet = this.backdrop;
    this.keepPace(seconds);
    this.camera.advance(seconds, this.sight()?.me);
    this.effects.advance(seconds);
    this.sprites.prepare(this.camera, this.ratio);
    const { ctx, ratio } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = "#0b0e14";
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const { shakeX, shakeY } = this.effects;
    this.floor.draw(ctx, this.camera, ratio, shakeX, shakeY);
    this.camera.apply(ctx, ratio, shakeX, shakeY);
    const sample = this.room.sample(now);
    if (!sample) return;
    const seat = this.backdrop ? -1 : this.room.me.seat;
    this.feedback.watch(sample.from, seat);
    if (this.room.state) this.feedback.news(this.room.state, seat);
    this.drawState(sample, seat, now, (now - before) / 1000);
  }

  /** Draws fewer pixels on machines that cannot keep up with all of them. */
  private keepPace(seconds: number): void {
    this.pace += 0.03 * (seconds - this.pace);
    if (this.pace < 0.028 || this.sharpness === 1) return;
    this.sharpness = Math.max(1, this.sharpness - 0.5);
    this.pace = 1 / 60;
    this.resize();
  }

  private drawState(sample: Sample<State>, seat: number, now: number, seconds: number): void {
    const { ctx, fighters, look } = this;
    fighters.update(sample, seconds);
    this.eye.me = undefined;
    const { list } = fighters;
    for (let i = 0; i < list.length; i++) if (list[i]!.id === seat) this.eye.me = this.mine(list[i]!, now);
    look.tick = sample.tick;
    look.down = this.camera.down;
    look.calm = calm.matches;
    look.fine = 2.2 / this.camera.scale;
    const { it } = sample.from;
    for (let i = 0; i < it.length; i++) drawItem(ctx, it[i]!, sample.tick, look.down);
    this.drawShots(sample, seat, now, seconds);
    if (seat >= 0) this.own.draw(ctx, now, this.sight()?.me, list, look.fine / 2);
    for (let i = 0; i < list.length; i++) this.drawFighter(list[i]!, list[i]!.id === seat, now);
    if (this.eye.me && this.eye.me.hp > 0) this.hurt.drawMark(ctx, this.eye.me, now);
    this.effects.draw(ctx);
    if (this.ghost) this.drawTruth();
    this.names.draw(ctx, this.ratio, this.camera, list, seat, now);
    this.hurt.drawEdge(ctx, this.canvas.width, this.canvas.height, this.eye.me, now);
  }

  /** The shots of others, each in the time in which it matters to me. */
  private drawShots(sample: Sample<State>, seat: number, now: number, seconds: number): void {
    const { state, tick } = this.room;
    if (!state) return;
    const me = this.sight()?.me;
    const look = (this.flights ??= { state, tick, sample, seconds, mySeat: seat, me, lead: 0, fine: 1 });
    look.state = state;
    look.tick = tick;
    look.sample = sample;
    look.seconds = seconds;
    look.mySeat = seat;
    look.me = me;
    look.lead += (Math.max(0, me ? this.own.lead(sample.tick, now) : 0) - look.lead) * (1 - Math.exp(-seconds * 4));
    look.fine = this.look.fine / 2;
    this.shots.draw(this.ctx, look);
  }

  private drawFighter(p: Player, me: boolean, now: number): void {
    if (p.hp === 0) return;
    if (p.da > 0) this.effects.dust(p.x, p.y, seatColor(p.id));
    this.look.me = me;
    this.look.away = this.away(p.id);
    this.look.flash = this.feedback.flash(p.id, now);
    drawBall(this.ctx, this.sprites, p, this.look);
  }

  private away(seat: number): boolean {
    const { players } = this.room;
    for (let i = 0; i < players.length; i++) if (players[i]!.seat === seat) return players[i]!.away;
    return false;
  }

  /** The newest state as it came, as outlines. */
  private drawTruth(): void {
    const { state } = this.room;
    if (!state) return;
    const fine = 1.6 / this.camera.scale;
    for (const p of state.ps) {
      const ours = this.fighters.list.find((q) => q.id === p.id);
      if (p.hp > 0) drawGhost(this.ctx, p.x, p.y, ARENA.playerRadius, p.a, ours, fine);
    }
    for (const s of state.sh) drawGhost(this.ctx, s.x, s.y, ARENA.shotRadius, Math.atan2(s.vy, s.vx), undefined, fine);
  }

  /** My ball, where the server will have it. */
  private mine(drawn: Player, now: number): Player {
    const newest = this.room.state && player(this.room.state, drawn.id);
    if (newest) this.own.place(Object.assign(drawn, newest), now);
    if (newest && newest.hp > 0 && this.aim !== undefined) drawn.a = this.aim;
    return drawn;
  }
}
