import assert from "node:assert/strict";
import test, { type Context } from "node:test";
import { Client } from "./client";
import { interpolate, Interpolator } from "./interpolate";
import type { Room } from "./room";
import { type VirtualTime, virtualTime } from "./virtualtime";

/** A match of one ball on a line: an input moves it, the other ball rolls by itself. */
interface State {
  me: { x: number };
  other: { id: number; x: number }[];
}

const tickMs = 50;
const quantum = 0.1;
const speed = 15; // units per input
const round = (x: number) => Math.round(x / quantum) * quantum;
const step = (b: { x: number }, input: number) => ({ x: b.x + input * speed });

/** A way through a network, in order: delay and jitter in ms; now and then a packet is late, or lost, and holds up the rest. */
interface Way {
  delay: number;
  jitter?: number;
  spikes?: number;
  loss?: number;
}

function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function way(link: Way, seed: number, until: () => number): (deliver: () => void) => void {
  const rnd = random(seed);
  let last = 0;
  return (deliver) => {
    const { delay, jitter = 0, spikes = 0, loss = 0 } = link; // as it is now
    let late = delay - Math.log(1 - rnd()) * jitter;
    if (rnd() < spikes) late += 120 * (0.5 + rnd());
    while (rnd() < loss) late += 150 + 2 * delay;
    last = Math.max(last, performance.now() + late, until());
    setTimeout(deliver, last - performance.now());
  };
}

type Ack = (error: Error | null, reply?: unknown) => void;

/**
 * A server at the other end of a fake socket, with the policy of the real one: one input a tick, none when there is
 * none, and what piles up is played off. Its clock may run faster or slower than the page's.
 */
class World {
  readonly client: Client;
  connected = true;
  readonly active = true;
  state: State = { me: { x: 0 }, other: [{ id: 1, x: 0 }] };
  tick = 0;
  acked = 0;
  held = 0; // ticks without an input
  mostQueued = 0;
  stalled = 0; // nothing arrives before this
  readonly got: number[] = []; // when inputs came
  readonly behind: number[] = [];
  private queue: { seq: number; value: number }[] = [];
  private long = 0;
  private onAnyListener: (event: string, ...args: unknown[]) => void = () => undefined;
  private readonly listeners = new Map<string, (reason: string) => void>();
  private readonly up: (deliver: () => void) => void;
  private readonly down: (deliver: () => void) => void;
  private readonly open = new Set<Ack>(); // requests without an answer
  private member = -1; // the life of the connection that is in the room
  private life = 0; // of the connection: what is under way when it ends does not arrive

  constructor(readonly time: VirtualTime, link: Way, private readonly pace = 1) {
    this.up = way(link, 1, () => this.stalled);
    this.down = way(link, 2, () => this.stalled);
    this.client = new Client(this as never);
    this.beat(0);
  }

  emit(event: string, ...args: unknown[]): void {
    if (event === "input") this.send(() => this.input(args));
  }
  timeout(ms: number) {
    return {
      emit: (event: string, ...args: unknown[]) => {
        const settle: Ack = (error, answer) => {
          clearTimeout(timer);
          if (this.open.delete(settle)) (args.at(-1) as Ack)(error, answer);
        };
        const timer = setTimeout(() => settle(new Error("operation has timed out")), ms);
        this.open.add(settle);
        this.send(() => {
          const answer = event === "room:ping" ? { ok: true } : this.welcome();
          this.reply(() => settle(null, answer));
        });
      },
    };
  }
  on(event: string, listener: (reason: string) => void): void {
    this.listeners.set(event, listener);
  }
  onAny(listener: (event: string, ...args: unknown[]) => void): void {
    this.onAnyListener = listener;
  }
  connect(): void {}
  disconnect(): void {}

  /** The connection ends, and begins anew. */
  cut(): void {
    this.connected = false;
    this.life++;
    this.listeners.get("disconnect")!("transport close");
    for (const settle of this.open) settle(new Error("socket has been disconnected"));
  }
  restore(): void {
    this.connected = true;
    this.listeners.get("connect")!("");
  }

  private send(deliver: () => void): void {
    const { life } = this;
    this.up(() => life === this.life && deliver());
  }
  private reply(deliver: () => void): void {
    const { life } = this;
    this.down(() => life === this.life && deliver());
  }
  private welcome() {
    if (this.member === this.life) return { ok: false, error: { code: "already_joined", message: "" } };
    this.member = this.life;
    const room = { id: "ABCDE", game: "test", title: "Test", private: false, players: [], people: 1, spectators: 0, max: 4, running: true };
    return { ok: true, room, you: { id: "p1", name: "Ada", seat: 0, role: "player", token: "t", resumed: this.tick > 0 && this.life > 0 }, tickRate: 20, onInput: false };
  }
  private input([seq, value, tick, behind]: unknown[]): void {
    this.queue.push({ seq: seq as number, value: value as number });
    this.got.push(performance.now());
    if (behind !== undefined) this.behind.push(this.tick - (tick as number) + (behind as number) / tickMs);
  }
  private beat(n: number): void {
    setTimeout(() => {
      this.play();
      this.beat(n + 1);
    }, Math.max(0, (n + 1) * tickMs * this.pace - performance.now()));
  }
  private play(): void {
    this.tick++;
    this.mostQueued = Math.max(this.mostQueued, this.queue.length);
    if (this.queue.length === 0) this.held++;
    this.long = this.queue.length < 2 ? 0 : this.long + 1;
    let take = this.long >= 5 ? 2 : 1;
    if (take === 2) this.long = 0;
    let { me } = this.state;
    for (; take > 0 && this.queue[0]; take--) {
      const { seq, value } = this.queue.shift()!;
      me = step(me, value);
      this.acked = seq;
    }
    this.state = { me, other: [{ id: 1, x: this.tick * 10 }] };
    const sent = { me: { x: round(me.x) }, other: this.state.other };
    const meta = { tick: this.tick, full: true, acks: { p1: this.acked } };
    if (this.connected) this.reply(() => this.onAnyListener("state", sent, meta));
  }
}

interface Picture {
  at: number;
  own: number;
  other: number;
  lag: number; // ms that the others are behind the server
  starved: boolean;
}

/** Plays for some seconds at 60 pictures a second. input is asked for the picture's time. */
async function play(t: Context, link: Way, seconds: number, input: (now: number) => number | undefined, pace = 1) {
  const time = virtualTime();
  const world = new World(time, link, pace);
  t.after(() => {
    world.client.close();
    time.restore();
  });
  const joining = world.client.join<State, number>("ABCDE");
  for (let i = 0; i < 10; i++) await Promise.resolve();
  time.pass(1000);
  const room = await joining;
  const own = room.predict({ body: (s) => s.me, step, smooth: { x: quantum } });
  room.inputs(() => input(performance.now()));
  const balls = new Interpolator<{ id: number; x: number }>({ key: (b) => b.id, lerp: ["x"] });
  const pictures: Picture[] = [];
  const draw = () => {
    const sample = room.sample();
    const body = own.show();
    if (!sample || !body) return;
    const [other] = balls.at(sample.from.other, sample.to.other, sample.t);
    const lag = (performance.now() / (tickMs * pace) - sample.tick) * tickMs;
    pictures.push({ at: performance.now(), own: body.x, other: other!.x, lag, starved: sample.tick > room.tick });
  };
  const run = (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      time.pass(1000 / 60);
      draw();
    }
  };
  run(seconds * 1000);
  return { time, world, room: room as Room<State, number>, own, pictures, run };
}

const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const wander = (now: number) => Math.sin(now / 700) + Math.sin(now / 130) / 2;

const cable: Way = { delay: 30, jitter: 3 };
const wifi: Way = { delay: 30, jitter: 8, spikes: 0.01 };
const mobile: Way = { delay: 60, jitter: 15, loss: 0.01 };
const bad: Way = { delay: 80, jitter: 25, loss: 0.03 };

for (const [name, link, lag, starved] of [["cable", cable, 94, 0.001], ["wifi", wifi, 129, 0.02], ["mobile", mobile, 245, 0.05], ["bad", bad, 325, 0.11]] as const) {
  test(`on ${name} nothing is corrected, others never run backwards, and their lag is small`, async (t) => {
    const { own, pictures, world, room } = await play(t, link, 300, wander);
    const settled = pictures.filter(({ at }) => at > 10_000);
    assert.equal(own.corrections, 0);
    assert.equal(room.stats().corrections, 0);
    for (let i = 1; i < pictures.length; i++) {
      assert.ok(pictures[i]!.other >= pictures[i - 1]!.other - 1e-9, `backwards at ${pictures[i]!.at}`);
      const way = Math.abs(pictures[i]!.own - pictures[i - 1]!.own);
      assert.ok(way < 2 * speed * 0.6, `own ball leapt by ${way}`);
    }
    const late = mean(settled.map((p) => p.lag));
    const share = mean(settled.map((p) => Number(p.starved)));
    t.diagnostic(`${name}: lag ${late.toFixed(0)} ms, starved ${(100 * share).toFixed(2)} %, ticks without an input ${world.held}`);
    assert.ok(late <= lag, `lag ${late}`);
    assert.ok(share <= starved, `starved ${share}`);
  });
}

for (const pace of [0.995, 1, 1.005]) {
  test(`inputs keep the server's pace when its clock runs at ${pace} of the page's`, async (t) => {
    const { world } = await play(t, cable, 120, wander, pace);
    const before = { inputs: world.got.length, ticks: world.tick, held: world.held };
    world.time.pass(60_000);
    const inputs = world.got.length - before.inputs;
    const ticks = world.tick - before.ticks;
    assert.ok(Math.abs(inputs - ticks) <= 1, `${inputs} inputs in ${ticks} ticks`);
    assert.ok(world.mostQueued <= 3, `${world.mostQueued} queued`);
  });
}

test("a key is answered within two pictures, at any phase of the tick, and the server gets one input a tick", async (t) => {
  let key = 0;
  const { pictures, room, world, run, own } = await play(t, { delay: 75, jitter: 5 }, 10, () => key);
  const waits: number[] = [];
  for (let i = 0; i < 60; i++) {
    world.time.pass(i * 1.7);
    key = 1 - key;
    room.nudge();
    const n = pictures.length;
    run(1000);
    const still = pictures[n - 1]!.own;
    const first = pictures.slice(n).findIndex((p, j, list) => {
      const before = j > 0 ? list[j - 1]!.own - (j > 1 ? list[j - 2]!.own : still) : 0;
      return key === 1 ? p.own !== still : Math.abs(p.own - (j > 0 ? list[j - 1]!.own : still)) < Math.abs(before) - 1e-6 || p.own === (j > 0 ? list[j - 1]!.own : still);
    });
    waits.push(first + 1);
  }
  t.diagnostic(`pictures from a key to its effect: ${mean(waits).toFixed(2)}, at most ${Math.max(...waits)}`);
  assert.ok(waits.every((w) => w >= 1 && w <= 2), waits.join(" "));
  assert.equal(own.corrections, 0);
  assert.ok(world.mostQueued <= 2);
});

test("no input is sent while the connection is lost, and play goes on where it was", async (t) => {
  const { world, pictures, run, own, room } = await play(t, cable, 10, wander);
  const sent = world.got.length;
  world.cut();
  run(3000);
  assert.equal(world.got.length, sent);
  assert.deepEqual(room.pending, []);
  world.restore();
  for (let i = 0; i < 20; i++) {
    world.time.pass(20);
    for (let j = 0; j < 10; j++) await Promise.resolve();
  }
  const n = pictures.length;
  run(10_000);
  assert.ok(world.got.length > sent + 150);
  for (let i = n + 1; i < pictures.length; i++) assert.ok(Math.abs(pictures[i]!.own - pictures[i - 1]!.own) < speed);
  assert.equal(own.corrections, 0);
  assert.ok(Math.abs(own.body!.x - (world.state.me.x + room.pending.reduce((x, p) => x + p.value * speed, 0))) < 6 * speed);
});

test("a stall right after a reconnect does not keep us from playing on", async (t) => {
  const { world, room } = await play(t, cable, 10, wander);
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds * 50; i++) {
      world.time.pass(20);
      for (let j = 0; j < 10; j++) await Promise.resolve();
    }
  };
  world.cut();
  await pass(1);
  world.restore();
  world.stalled = performance.now() + 25_000;
  await pass(10);
  world.cut(); // and this connection ends without an answer
  world.restore();
  await pass(20);
  assert.ok(room.joined);
  const sent = world.got.length;
  await pass(1);
  assert.ok(world.got.length > sent + 15, "inputs go");
});

test("in a stall no more inputs are made than the server keeps", async (t) => {
  const { world, run, own, room } = await play(t, cable, 10, wander);
  world.stalled = performance.now() + 2500;
  run(2000);
  assert.equal(room.pending.length, 32);
  const still = own.show()!.x;
  run(400);
  assert.ok(Math.abs(own.show()!.x - still) < quantum, "the body waits");
  run(20_000);
  assert.equal(own.corrections, 0);
  assert.ok(world.mostQueued <= 32, `${world.mostQueued} queued`);
  assert.ok(room.pending.length < 6);
});

test("a tab that was hidden comes back without a jump", async (t) => {
  const { world, pictures, run, own } = await play(t, cable, 10, wander);
  world.time.pass(10_000); // pictures stop, frames and inputs do not
  const n = pictures.length;
  run(5000);
  for (let i = n + 1; i < pictures.length; i++) {
    assert.ok(pictures[i]!.other - pictures[i - 1]!.other < 5, "10 units a tick, 3.3 a picture");
    assert.ok(Math.abs(pictures[i]!.own - pictures[i - 1]!.own) < speed);
  }
  assert.ok(pictures[n]!.lag < 110, `lag ${pictures[n]!.lag}`);
  assert.equal(own.corrections, 0);
});

test("each input tells what the player saw: the lag of the picture, in ticks", async (t) => {
  const { world } = await play(t, cable, 30, wander);
  const seen = world.behind.slice(100);
  // The picture is 94 ms behind the server, and the input takes 30 ms and waits for the tick.
  assert.ok(Math.abs(mean(seen) - (94 + 33) / tickMs) < 0.7, `${mean(seen)}`);
});

test("the round trip shows within five seconds that the link has become another", async (t) => {
  const link: Way = { delay: 30 };
  const { room, world } = await play(t, link, 0, wander);
  const settle = async (seconds: number) => {
    for (let i = 0; i < seconds * 500; i++) {
      world.time.pass(2);
      for (let j = 0; j < 10; j++) await Promise.resolve();
    }
  };
  await settle(20);
  assert.ok(Math.abs(room.stats().rtt! - 60) <= 2, `${room.stats().rtt}`);
  for (const delay of [130, 30]) {
    link.delay = delay;
    await settle(5);
    assert.ok(Math.abs(room.stats().rtt! - 2 * delay) < 20, `${room.stats().rtt}`);
  }
});

test("pictures make no lists and no items", () => {
  const balls = new Interpolator<{ id: number; x: number }>({ key: (b) => b.id, lerp: ["x"] });
  const from = [{ id: 1, x: 0 }];
  const to = [{ id: 1, x: 10 }, { id: 2, x: 5 }];
  const first = balls.at(from, to, 0.5, 0);
  const [one] = first;
  assert.deepEqual(first, [{ id: 1, x: 5 }, { id: 2, x: 5 }]);
  assert.equal(balls.at(from, to, 0.7, 16), first);
  assert.equal(balls.at(to, [{ id: 1, x: 20 }], 0.5, 32)[0], one);
});

test("what was carried on too far goes back without a jump", () => {
  const balls = new Interpolator<{ id: number; x: number }>({ key: (b) => b.id, lerp: ["x"], snap: 100 });
  const states = [0, 10, 12, 14, 16].map((x) => [{ id: 1, x }]);
  assert.equal(balls.at(states[0]!, states[1]!, 3, 0)[0]!.x, 30);
  assert.ok(Math.abs(balls.at(states[1]!, states[2]!, 1, 16)[0]!.x - 30) < 1e-9);
  assert.ok(balls.at(states[2]!, states[3]!, 0.5, 32)[0]!.x < 30);
  assert.ok(Math.abs(balls.at(states[3]!, states[4]!, 1, 1500)[0]!.x - 16) < 0.01);
  assert.equal(interpolate(states[0]!, states[1]!, 0.5, { key: (b) => b.id, lerp: ["x"] })[0]!.x, 5);
});
