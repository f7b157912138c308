/** Thumbs that play without a person: they change their mind at random moments, not in step with anything. */
import { ARENA } from "../games/skirmish/arena";
import type { Input, Player } from "../games/skirmish/types";
import { random } from "./time";

/** What a player does: roam and fight; stand still and go a little way now and then (taps), or often (drums); nothing. */
export type Manner = "roam" | "taps" | "drums" | "idle";

/** How long taps and drums go and rest, ms, and by how much longer at most. */
const rhythms = { taps: { go: 150, rest: 700, more: 300 }, drums: { go: 60, rest: 60, more: 200 } };

/** What the thumbs hold at a moment. */
export class Thumbs {
  /** When a direction was pressed last that had not been held, ms. */
  pressed = 0;
  private dx = 0;
  private dy = 0;
  private fire = false;
  private dash = false;
  private turnAt = 0;
  private fireAt = Infinity;
  private dashAt = Infinity;
  private sampled = 0;
  private readonly random: () => number;

  constructor(private readonly manner: Manner, private readonly seed: number) {
    this.random = random(seed);
    if (manner === "roam") this.fireAt = this.dashAt = 3000;
    if (manner === "idle") this.turnAt = Infinity;
  }

  /** When something changes next, ms. */
  get next(): number {
    return Math.min(this.turnAt, this.fireAt, this.dashAt);
  }

  /** Lets time go on to a moment. */
  advance(now: number): void {
    for (; now >= this.fireAt; this.fireAt += 300 + 1500 * this.random()) this.fire = !this.fire;
    for (; now >= this.dashAt; this.dashAt += 1300 + 4000 * this.random()) this.dash = true;
    while (now >= this.turnAt) this.turn();
  }

  private turn(): void {
    const going = this.dx !== 0 || this.dy !== 0;
    const angle = 2 * Math.PI * this.random();
    const rhythm = this.manner === "taps" || this.manner === "drums" ? rhythms[this.manner] : undefined;
    const rest = rhythm ? going : this.random() < 0.12;
    this.dx = rest ? 0 : Math.cos(angle);
    this.dy = rest ? 0 : Math.sin(angle);
    if (!going && !rest) this.pressed = this.turnAt;
    const luck = this.random();
    this.turnAt += rhythm ? (rest ? rhythm.rest : rhythm.go) + rhythm.more * luck : 80 - 350 * Math.log(1 - luck);
  }

  /** The input of a step. Each has an aim of its own, by which it can be told from all others. */
  sample(me: Player | undefined, others: readonly Player[]): Input {
    const a = this.aim(me, others) + 1e-6 * (++this.sampled + this.seed / 100);
    const d = this.dash;
    this.dash = false;
    return { dx: this.dx, dy: this.dy, a, f: this.fire, d };
  }

  /** Where a good player aims: ahead of the nearest as it is seen. */
  private aim(me: Player | undefined, others: readonly Player[]): number {
    const range = (p: Player) => Math.hypot(p.x - me!.x, p.y - me!.y);
    const target = me && others.filter((p) => p.hp > 0).sort((p, q) => range(p) - range(q))[0];
    if (!me || !target) return 0;
    const flight = range(target) / ARENA.shotSpeed;
    return Math.atan2(target.y + target.vy * flight - me.y, target.x + target.vx * flight - me.x);
  }
}
