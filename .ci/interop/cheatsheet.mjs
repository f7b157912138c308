// Every call of the Socket.IO cheat sheet, seen from the clients: three official clients make the server do it (the
// control events of README.md), and each step says exactly what each of them must receive.
//
//   node cheatsheet.mjs '{"url":"http://127.0.0.1:1234","clients":[{"parser":"json"},{"parser":"msgpack"},{}]}'
//
// It prints one line of JSON for each step: what every client received, in order. Two servers that behave alike give
// the same lines.
import { dial, equal } from "./clients.mjs";
import { data } from "./steps-data.mjs";
import { ending } from "./steps-ending.mjs";
import { namespaces } from "./steps-namespaces.mjs";
import { rooms } from "./steps-rooms.mjs";

const { url, clients: specs, steps } = JSON.parse(process.argv[2]);
const [A, B, C] = await Promise.all(
  ["A", "B", "C"].map((name, i) => dial(name, url, specs[i], { auth: { name }, query: { room: "lounge" } })),
);
const trio = [A, B, C];

/**
 * step runs act, fences every connected client (whatever the server sent it before has then arrived), and compares
 * what each has received with want: {A: [[event, ...args], ...], ...}; a client left out must have received nothing.
 * What act returns must equal want.result.
 */
async function step(title, act, want = {}, { clients = trio, fence = clients } = {}) {
  const result = await act();
  await Promise.all(fence.filter((c) => c.socket.connected).map((c) => c.ask("fence")));
  const got = { step: title };
  if (result !== undefined) got.result = result;
  for (const c of clients) got[c.name] = c.take();
  console.log(JSON.stringify(got));
  const whole = { step: title };
  if (result !== undefined || want.result !== undefined) whole.result = want.result;
  for (const c of clients) whole[c.name] = want[c.name] ?? [];
  equal(got, whole, title);
}

const chapters = { data, rooms, namespaces, ending };
try {
  await step("io.on(connection), socket.emit", async () => {
    for (const c of trio) {
      c.socket.connect();
      await c.event("welcome");
    }
  }, Object.fromEntries(trio.map((c) => [c.name, [["*connect"], ["welcome", { name: c.name }]]])));
  for (const name of steps ?? Object.keys(chapters)) await chapters[name]({ A, B, C, trio, step, url, specs });
} catch (err) {
  console.error(err.stack);
  process.exitCode = 1;
} finally {
  for (const c of trio) c.socket.disconnect();
}
