import { seatColor } from "../../page/colors";
import type { Host } from "../../page/view";
import { ARENA, PADS } from "./arena";
import { itemColor } from "./draw";
import type { Effects } from "./effects";
import { player } from "./fighters";
import type { Hurt } from "./hurt";
import { find, land } from "./shots";
import type { Player, State } from "./types";

/** How long a ball shows that it was hit, ms. */
const flashTime = 180;
/** A hit that the server tells of within this time, ms, after I saw my shot arrive, is mine. */
const claimTime = 1200;

/**
 * Shows and sounds what happens from one state to the next: of others when the picture comes to it, of me, and of those
 * whom my shots have hurt, as soon as the server tells.
 */
export class Feedback {
  /** The home page makes no sound. */
  quiet = true;
  /** I was hit; strength is 0 to 1. */
  onHurt: (strength: number) => void = () => undefined;
  private last: State | undefined;
  private newest: State | undefined;
  private readonly flashed: number[] = []; // by seat, when it was seen to be hurt
  private readonly claimed: number[] = []; // by seat, when my shot was seen to arrive
  private readonly confirmed: number[] = []; // by seat, when the server told that it hurt

  constructor(
    private readonly host: Host,
    private readonly effects: Effects,
    private readonly hurt: Hurt,
  ) {}

  /** 1 right after a hit on a seat, falling to 0. */
  flash(seat: number, now: number): number {
    return Math.max(0, Math.min(1, 1 - (now - (this.flashed[seat] ?? -Infinity)) / flashTime));
  }

  /** A pick-up was taken. */
  pickedUp(pad: number, kind: number): void {
    const at = PADS[pad];
    if (at) this.effects.ring(at.x, at.y, itemColor(kind), 60);
  }

  /** Somebody fires: a flash at the barrel, and a sound. */
  muzzle(p: Player, angle: number, volume: number): void {
    const reach = ARENA.playerRadius + 10;
    this.effects.muzzle(p.x + Math.cos(angle) * reach, p.y + Math.sin(angle) * reach, angle, seatColor(p.id));
    if (this.quiet) return;
    this.host.sound.tone("square", 620, 140, 0.09, volume);
    this.host.sound.hiss("highpass", 2500, 900, 0.05, volume * 0.6);
  }

  /** A shot of mine meets something, perhaps somebody. Whether it hurts is not known yet: sparks, no more. */
  met(x: number, y: number, angle: number, mySeat: number, seat: number | undefined): void {
    this.effects.spark(x, y, angle, seatColor(mySeat));
    if (seat !== undefined) this.claimed[seat] = performance.now();
  }

  /** Plays what the newest state tells of me and of those whom I have hit. */
  news(state: State, mySeat: number): void {
    const last = this.newest;
    if (last === state) return;
    this.newest = state;
    if (!last || mySeat < 0 || last.rd !== state.rd) return;
    for (const p of state.ps) {
      const before = player(last, p.id);
      if (!before) continue;
      if (p.id === mySeat) {
        this.changed(before, p, true);
        if (p.hp < before.hp || p.sd < before.sd) this.hurt.hit(from(last, state, mySeat));
      } else if ((p.hp < before.hp || p.sd < before.sd) && performance.now() - (this.claimed[p.id] ?? -Infinity) < claimTime) {
        this.wounded(p, false, p.sd < before.sd);
        this.confirmed[p.id] = performance.now();
        if (!this.quiet) this.host.sound.tone("sine", 1250, 1500, 0.06, 0.16);
      }
    }
  }

  /** Plays what has changed between the state passed last and this one. mySeat is -1 for those who look on. */
  watch(state: State, mySeat: number): void {
    const last = this.last;
    if (last === state) return;
    this.last = state;
    if (!last || last.rd !== state.rd) return;
    for (const p of state.ps) {
      const before = player(last, p.id);
      if (before && p.id !== mySeat) this.changed(before, p, false);
    }
    for (const shot of state.sh) {
      if (shot.o === mySeat || find(last.sh, shot.id)) continue;
      const owner = player(state, shot.o);
      if (owner) this.muzzle(owner, Math.atan2(shot.vy, shot.vx), 0.05);
    }
  }

  private changed(before: Player, p: Player, me: boolean): void {
    const { sound } = this.host;
    const color = seatColor(p.id);
    if (before.hp > 0 && p.hp === 0) {
      this.effects.strike(before.x, before.y, color);
      this.effects.rumble(me ? 11 : 4);
      if (me) this.onHurt(1);
      if (!this.quiet) sound.pins(me ? 0.5 : 0.25);
    } else if ((p.hp < before.hp || p.sd < before.sd) && !this.shownAlready(p.id)) this.wounded(p, me, p.sd < before.sd);
    if (before.hp === 0 && p.hp > 0) this.effects.ring(p.x, p.y, color, 70);
    if (p.da > 0 && before.da === 0 && !this.quiet) sound.hiss("bandpass", 400, 1600, 0.18, me ? 0.25 : 0.08);
  }

  /** My own hit was shown when the server told of it; now the picture has come to that moment. */
  private shownAlready(seat: number): boolean {
    const shown = performance.now() - (this.confirmed[seat] ?? -Infinity) < claimTime;
    this.confirmed[seat] = -Infinity;
    return shown;
  }

  private wounded(p: Player, me: boolean, shielded: boolean): void {
    const { sound } = this.host;
    this.flashed[p.id] = performance.now();
    if (shielded) this.effects.ring(p.x, p.y, "#8fe3ff", 52);
    if (me) {
      this.effects.rumble(6);
      this.onHurt(0.5);
    }
    if (this.quiet) return;
    if (shielded) sound.tone("sine", 900, 520, 0.14, me ? 0.3 : 0.12);
    else if (me) sound.tone("triangle", 190, 60, 0.2, 0.5);
    else sound.tone("triangle", 320, 180, 0.08, 0.12);
  }
}

/** From where the shot came, radians, that ended at a seat between two states; undefined if none did. */
function from(last: State, state: State, seat: number): number | undefined {
  for (const shot of last.sh) {
    if (shot.o === seat || find(state.sh, shot.id)) continue;
    if (land({ ...shot }, last.ps)?.id === seat) return Math.atan2(-shot.vy, -shot.vx);
  }
  return undefined;
}
