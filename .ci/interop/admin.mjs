// What the official Admin UI (npm package @socket.io/admin-ui, version 0.5) does and relies on, step by step: it
// connects as the UI does, logs in, follows a client, and gives each command. The server has an admin "ada" with the
// password "secret", in development mode.
//
//   node admin.mjs '{"url":"http://127.0.0.1:1234","clients":[{"parser":"json"},{"parser":"msgpack"}]}'
//
// The first client is the UI, the second the one it looks at. It prints one line for each step that went well, with the
// form of what the UI received. The official server gives the same lines.
import { dial, equal } from "./clients.mjs";

const { url, clients: specs } = JSON.parse(process.argv[2]);

/** ui makes a client that connects as the page does, with what was typed or a session that was kept. */
const ui = (auth) => dial("ui", `${url}/admin`, { transports: ["polling", "websocket"], ...specs[0] }, {
  withCredentials: true, reconnection: false, auth,
});

/** form is what a value looks like: the types of its items, by name. */
function form(value, name) {
  if (value instanceof Date) return "date";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return "date";
  if (["headers", "query", "data"].includes(name)) return typeof value;
  if (Array.isArray(value)) return value.slice(0, 1).map((item) => form(item));
  if (value === null || typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, form(value[key], key)]));
}

/** isNow fails unless value is the time of just now, as the codec brings it: a Date, or its ISO text. */
function isNow(value, what) {
  equal(form(value), "date", what);
  equal(Math.abs(Date.now() - new Date(value).getTime()) < 10_000, true, `${what} is now: ${value}`);
}

async function step(title, act) {
  const saw = await act();
  console.log(JSON.stringify({ step: title, ...(saw === undefined ? {} : { saw: form(saw) }) }));
}

/** got waits for an event of the UI whose arguments begin with these, takes it from the record and returns the rest. */
async function got(c, event, ...begin) {
  const fits = ([name, ...args]) => name === event && begin.every((arg, i) => args[i] === arg);
  const entry = await c.until(fits, `${event} ${begin}`);
  c.seen.splice(c.seen.indexOf(entry), 1);
  return entry.slice(1 + begin.length);
}

let admin, session;
const guest = await dial("guest", url, specs[1], { reconnection: false });

async function entering() {
  await step("wrong credentials", async () => {
    const stranger = await ui({ username: "ada", password: "wrong" });
    stranger.socket.connect();
    const [, message] = await stranger.until(([event]) => event === "*connect_error", "the refusal");
    equal(message, "invalid credentials", "what the UI compares with");
    stranger.socket.disconnect();
  });
  await step("login", async () => {
    const first = await ui({ username: "ada", password: "secret" });
    first.socket.connect();
    [session] = await got(first, "session");
    const [config] = await got(first, "config");
    equal(config.supportedFeatures.slice().sort(),
      ["AGGREGATED_EVENTS", "ALL_EVENTS", "DISCONNECT", "EMIT", "JOIN", "LEAVE", "MDISCONNECT", "MJOIN", "MLEAVE"], "features");
    await got(first, "all_sockets");
    first.socket.disconnect();
    return { session, config };
  });
  await step("back with the session", async () => {
    guest.socket.connect();
    await guest.event("*connect");
    admin = await ui({ sessionId: session });
    admin.socket.connect();
    await got(admin, "config");
    const [all] = await got(admin, "all_sockets");
    equal(admin.seen.some(([event]) => event === "session"), false, "no new session");
    const it = all.find((s) => s.id === guest.socket.id);
    equal([it.nsp, it.rooms], ["/", [guest.socket.id]], "the guest");
    return it;
  });
  await step("numbers", async () => {
    const [stats] = await got(admin, "server_stats");
    equal(stats.clientsCount >= 2, true, "clients");
    equal(stats.namespaces.find(({ name }) => name === "/").socketsCount, 1, "sockets of /");
    const { aggregatedEvents, ...rest } = stats;
    equal(Array.isArray(aggregatedEvents), true, "aggregated events");
    return rest;
  });
}

async function following() {
  let id;
  await step("socket_disconnected", async () => {
    id = guest.socket.id;
    guest.socket.disconnect();
    const [reason, at] = await got(admin, "socket_disconnected", "/", id);
    equal(reason, "client namespace disconnect", "reason");
    isNow(at, "its time");
    await got(admin, "room_left", "/", id, id);
  });
  await step("socket_connected", async () => {
    guest.seen = [];
    guest.socket.connect();
    await guest.event("*connect");
    id = guest.socket.id;
    isNow((await got(admin, "room_joined", "/", id, id))[0], "its time");
    const isIt = ([event, socket]) => event === "socket_connected" && socket.id === id;
    const [, socket, at] = await admin.until(isIt, "socket_connected");
    isNow(at, "its time");
    equal(Math.abs(Date.now() - socket.handshake.issued) < 60_000, true, "handshake.issued is in milliseconds");
    return socket;
  });
  await step("socket_updated by the upgrade", async () => {
    const late = await dial("late", url, { ...specs[1], transports: ["polling", "websocket"] }, { reconnection: false });
    late.socket.connect();
    await late.event("*connect");
    const of = (name, more) => ([event, socket]) => event === name && socket.id === late.socket.id && more(socket);
    await admin.until(of("socket_connected", ({ transport }) => transport === "polling"), "socket_connected, polling");
    const [, update] = await admin.until(of("socket_updated", ({ transport }) => transport), "socket_updated");
    equal(update, { id: late.socket.id, nsp: "/", transport: "websocket" }, "the update");
    late.socket.disconnect();
  });
  await step("event_received", async () => {
    guest.socket.emit("hello", 1, { a: [true, null] });
    const [args, at] = await got(admin, "event_received", "/", id);
    equal(args, ["hello", 1, { a: [true, null] }], "arguments");
    isNow(at, "its time");
  });
}

async function commanding() {
  const id = guest.socket.id;
  await step("emit to all", async () => {
    admin.socket.emit("emit", "/", undefined, "greetings", 1, "x");
    equal((await guest.event("greetings")).slice(1), [1, "x"], "arguments");
    const [args, at] = await got(admin, "event_sent", "/", id);
    equal(args, ["greetings", 1, "x"], "event_sent");
    isNow(at, "its time");
  });
  await step("emit to one", async () => {
    admin.socket.emit("emit", "/", id, "you");
    equal(await guest.event("you"), ["you"], "no arguments");
    await got(admin, "event_sent", "/", id);
  });
  await step("join, all and one", async () => {
    admin.socket.emit("join", "/", "hall");
    isNow((await got(admin, "room_joined", "/", "hall", id))[0], "its time");
    admin.socket.emit("join", "/", "red", "hall");
    await got(admin, "room_joined", "/", "red", id);
    admin.socket.emit("join", "/", "blue", id);
    await got(admin, "room_joined", "/", "blue", id);
  });
  await step("leave, one and all", async () => {
    admin.socket.emit("leave", "/", "red", id);
    isNow((await got(admin, "room_left", "/", "red", id))[0], "its time");
    admin.socket.emit("leave", "/", "hall");
    await got(admin, "room_left", "/", "hall", id);
  });
  await step("_disconnect", async () => {
    admin.socket.emit("_disconnect", "/", false, id);
    equal((await guest.event("*disconnect"))[1], "io server disconnect", "reason at the client");
    equal((await got(admin, "socket_disconnected", "/", id))[0], "server namespace disconnect", "reason at the UI");
  });
}

try {
  await entering();
  await following();
  await commanding();
} catch (err) {
  console.error(err.stack);
  process.exitCode = 1;
} finally {
  guest.socket.disconnect();
  admin?.socket.disconnect();
}
