// A game room seen by official clients of every codec: two players and a spectator of the game "counter", which
// lobby/interop_test.go defines. Its state is {count, by: {seat: sum}}; an input {add, tell, over} adds, asks for the
// count in private, or ends the match; each change is announced by the event "counted".
//
//   node game.mjs '{"url":"http://127.0.0.1:1234","clients":[{"parser":"json"},{"parser":"msgpack"},{}]}'
//
// It prints one line for each step that went well.
import { dial, equal, plain } from "./clients.mjs";

const { url, clients: specs } = JSON.parse(process.argv[2]);
const [A, B, C] = await Promise.all(["A", "B", "C"].map((name, i) => dial(name, url, specs[i])));
const trio = [A, B, C];
const history = new Map(trio.map((c) => [c, []])); // all states of each client: {tick, state, acks by seat}
const seats = new Map(); // player id -> seat

/** states turns what a client has of states, frames or plain events, into one form; the rest of its record stays. */
function states(c) {
  const isState = ([event]) => event === "state" || event === "*frame";
  for (const [event, ...args] of c.seen.filter(isState)) {
    if (event === "*frame") {
      const { tick, acks, state } = args[0];
      history.get(c).push(plain({ tick, state, acks: Object.fromEntries(acks) }));
      continue;
    }
    const [state, { tick, full, acks }] = args;
    equal(full, true, `the state of tick ${tick} at ${c.name} is whole`);
    history.get(c).push(plain({ tick, state, acks: Object.fromEntries(Object.entries(acks).map(([id, seq]) => [seats.get(id), seq])) }));
  }
  c.seen = c.seen.filter((entry) => !isState(entry));
  return history.get(c);
}

const direct = (i) => specs[i].transports?.join() === "websocket";
const shown = ([event, ...args]) => (event === "state" ? args[0] : event === "*frame" ? args[0].state : undefined);
const count = (c, n) => c.until((entry) => shown(entry)?.count === n, `a state with count ${n}`);
const update = (c, fits, what) => c.until(([event, info]) => event === "room:update" && fits(info), `room:update with ${what}`);
const named = (c, event) => c.seen.filter(([name]) => name === event).map(([, ...args]) => plain(args));
const ask = async (c, event, ...args) => (await c.ask(event, ...args))[0];
const ok = async (c, event, ...args) => {
  const answer = await ask(c, event, ...args);
  equal(answer?.ok, true, `${event} of ${c.name} is granted: ${JSON.stringify(plain(answer))}`);
  return answer;
};
const fresh = () => trio.forEach((c) => { states(c); c.seen = []; });

async function step(title, act) {
  await act();
  console.log(JSON.stringify({ step: title }));
}

async function refused(c, code, event, ...args) {
  const answer = await ask(c, event, ...args);
  equal([answer.ok, answer.error?.code, typeof answer.error?.message], [false, code, "string"],
    `${event}(${JSON.stringify(args)}) of ${c.name}: ${JSON.stringify(answer)}`);
}

let room, ada, bob;

async function meeting() {
  await step("room:create gives a seat", async () => {
    const got = await ok(A, "room:create", { game: "counter", name: "  Ada  " });
    ({ room: { id: room }, you: ada } = got);
    equal(/^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{5}$/.test(room), true, `room id ${room}`);
    equal(plain(got), plain({
      ok: true, tickRate: 50, onInput: false,
      room: {
        id: room, game: "counter", title: "Counter", private: false, people: 1, spectators: 0, max: 2, running: got.room.running,
        players: [{ id: ada.id, name: "Ada", seat: 0, bot: false, away: false }],
      },
      you: { id: ada.id, name: "Ada", seat: 0, role: "player", token: ada.token, resumed: false },
    }), "the join result");
    equal(typeof ada.token === "string" && ada.token.length >= 16, true, "a token");
  });
  await step("room:join as player and as spectator", async () => {
    ({ you: bob } = await ok(B, "room:join", { room: room.toLowerCase(), name: "Böb 🎳" }));
    equal([bob.seat, bob.role, bob.name], [1, "player", "Böb 🎳"], "the second seat");
    const { you } = await ok(C, "room:join", { room, as: "spectator" });
    equal([you.seat, you.role, you.name, you.token ?? null], [-1, "spectator", "Guest", null], "the spectator");
    seats.set(ada.id, 0).set(bob.id, 1);
  });
  await step("room:update tells everyone who is there", async () => {
    for (const c of trio) {
      const [, info] = await update(c, (i) => i.people === 3, "three people");
      equal([info.players.map((p) => p.name), info.spectators, info.running], [["Ada", "Böb 🎳"], 1, true], `room:update at ${c.name}`);
    }
  });
}

async function playing() {
  await step("all see the same states, tick by tick", async () => {
    await Promise.all(trio.map((c) => count(c, 0)));
    for (let seq = 1; seq <= 5; seq++) {
      A.socket.emit("input", seq, { add: 1 });
      if (seq <= 3) B.socket.emit("input", seq, { add: 10 });
    }
    await Promise.all(trio.map((c) => count(c, 35)));
    const lists = trio.map(states);
    const from = Math.max(...lists.map((list) => list[0].tick));
    const to = Math.min(...lists.map((list) => list.find((s) => s.state.count === 35).tick));
    const byTick = new Map(); // what the first who saw it saw
    for (const [i, list] of lists.entries()) {
      const span = list.filter((s) => s.tick >= from && s.tick <= to);
      for (const s of span) {
        if (!byTick.has(s.tick)) byTick.set(s.tick, s);
        equal(s, byTick.get(s.tick), `tick ${s.tick} at ${trio[i].name}`);
      }
      const ticks = span.map((s) => s.tick);
      equal(ticks, [...ticks].sort((x, y) => x - y), `ticks in order at ${trio[i].name}`);
      if (!direct(i)) continue; // between two polls a state may be skipped for a newer one
      equal(ticks, Array.from({ length: to - from + 1 }, (_, n) => from + n), `every tick at ${trio[i].name}`);
    }
    equal(to - from >= 4, true, "one input of a player for each tick");
    const last = byTick.get(to);
    equal(last, { tick: to, state: { count: 35, by: { 0: 5, 1: 30 } }, acks: { 0: 5, 1: 3 } }, "the last of them");
  });
  await step("events of the game reach everyone, in order", async () => {
    for (const c of trio) await c.until(([event, n]) => event === "counted" && n === 35, "the last counted");
    equal(named(B, "counted"), named(A, "counted"), "counted at B and A");
    equal(named(C, "counted"), named(A, "counted"), "counted at C and A");
    fresh();
  });
  await step("an event for one player reaches that player alone", async () => {
    B.socket.emit("input", 4, { tell: true });
    await B.event("told");
    await Promise.all(trio.map((c) => ask(c, "room:ping", {})));
    equal(trio.map((c) => named(c, "told")), [[], [[35]], []], "told");
  });
  await step("a game room is a Socket.IO room", async () => {
    await ask(C, "say", room, "hello");
    await Promise.all(trio.map((c) => ask(c, "room:ping", {})));
    equal(trio.map((c) => named(c, "said")), [[["hello"]], [["hello"]], []], "said");
  });
}

async function refusals() {
  await step("what is refused, and how", async () => {
    await refused(C, "no_seat", "input", 1, { add: 1 });
    await refused(A, "bad_input", "input", 6, "text");
    await refused(C, "room_full", "room:join", { room, as: "player" });
    await refused(A, "already_joined", "room:join", { room });
    await refused(A, "in_another_room", "room:create", { game: "counter" });
    await refused(A, "bad_arguments", "room:join", 7);
    await refused(A, "unknown_event", "no:such:event");
    fresh();
    A.socket.emit("input", 6, "text");
    const [, error] = await A.event("error");
    equal([error.code, error.event, typeof error.message], ["bad_input", "input", "string"], "the error event");
    await Promise.all(trio.map((c) => count(c, 35)));
  });
}

async function comingAndGoing() {
  await step("a dropped player's seat is held, and the token brings the player back", async () => {
    fresh();
    A.socket.io.engine.close();
    await update(B, (i) => i.players[0].away, "Ada away");
    await A.event("*connect");
    const { you } = await ok(A, "room:join", { room, token: ada.token });
    equal([you.id, you.seat, you.resumed], [ada.id, 0, true], "the seat");
    await update(C, (i) => !i.players[0].away, "Ada back");
    A.socket.emit("input", 7, { add: 100 });
    await Promise.all(trio.map((c) => count(c, 135)));
  });
  await step("room:leave frees the seat, a spectator takes it", async () => {
    await ok(B, "room:leave", {});
    await Promise.all([A, C].map((c) => update(c, (i) => i.players.length === 1, "one player")));
    await refused(B, "not_in_room", "room:leave", {});
    const { you } = await ok(C, "room:join", { room, as: "player", name: "Cy" });
    equal([you.seat, you.role, you.name, typeof you.token], [1, "player", "Cy", "string"], "the seat");
    C.socket.emit("input", 1, { add: 1000 });
    await Promise.all([A, C].map((c) => count(c, 1135)));
  });
  await step("room:list shows the room, and pushes what changes", async () => {
    const { rooms } = await ok(B, "room:list", { game: "counter", subscribe: true });
    const entry = { id: room, game: "counter", title: "Counter", max: 2 };
    equal(plain(rooms), plain([{ ...entry, players: 2, humans: 2, spectators: 0, free: 0 }]), "the list");
    await ok(C, "room:leave", {});
    const free = ([event, list]) => event === "rooms" && list.some((r) => r.free === 1);
    const [, list] = await B.until(free, "a list with a free seat");
    equal(plain(list), plain([{ ...entry, players: 1, humans: 1, spectators: 0, free: 1 }]), "the pushed list");
    await ok(B, "room:list", { subscribe: false });
  });
  await step("room:quick finds the free seat", async () => {
    const got = await ok(B, "room:quick", { game: "counter", name: "Bo" });
    equal([got.room.id, got.you.seat], [room, 1], "the room");
  });
  await step("a private room wants its key", async () => {
    const { key, room: hidden } = await ok(C, "room:create", { game: "counter", private: true });
    equal([/^[\w-]{10}$/.test(key), hidden.private], [true, true], "the key");
    await ok(B, "room:leave", {});
    await refused(B, "bad_key", "room:join", { room: hidden.id });
    await ok(B, "room:join", { room: hidden.id, key });
    await ok(B, "room:leave", {});
    await ok(C, "room:leave", {});
  });
  await step("names, rooms and games that are not", async () => {
    await refused(B, "unknown_room", "room:join", { room: "22222" });
    await refused(B, "unknown_game", "room:create", { game: "chess-2000" });
    await refused(B, "bad_name", "room:join", { room, name: "x".repeat(25) });
    await refused(B, "bad_name", "room:join", { room, name: "a\u0007b" });
  });
  await step("the end of the match takes everyone out", async () => {
    await ok(C, "room:join", { room, as: "spectator" });
    fresh();
    A.socket.emit("input", 8, { over: true });
    for (const c of [A, C]) {
      const [, left] = await c.event("room:left");
      equal([left.room, left.code, typeof left.message], [room, "over", "string"], `room:left at ${c.name}`);
    }
    await refused(A, "unknown_room", "room:join", { room });
  });
}

try {
  for (const c of trio) {
    c.socket.connect();
    await c.event("*connect");
  }
  await meeting();
  await playing();
  await refusals();
  await comingAndGoing();
} catch (err) {
  console.error(err.stack);
  process.exitCode = 1;
} finally {
  for (const c of trio) c.socket.disconnect();
}
