/** One browser tab: the SDK as a page uses it, with thumbs that follow a script, and a record of what is on the screen. */
import { type Client, connect, type Prediction, type Room, type Spawns } from "ninepin";
import { ARENA } from "../games/skirmish/arena";
import { Fighters, player } from "../games/skirmish/fighters";
import { type Body, fired, step, velocity } from "../games/skirmish/move";
import { type Events, type Input, PLAY, type Player, type Shot, type State } from "../games/skirmish/types";
import { type Manner, Thumbs } from "./script";
import { type Owner, schedule, time } from "./time";

const picture = 1000 / 60; // ms
const tickSeconds = 1 / ARENA.tickRate;

/** What a page has to say, by name, and when. */
export type Note = [page: number, at: number, what: string, text: string];

/** How a page is opened. */
export interface Tab {
  name: string;
  role: "player" | "spectator";
  manner: Manner;
  /** When it is opened, ms. */
  at: number;
}

/** What a page has recorded: flat lists of numbers. */
export interface Records {
  /**
   * One picture after the other: the time, the tick drawn, the newest tick, when a direction was pressed last; then 1 and
   * x, y of the own ball or 0; then how many others, and id, x, y, hits, dash of each; then how many own shots, and of
   * each a number of our own, the id, when it was made, the aim of the input that made it, x, y; not predicted: made is -1.
   */
  pictures: Float64Array;
  /**
   * One prediction after the other: the aim of the input, by which it is known, the newest tick then, and after it x, y, and
   * the steps left of the dash, until the next dash and until the next shot.
   */
  predictions: Float64Array;
  /** The newest state: its tick; how many players, and id, x, y, hits, shield, safe, and the three steps of each; ids of shots. */
  newest: Float64Array;
  withdrawn: number;
  /** As the SDK counts them. */
  corrections: number;
}

/** A shot of ours: out of a prediction it has more to it than the server's. */
interface OwnShot extends Shot {
  made?: number;
  aim?: number;
}

/** Opens a tab and keeps its record. */
export class Page implements Owner {
  hidden = false;
  asleep = false;
  private pictures: number[] = [];
  private predictions: number[] = [];
  private readonly played = new WeakSet<Input>();
  private readonly shots = new Map<OwnShot, number>(); // our own numbers
  private room!: Room<State, Input, Events>;
  private ball!: Prediction<State, Input, Body>;
  private salvo!: Spawns<State, Input, OwnShot, Body>;
  private readonly thumbs: Thumbs;
  private readonly fighters = new Fighters();
  private drawnAt = 0;
  private me: Player | undefined;
  private others: Player[] = [];

  constructor(
    readonly number: number,
    private readonly tab: Tab,
    private readonly note: (note: Note) => void,
  ) {
    this.thumbs = new Thumbs(tab.manner, number + 1);
    schedule(tab.at, this, () => void this.open(connect("http://server.test", { name: tab.name })));
  }

  private async open(client: Client): Promise<void> {
    client.onStatus((status, reason) => this.say("status", `${status} ${reason}`));
    client.onError((error) => this.say("error", `${error.code} ${error.message}`));
    this.room = await client.quick<State, Input, Events>("skirmish", { as: this.tab.role });
    this.room.onLeft((left) => this.say("left", left.code));
    this.say("seat", String(this.room.me.seat));
    if (this.tab.role === "player") this.play(this.room);
    this.drawNext(time());
  }

  private say(what: string, text: string): void {
    this.note([this.number, time(), what, text]);
  }

  private play(room: Room<State, Input, Events>): void {
    this.ball = room.predict<Body>({
      body: (state) => this.body(state),
      step: (body, input) => this.step(body, input),
      smooth: { x: 0.1, y: 0.1 },
      quanta: { ux: 0.001, uy: 0.001 },
      snap: 150,
    });
    this.salvo = room.spawns<OwnShot, Body>({
      by: this.ball,
      make: (_, input, after) => this.fire(input, after),
      list: (state) => state.sh.filter((shot) => shot.o === room.me.seat),
      key: (shot) => shot.id,
      fly: { x: "vx", y: "vy" },
    });
    room.inputs(() => this.thumbs.sample(this.me, this.others));
    this.pressNext();
  }

  private body(state: State): Body | undefined {
    const p = player(state, this.room.me.seat);
    return p && p.hp > 0 ? { x: p.x, y: p.y, ux: p.ux, uy: p.uy, da: p.da, co: p.co, rl: p.rl } : undefined;
  }

  private step(body: Body, input: Input): Body {
    const after = step(body, { ...input, f: input.f && this.room.state?.ph === PLAY });
    if (!this.played.has(input)) this.predictions.push(input.a, this.room.tick, after.x, after.y, after.da, after.co, after.rl);
    this.played.add(input);
    return after;
  }

  private fire(input: Input, after: Body): OwnShot[] {
    const { room } = this;
    if (!input.f || room.state?.ph !== PLAY || !fired(after)) return [];
    const triple = (player(room.state, room.me.seat)?.tr ?? 0) > room.tick + room.pending.length;
    return [0, ...(triple ? [-ARENA.fanAngle, ARENA.fanAngle] : [])].map((fan) => {
      const { vx, vy } = velocity(input.a + fan);
      const at = { x: after.x + vx * tickSeconds, y: after.y + vy * tickSeconds };
      return { id: 0, o: room.me.seat, ...at, vx, vy, lag: 0, made: time(), aim: input.a };
    });
  }

  /** The thumbs press and let go at their own moments; a hidden tab hears nothing of it. */
  private pressNext(): void {
    schedule(this.thumbs.next, this, () => {
      this.thumbs.advance(time());
      if (!this.hidden) this.room.nudge();
      this.pressNext();
    });
  }

  /** Pictures come at the screen's pace, none in a hidden tab. */
  private drawNext(last: number): void {
    const next = last + picture * Math.max(1, Math.ceil((time() - last) / picture));
    schedule(next, this, () => {
      if (!this.hidden) this.draw();
      this.drawNext(next);
    });
  }

  private draw(): void {
    const { room, pictures } = this;
    const now = performance.now();
    const sample = room.sample(now);
    if (!sample) return;
    const playing = this.tab.role === "player";
    const seat = playing ? room.me.seat : -1;
    this.fighters.update(sample, (now - this.drawnAt) / 1000);
    this.drawnAt = now;
    this.others = this.fighters.list.filter((p) => p.id !== seat);
    const newest = room.state && player(room.state, seat);
    const own = playing ? this.ball.show(now) : undefined;
    this.me = own && newest && { ...newest, ...own };
    pictures.push(time(), sample.tick, room.tick, this.thumbs.pressed);
    if (own) pictures.push(1, own.x, own.y);
    else pictures.push(0);
    pictures.push(this.others.length);
    for (const p of this.others) pictures.push(p.id, p.x, p.y, p.hp, p.da);
    const shots = playing ? this.salvo.show(now) : [];
    pictures.push(shots.length);
    for (const shot of shots) {
      if (!this.shots.has(shot)) this.shots.set(shot, this.shots.size + 1);
      pictures.push(this.shots.get(shot)!, shot.id, shot.made ?? -1, shot.aim ?? 0, shot.x, shot.y);
    }
  }

  private newest(): number[] {
    const state = this.room?.state;
    if (!state) return [];
    const rows = state.ps.flatMap((p) => [p.id, p.x, p.y, p.hp, p.sd, p.sf, p.da, p.co, p.rl]);
    return [this.room.tick, state.ps.length, ...rows, ...state.sh.map((shot) => shot.id)];
  }

  /** Hands over what was recorded, and forgets it. */
  take(): Records {
    const { pictures, predictions } = this;
    this.pictures = [];
    this.predictions = [];
    return {
      pictures: Float64Array.from(pictures),
      predictions: Float64Array.from(predictions),
      newest: Float64Array.from(this.newest()),
      withdrawn: this.salvo?.withdrawn ?? 0,
      corrections: this.ball?.corrections ?? 0,
    };
  }
}
