import { interpolate, type Motion, type Room, type Sample } from "ninepin";
import { seatColor } from "../../page/colors";
import type { Host } from "../../page/view";
import { ARENA, PADS } from "./arena";
import type { Camera } from "./camera";
import type { Sight } from "./controls";
import { drawBall, drawItem, drawShot, itemColor } from "./draw";
import { Effects } from "./effects";
import { Floor } from "./floor";
import { Names } from "./names";
import { OwnBall } from "./own";
import { type Input, PLAY, type Player, type Shot, type State } from "./types";

const motion: Motion<Player> = { key: (p) => p.id, lerp: ["x", "y"], angle: ["a"], snap: 120 };
const tickSeconds = 1 / ARENA.tickRate;

/** Draws the match, a little behind the server, and plays what happens in it. */
export class Scene {
  backdrop = true;
  private readonly ctx: CanvasRenderingContext2D;
  private readonly floor = new Floor();
  private readonly effects = new Effects();
  private readonly names: Names;
  private readonly own = new OwnBall();
  private ratio = 1; // device pixels per CSS pixel that are drawn
  private sharpness = 2; // the most there may be
  private pace = 1 / 60; // seconds per picture, smoothed
  private lastDraw = 0;
  private last: State | undefined; // the state the playhead has passed
  private shown: readonly Player[] = [];
  private readonly flashes = new Map<number, number>(); // by seat, when it was hit
  private hurt = 0; // when I was hit
  private nextShot = 0; // tick at which my next shot can be heard before the server confirms it

  constructor(
    private readonly host: Host,
    private readonly room: Room<State, Input>,
    private readonly canvas: HTMLCanvasElement,
    private readonly camera: Camera,
  ) {
    this.ctx = canvas.getContext("2d", { alpha: false })!;
    this.names = new Names(host);
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

  /** Me and the others as they are drawn, for aiming; undefined while I am out. */
  sight(): Sight | undefined {
    const me = this.shown.find((p) => p.id === this.room.me.seat);
    return me && me.hp > 0 ? { me, players: this.shown } : undefined;
  }

  /** Words in the middle of the arena, for a second. */
  shout(text: string, color: string): void {
    this.names.shout(text, color);
  }

  /** A pick-up was taken. */
  pickedUp(pad: number, kind: number): void {
    const at = PADS[pad];
    if (at) this.effects.ring(at.x, at.y, itemColor(kind), 60);
  }

  /** I hold fire, or do not: my own shots flash and sound at once, not after the round trip. */
  fired(held: boolean): void {
    const me = this.sight()?.me;
    const now = performance.now() / 1000 / tickSeconds;
    if (!held || !me || now < this.nextShot || this.room.state?.ph !== PLAY) return;
    this.nextShot = now + ARENA.fireCooldown;
    this.muzzle(me, 0.16);
  }

  /** Draws one picture. */
  draw(now: number): void {
    const seconds = Math.min(0.1, (now - this.lastDraw) / 1000);
    this.lastDraw = now;
    this.keepPace(seconds);
    this.camera.advance(seconds);
    this.effects.advance(seconds);
    const { ctx, ratio } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = "#0b0e14";
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const { shakeX, shakeY } = this.effects;
    this.floor.draw(ctx, this.camera, ratio, shakeX, shakeY);
    this.camera.apply(ctx, ratio, shakeX, shakeY);
    const sample = this.room.sample(now);
    if (!sample) return;
    this.watch(sample.from);
    this.drawState(sample, now, seconds);
  }

  /** Draws fewer pixels on machines that cannot keep up with all of them. */
  private keepPace(seconds: number): void {
    this.pace += 0.03 * (seconds - this.pace);
    if (this.pace < 0.028 || this.sharpness === 1) return;
    this.sharpness = Math.max(1, this.sharpness - 0.5);
    this.pace = 1 / 60;
    this.resize();
  }

  private drawState(sample: Sample<State>, now: number, seconds: number): void {
    const { ctx } = this;
    const seat = this.backdrop ? -1 : this.room.me.seat;
    for (const item of sample.from.it) drawItem(ctx, item, sample.tick);
    for (const shot of sample.to.sh) drawShot(ctx, shot, (sample.t - 1) * tickSeconds);
    const ahead = Math.min(sample.t, 1.5); // not far past the newest state: there are walls
    const players = interpolate(sample.from.ps, sample.to.ps, ahead, motion).map((p) => {
      const before = sample.from.ps.find((q) => q.id === p.id);
      if (p.id === seat) return this.mine(p, now, seconds);
      return before ? { ...p, hp: before.hp, sd: before.sd } : p;
    });
    this.shown = players;
    const away = new Set(this.room.players.filter((p) => p.away).map((p) => p.seat));
    for (const p of players) {
      if (p.hp === 0) continue;
      if (p.da > 0) this.effects.dust(p.x, p.y, seatColor(p.id));
      const flash = Math.max(0, 1 - (now - (this.flashes.get(p.id) ?? -1000)) / 160);
      drawBall(ctx, p, { me: p.id === seat, away: away.has(p.id), flash, tick: sample.tick, down: this.camera.down });
    }
    this.effects.draw(ctx);
    this.names.draw(ctx, this.ratio, this.camera, players, seat);
    if (seat >= 0) this.drawHurt(now);
  }

  /** My ball, where the server will have it. */
  private mine(drawn: Player, now: number, seconds: number): Player {
    const newest = this.room.state?.ps.find((p) => p.id === drawn.id);
    if (!newest) return drawn;
    if (!this.room.running) return newest;
    return this.own.show(newest, this.room.tick, this.room.pending, now, seconds);
  }

  /** Plays what has changed between the state passed last and this one. */
  private watch(state: State): void {
    const last = this.last;
    if (last === state) return;
    this.last = state;
    if (!last || last.rd !== state.rd) return;
    const mySeat = this.backdrop ? -1 : this.room.me.seat;
    for (const p of state.ps) {
      const before = last.ps.find((q) => q.id === p.id);
      if (before) this.watchPlayer(before, p, p.id === mySeat);
    }
    const known = new Set(last.sh.map((s) => s.id));
    const flying = new Set(state.sh.map((s) => s.id));
    for (const shot of state.sh) if (!known.has(shot.id)) this.newShot(shot, state, mySeat);
    for (const shot of last.sh) {
      if (flying.has(shot.id)) continue;
      this.effects.spark(shot.x + shot.vx * 0.03, shot.y + shot.vy * 0.03, Math.atan2(shot.vy, shot.vx), seatColor(shot.o));
    }
  }

  private watchPlayer(before: Player, p: Player, me: boolean): void {
    const { sound } = this.host;
    const color = seatColor(p.id);
    if (before.hp > 0 && p.hp === 0) {
      this.effects.strike(before.x, before.y, color);
      this.effects.rumble(me ? 14 : 5);
      this.quiet(() => sound.pins(me ? 0.5 : 0.25));
    } else if (p.hp < before.hp || p.sd < before.sd) {
      this.flashes.set(p.id, performance.now());
      if (me) {
        this.hurt = performance.now();
        this.effects.rumble(7);
        this.quiet(() => sound.tone("square", 180, 60, 0.16, 0.3));
      } else this.quiet(() => sound.tone("triangle", 320, 180, 0.08, 0.12));
    }
    if (before.hp === 0 && p.hp > 0) this.effects.ring(p.x, p.y, color, 70);
    if (p.da > 0 && before.da === 0) this.quiet(() => sound.hiss("bandpass", 400, 1600, 0.18, me ? 0.25 : 0.08));
  }

  private newShot(shot: Shot, state: State, mySeat: number): void {
    if (shot.o === mySeat) return; // fired() has played it
    const owner = state.ps.find((p) => p.id === shot.o);
    if (owner) this.muzzle({ ...owner, a: Math.atan2(shot.vy, shot.vx) }, 0.05);
  }

  private muzzle(p: Player, volume: number): void {
    const reach = ARENA.playerRadius + 10;
    this.effects.muzzle(p.x + Math.cos(p.a) * reach, p.y + Math.sin(p.a) * reach, p.a, seatColor(p.id));
    this.quiet(() => {
      this.host.sound.tone("square", 620, 140, 0.09, volume);
      this.host.sound.hiss("highpass", 2500, 900, 0.05, volume * 0.6);
    });
  }

  /** The home page makes no sound. */
  private quiet(play: () => void): void {
    if (!this.backdrop) play();
  }

  private drawHurt(now: number): void {
    const left = 1 - (now - this.hurt) / 350;
    if (left <= 0) return;
    const { ctx, canvas } = this;
    const { width, height } = canvas;
    const red = ctx.createRadialGradient(width / 2, height / 2, Math.min(width, height) * 0.42, width / 2, height / 2, Math.hypot(width, height) / 2);
    red.addColorStop(0, "rgba(255,70,60,0)");
    red.addColorStop(1, `rgba(255,70,60,${0.5 * left})`);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = red;
    ctx.fillRect(0, 0, width, height);
  }
}
