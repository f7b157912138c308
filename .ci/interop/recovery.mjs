// Connections that break: an official client comes back as what it was, or as somebody new, and what it has emitted or
// missed meanwhile arrives. argv[2] is {url, client, expect}: expect is "recovered" or "new". The server: `recoverable`
// and the control events below, all of them acknowledged.
import { dial, equal, plain, within } from "./clients.mjs";

const { url, client: spec, expect } = JSON.parse(process.argv[2]);
const recovered = expect === "recovered";

function step(name, seen = []) {
  console.log(JSON.stringify({ step: name, seen: seen.map(plain) }));
}

/** once resolves with the next event of an emitter. */
function once(emitter, event) {
  return within(new Promise((resolve) => { emitter.once(event, resolve); }), event);
}

const a = await dial("A", url, spec, { auth: { name: "A" } });
const b = await dial("B", url, { parser: "json" }, { auth: { name: "B" } });
for (const c of [a, b]) {
  c.socket.connect();
  await c.event("hello");
}
equal(Boolean(a.socket.recovered), false, "the first connection is a new one");
step("connected");

// Offsets: on plain events only.
await a.ask("emit me", "plain", 1);
const [, one, offset] = await a.event("plain");
equal([one, typeof offset], [1, recovered ? "string" : "undefined"], "the offset is the last argument");
step("events carry an offset if there is recovery");

// Whoever goes by itself is new.
const first = a.socket.id;
a.socket.disconnect();
const again = once(a.socket, "connect");
a.socket.connect();
await again;
equal(Boolean(a.socket.recovered), false, "who left comes back as somebody new");
equal(a.socket.id === first, false, "with another id");
step("back after leaving");

// Whoever was sent away is new.
const sent = once(a.socket, "disconnect");
a.socket.emit("send me away");
equal(await sent, "io server disconnect", "the reason");
const third = once(a.socket, "connect");
a.socket.connect();
await third;
equal(Boolean(a.socket.recovered), false, "who was sent away comes back as somebody new");
step("back after being sent away");

// A cut, with events of all kinds while it is away.
await a.ask("join", ["red", "blue"]);
await a.ask("store", { score: 42 });
await a.ask("emit me", "fence", 1);
await a.event("fence");
const { id } = a.socket;
a.take();
a.socket.io.reconnection(false); // until the events below are out
const engine = a.socket.io.engine;
const cut = once(a.socket, "disconnect");
engine.close(); // without a packet of Socket.IO's
await cut;
await within((async () => { while ((await b.ask("here", id))[0]) await new Promise(setImmediate); })(), "A to be gone");
await b.ask("emit to", ["red"], [], "n", 1);
await b.ask("emit to", ["red", "blue"], [], "n", 2, Buffer.from([1, 2, 3]));
await b.ask("emit to", ["red"], ["blue"], "n", "excepted");
await b.ask("emit to", ["green"], [], "n", "for others");
await b.ask("emit to", [id], [], "n", 3);
await b.ask("emit to", [], [], "n", "ünïcode ✓ 🎳");
a.socket.emit("buffered", "while away");
const back = once(a.socket, "connect");
a.socket.connect();
await back;
equal(Boolean(a.socket.recovered), recovered, "recovered");
equal(a.socket.id === id, recovered, "the same id");
await a.event("hello");
await a.event("got");
const names = a.seen.filter(([event]) => event === "n").map(([, value]) => value);
equal(names, recovered ? [1, 2, 3, "ünïcode ✓ 🎳"] : [], "what was missed");
equal(await a.ask("stored"), recovered ? [{ score: 42 }] : [null], "the data");
equal((await a.ask("rooms"))[0].sort(), recovered ? ["blue", "red", a.socket.id].sort() : [a.socket.id], "the rooms");
step("back after a cut", a.take());

// A megabyte both ways, as text and as bytes.
const text = "é".repeat(1 << 19), bytes = Buffer.alloc(1 << 20, 7);
equal((await a.ask("echo", text))[0] === text, true, "1 MiB of text");
equal(Buffer.compare(Buffer.from((await a.ask("echo", bytes))[0]), bytes), 0, "1 MiB of bytes");
step("large payloads");

// Dynamic namespaces.
const room = a.socket.io.socket("/room-7", {});
const welcome = once(room, "welcome");
room.connect();
equal((await welcome), "/room-7", "the namespace");
const none = a.socket.io.socket("/room-x", {});
const refused = once(none, "connect_error");
none.connect();
equal((await refused).message, "Invalid namespace", "a name that does not match");
step("dynamic namespaces");

for (const socket of [room, a.socket, b.socket]) socket.disconnect();
