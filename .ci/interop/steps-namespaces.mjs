// Namespaces share one connection, and share nothing else.
import { Client } from "./clients.mjs";

/** namespaces is the chapter of "/admin", which wants a token, and of the namespaces that are not there. */
export async function namespaces({ A, B, trio, step }) {
  const open = (c, name, auth) => new Client(`${c.name}${name}`, c.socket.io.socket(name, { auth }));
  const all = (...more) => ({ clients: [...trio, ...more] });

  const lost = open(A, "/nowhere");
  await step("an unknown namespace", async () => {
    lost.socket.connect();
    await lost.event("*connect_error");
  }, { "A/nowhere": [["*connect_error", "Invalid namespace", null]] }, all(lost));
  lost.socket.disconnect();

  const refused = open(A, "/admin", { token: "guess" });
  await step("middleware refuses, with data", async () => {
    refused.socket.connect();
    await refused.event("*connect_error");
    return refused.socket.connected;
  }, { result: false, "A/admin": [["*connect_error", "not authorised", { code: 401, retry: false }]] }, all(refused));

  refused.socket.auth.token = "secret";
  const a = refused;
  const b = open(B, "/admin", { token: "secret" });
  const office = all(a, b);
  await step("and lets in whoever has the token, on the same connection", async () => {
    for (const c of [a, b]) {
      c.socket.connect();
      await c.event("welcome");
    }
    return a.socket.id === A.socket.id;
  }, {
    result: false,
    "A/admin": [["*connect"], ["welcome", "to the office"]],
    "B/admin": [["*connect"], ["welcome", "to the office"]],
  }, office);

  await step("io.emit stays in the main namespace", () => A.ask("io.emit", "news").then(() => {}),
    { A: [["news"]], B: [["news"]], C: [["news"]] }, office);
  await step("io.of(name).emit", () => A.ask("io.of.emit", "/admin", "memo", 1).then(() => {}),
    { "A/admin": [["memo", 1]], "B/admin": [["memo", 1]] }, office);
  await step("broadcast in a namespace", () => a.ask("socket.broadcast.emit", "memo", 2).then(() => {}),
    { "B/admin": [["memo", 2]] }, office);
  await step("rooms of the same name in two namespaces are two rooms", async () => {
    await A.ask("socket.join", ["desk"]);
    await b.ask("socket.join", ["desk"]);
    await A.ask("io.to.emit", ["desk"], "for the lobby's desk");
    await A.ask("io.of.to.emit", "/admin", ["desk"], "for the office's desk");
    await A.ask("socket.leave", ["desk"]);
  }, { A: [["for the lobby's desk"]], "B/admin": [["for the office's desk"]] }, office);

  await step("leaving one namespace keeps the other", async () => {
    b.socket.disconnect();
    await B.event("gone from the office");
    return (await B.ask("ack", "still here"))[0];
  }, {
    result: "still here",
    "B/admin": [["*disconnect", "io client disconnect"]],
    ...Object.fromEntries(trio.map((c) => [c.name, [["gone from the office", "client namespace disconnect"]]])),
  }, office);
  await step("and the rest of the namespace is still there", () => A.ask("io.of.emit", "/admin", "memo", 3).then(() => {}),
    { "A/admin": [["memo", 3]] }, office);
  await step("the last of it leaves", async () => {
    a.socket.disconnect();
    await A.event("gone from the office");
  }, {
    "A/admin": [["*disconnect", "io client disconnect"]],
    ...Object.fromEntries(trio.map((c) => [c.name, [["gone from the office", "client namespace disconnect"]]])),
  }, office);
}
