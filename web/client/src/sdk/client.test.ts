import type { Room } from "./room";
import assert from "node:assert/strict";
import test from "node:test";
import { Client } from "./client";
import type { JoinReply } from "./types";
import { virtualTime } from "./virtualtime";

type Listener = (...args: never[]) => void;
type Ack = (error: Error | null, reply?: unknown) => void;

/** A socket whose server is the test: requests wait in sent until they are answered. */
class FakeSocket {
  connected = true;
  active = true;
  sent: { event: string; args: unknown[]; ack?: Ack }[] = [];
  private listeners = new Map<string, Listener[]>();
  private any: ((event: string, ...args: unknown[]) => void)[] = [];

  emit(event: string, ...args: unknown[]): void {
    this.sent.push({ event, args });
  }
  timeout(): { emit(event: string, ...args: unknown[]): void } {
    return {
      emit: (event, ...args) => {
        const ack = args.pop() as Ack;
        this.sent.push({ event, args, ack });
      },
    };
  }
  on(event: string, listener: Listener): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }
  off(): this {
    return this;
  }
  onAny(listener: (event: string, ...args: unknown[]) => void): this {
    this.any.push(listener);
    return this;
  }
  offAny(): this {
    return this;
  }
  calls: string[] = [];
  connect(): this {
    this.calls.push("connect");
    return this;
  }
  disconnect(): this {
    this.calls.push("disconnect");
    return this;
  }

  /** Something comes from the server. */
  receive(event: string, ...args: unknown[]): void {
    for (const listener of this.any) listener(event, ...args);
  }
  /** Something happens to the connection. */
  happen(event: string, ...args: unknown[]): void {
    this.connected = event === "connect";
    for (const listener of this.listeners.get(event) ?? []) (listener as (...args: unknown[]) => void)(...args);
  }
  /** Answers the oldest request of that name and returns its payload. */
  async answer(event: string, reply: object): Promise<Record<string, unknown>> {
    for (let i = 0; i < 20 && !this.sent.some((s) => s.event === event); i++) await Promise.resolve();
    const index = this.sent.findIndex((s) => s.event === event);
    assert.ok(index >= 0, `${event} was not sent`);
    const [request] = this.sent.splice(index, 1);
    request!.ack!(null, reply);
    return request!.args[0] as Record<string, unknown>;
  }
  inputs(): unknown[][] {
    return this.sent.filter((s) => s.event === "input").map((s) => s.args);
  }
}

const reply = (over: { id?: string; role?: "player" | "spectator"; seat?: number; resumed?: boolean; me?: string; onInput?: boolean } = {}): JoinReply & { ok: true } => ({
  ok: true,
  room: { id: over.id ?? "ABCDE", game: "test", title: "Test", private: false, players: [], people: 1, spectators: 0, max: 4, running: true },
  you: { id: over.me ?? "p1", name: "Ada", seat: over.seat ?? 0, role: over.role ?? "player", token: "secret", resumed: over.resumed ?? false },
  tickRate: 20,
  onInput: over.onInput ?? true,
});

function setUp(): { socket: FakeSocket; client: Client } {
  const socket = new FakeSocket();
  const client = new Client(socket, { name: "Ada" });
  stop.push(() => client.close());
  return { socket, client };
}
const stop: (() => void)[] = [];

async function inRoom(over = {}) {
  const { socket, client } = setUp();
  const joining = client.join<{ n: number }, number>("abcde");
  const asked = await socket.answer("room:join", reply(over));
  return { socket, client, room: await joining, asked };
}

/** A page whose listeners are counted. */
function fakePage() {
  const listeners = new Map<string, Set<() => void>>();
  const of = (event: string) => listeners.get(event) ?? listeners.set(event, new Set()).get(event)!;
  Object.assign(globalThis, {
    addEventListener: (event: string, listener: () => void) => of(event).add(listener),
    removeEventListener: (event: string, listener: () => void) => of(event).delete(listener),
  });
  return {
    size: (event: string) => of(event).size,
    happen: (event: string) => of(event).forEach((listener) => listener()),
    restore: () => Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined }),
  };
}

const refusal = (code: string) => ({ ok: false, error: { code, message: code } });

test("joining sends the name and the upper-cased id", async () => {
  const { asked, room, client } = await inRoom();
  assert.equal(asked.room, "ABCDE");
  assert.equal(asked.name, "Ada");
  assert.equal(room.me.id, "p1");
  assert.ok((client.room as unknown) === room);
});

test("a refused join rejects with the server's code", async () => {
  const { socket, client } = setUp();
  const joining = client.quick("test");
  const check = assert.rejects(joining, { code: "room_full" });
  await socket.answer("room:quick", refusal("room_full"));
  await check;
  assert.equal(client.room, undefined);
});

test("a state that comes with the answer is not lost", async () => {
  const { socket, client } = setUp();
  const joining = client.join<{ n: number }>("ABCDE");
  for (let i = 0; i < 5; i++) await Promise.resolve();
  socket.receive("state", { n: 1 }, { tick: 9, full: true, acks: {} });
  await socket.answer("room:join", reply());
  const room = await joining;
  const seen: number[] = [];
  room.onState((s) => seen.push(s.n));
  socket.receive("state", { n: 2 }, { tick: 10, full: true, acks: { p1: 4 } });
  assert.deepEqual(seen, [1, 2]);
  assert.equal(room.tick, 10);
  assert.equal(room.acked, 4);
});

test("rows of a map are told when they come, change and go", async () => {
  const { client, room } = await inRoom();
  type State = { dots: Record<string, { x: number }> };
  const told: unknown[] = [];
  const still = { x: 5 };
  client.frame(1, { dots: { a: { x: 1 }, still } }, new Map());
  const off = (room as unknown as Room<State>).onRows((s) => s.dots, {
    add: (row, key) => told.push(["add", key, row.x]),
    change: (row, before, key) => told.push(["change", key, before.x, row.x]),
    remove: (row, key) => told.push(["remove", key, row.x]),
  });
  client.frame(2, { dots: { a: { x: 2 }, b: { x: 3 }, still } }, new Map());
  client.frame(3, { dots: { b: { x: 4 }, still } }, new Map());
  assert.deepEqual(told, [["add", "a", 1], ["add", "still", 5], ["change", "a", 1, 2], ["add", "b", 3], ["change", "b", 3, 4], ["remove", "a", 2]]);
  off();
  client.frame(4, { dots: {} }, new Map());
  assert.equal(told.length, 6);
});

test("rows of a list are the same by their key, wherever they stand", async () => {
  const { client, room } = await inRoom();
  type State = { shots: { id: number }[] };
  const told: unknown[] = [];
  (room as unknown as Room<State>).onRows((s) => s.shots, { add: (_, id) => told.push(id), remove: (_, id) => told.push(-id), change: () => told.push(0) }, (s) => s.id);
  const [first, second] = [{ id: 7 }, { id: 8 }];
  client.frame(1, { shots: [first, second] }, new Map());
  client.frame(2, { shots: [second] }, new Map());
  client.frame(3, { shots: [second, { id: 9 }] }, new Map());
  assert.deepEqual(told, [7, 8, -7, 9]);
});

test("inputs carry a growing sequence and the tick that was seen", async () => {
  const { socket, client, room } = await inRoom();
  client.frame(7, { n: 1 }, new Map());
  assert.ok(room.input(5));
  assert.ok(room.input(6));
  assert.deepEqual(socket.inputs(), [[1, 5, 7], [2, 6, 7]]);
});

for (const [name, since, behind] of [["in front of a picture", 0, 10], ["level with the newest state", 10.3, 0], ["later", 16, -6], ["much later", 5000, -90]] as const) {
  test(`an input tells in whole milliseconds how old what is on the screen is at its own moment: ${name}`, async (t) => {
    const time = virtualTime();
    t.after(() => time.restore());
    time.pass(1000);
    const { socket, client, room } = await inRoom({ onInput: false });
    client.frame(7, { n: 1 }, new Map());
    time.pass(44); // pictures are 54 ms behind
    room.sample();
    time.pass(since);
    assert.ok(room.input(5));
    assert.deepEqual(socket.inputs(), [[1, 5, 7, behind]]); // 0 is not -0, which MessagePack writes as a float
  });
}

test("inputs are dropped while the connection is lost, and go on above the last sequence afterwards", async () => {
  const { socket, room } = await inRoom();
  room.input(1);
  socket.happen("disconnect", "transport close");
  assert.equal(room.input(2), false);
  socket.happen("connect");
  const asked = await socket.answer("room:join", reply({ resumed: true }));
  assert.equal(asked.token, "secret");
  room.input(3);
  assert.deepEqual(socket.inputs().map(([seq]) => seq), [1, 2]);
});

test("a page loaded anew goes on above what the seat has sent before", async () => {
  const { socket, client, room } = await inRoom({ resumed: true });
  assert.equal(room.input(1), false);
  client.frame(50, { n: 1 }, new Map([[0, 1000]]));
  assert.ok(room.input(2));
  const [seq] = socket.inputs()[0] as [number];
  assert.ok(seq > 1032, `seq ${seq}`);
});

test("joining where one is already asks nobody", async () => {
  const { socket, client, room } = await inRoom();
  assert.ok((await client.join("ABCDE")) === (room as unknown));
  assert.deepEqual(socket.sent.filter((s) => s.event === "room:join"), []);
});

test("a spectator sends no inputs until it has a seat", async () => {
  const { socket, room } = await inRoom({ role: "spectator", seat: -1 });
  assert.equal(room.input(1), false);
  const playing = room.play();
  await socket.answer("room:join", reply({ role: "player", seat: 2 }));
  await playing;
  assert.equal(room.me.seat, 2);
  assert.ok(room.input(1));
});

test("a seat that is gone after a lost connection leaves a spectator", async () => {
  const { socket, room } = await inRoom();
  socket.happen("disconnect", "ping timeout");
  socket.happen("connect");
  await socket.answer("room:join", refusal("room_full"));
  await socket.answer("room:join", reply({ role: "spectator", seat: -1, me: "p2" }));
  assert.equal(room.me.role, "spectator");
  assert.ok(room.joined);
});

test("a room that is gone after a lost connection is reported as left", async () => {
  const { socket, client, room } = await inRoom();
  const left: string[] = [];
  room.onLeft((l) => left.push(l.code));
  socket.happen("disconnect", "transport close");
  socket.happen("connect");
  await socket.answer("room:join", refusal("unknown_room"));
  assert.deepEqual(left, ["lost"]);
  assert.equal(client.room, undefined);
});

test("the server's removal reaches the room, and only that room", async () => {
  const { socket, client, room } = await inRoom();
  const left: string[] = [];
  room.onLeft((l) => left.push(l.code));
  socket.receive("room:left", { room: "ZZZZZ", code: "ended", message: "" });
  socket.receive("room:left", { room: "ABCDE", code: "moved", message: "in another tab" });
  assert.deepEqual(left, ["moved"]);
  assert.equal(client.room, undefined);
});

test("entering another room leaves the first", async () => {
  const { socket, client } = await inRoom();
  const joining = client.join("FGHJK");
  await socket.answer("room:leave", { ok: true });
  await socket.answer("room:join", reply({ id: "FGHJK" }));
  assert.equal((await joining).id, "FGHJK");
});

for (const [name, end] of [
  ["left", async ({ socket, room }) => {
    const leaving = room.leave();
    await socket.answer("room:leave", { ok: true });
    await leaving;
  }],
  ["ended by the server", async ({ socket }) => socket.receive("room:left", { room: "ABCDE", code: "over", message: "" })],
  ["closed", async ({ client }) => client.close()],
] as [string, (on: Awaited<ReturnType<typeof inRoom>>) => Promise<void>][]) {
  test(`a room that is ${name} asks for no inputs any more, and hears no keys`, async (t) => {
    const time = virtualTime();
    const page = fakePage();
    t.after(() => (page.restore(), time.restore()));
    const on = await inRoom({ onInput: false });
    on.room.inputs(() => 1);
    assert.ok(page.size("keydown") > 0);
    await end(on);
    let asked = 0;
    on.room.inputs(() => ++asked);
    time.pass(1000);
    assert.equal(asked, 0);
    assert.equal(page.size("keydown"), 0);
  });
}

test("game events reach typed listeners, the lobby's own do not", async () => {
  const { socket, room } = await inRoom();
  const seen: unknown[] = [];
  room.on("kill", (...args) => seen.push(args));
  room.on("rooms", (...args) => seen.push(args));
  socket.receive("kill", { by: 1 }, 2);
  socket.receive("rooms", []);
  assert.deepEqual(seen, [[{ by: 1 }, 2]]);
});

test("a subscription is asked for again on every connection", async () => {
  const { socket, client } = setUp();
  const lists: number[] = [];
  const off = client.subscribe((rooms) => lists.push(rooms.length));
  await socket.answer("room:list", { ok: true, rooms: [{}] });
  socket.receive("rooms", [{}, {}]);
  socket.happen("disconnect", "transport close");
  socket.happen("connect");
  await socket.answer("room:list", { ok: true, rooms: [] });
  await Promise.resolve();
  assert.deepEqual(lists, [1, 2, 0]);
  off();
  assert.deepEqual(socket.sent.at(-1)!.args, [{ subscribe: false }]);
});

test("status tells a lost connection from one that will not come back", () => {
  const { socket, client } = setUp();
  const seen: string[] = [];
  client.onStatus((s) => seen.push(s));
  socket.happen("disconnect", "transport close");
  socket.happen("connect");
  socket.active = false;
  socket.happen("disconnect", "io server disconnect");
  assert.deepEqual(seen, ["lost", "connected", "closed"]);
});

test("a page that is online again reconnects at once, until the client is closed", (t) => {
  const page = fakePage();
  t.after(page.restore);
  const { socket, client } = setUp();
  socket.happen("disconnect", "transport close");
  page.happen("online");
  assert.deepEqual(socket.calls, ["disconnect", "connect"]);
  client.close();
  assert.equal(page.size("online"), 0);
  client.reconnect();
  assert.equal(page.size("online"), 1);
});

test("a client that is closed and connects again measures the round trip again", async (t) => {
  const time = virtualTime();
  t.after(() => time.restore());
  const { socket, client } = await inRoom();
  const pings = () => socket.sent.splice(0).filter((s) => s.event === "room:ping").length;
  client.close();
  socket.happen("disconnect", "io client disconnect");
  pings();
  time.pass(10_000);
  assert.equal(pings(), 0);
  client.reconnect();
  socket.happen("connect");
  const joining = client.join("ABCDE");
  await socket.answer("room:join", reply());
  await joining;
  pings();
  time.pass(10_000);
  assert.ok(pings() >= 5);
  client.close();
});

test("reconnect gives up the attempt that waits and makes another at once", () => {
  const { socket, client } = setUp();
  client.reconnect();
  assert.deepEqual(socket.calls, [], "nothing to do while connected");
  socket.happen("disconnect", "transport close");
  client.reconnect();
  assert.deepEqual(socket.calls, ["disconnect", "connect"]);
  assert.equal(client.status, "lost", "it is still the same loss");
});

test("clients end their timers", () => {
  for (const end of stop) end();
});
