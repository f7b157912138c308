// A server that restarts: the official client comes back by itself and sends what was emitted meanwhile. argv[2] is
// {url, client}. The test that runs this restarts the server when it reads the line "restart".
import { dial, equal, plain, within } from "./clients.mjs";

const { url, client: spec } = JSON.parse(process.argv[2]);
const a = await dial("A", url, spec, { auth: { name: "A" } });
a.socket.connect();
await a.event("hello");
const { id } = a.socket;
const down = within(new Promise((resolve) => { a.socket.once("disconnect", resolve); }), "disconnect");
console.log(JSON.stringify({ step: "restart" }));
equal(await down, "transport close", "the reason");
const back = within(new Promise((resolve) => { a.socket.once("connect", resolve); }), "connect");
a.socket.emit("buffered", "in between");
await back;
equal(a.socket.id === id, false, "a new server gives a new id");
equal(a.socket.recovered, false, "and recovers nothing");
equal(plain((await a.event("got")).slice(0, 2)), ["got", "in between"], "what was emitted meanwhile");
console.log(JSON.stringify({ step: "back" }));
a.socket.disconnect();
