// How it ends, what each side is told, and who comes back. The last step closes the server.
import { within } from "./clients.mjs";

/** upgraded waits until a client that began with polling is on WebSocket. */
async function upgraded(c) {
  const { engine } = c.socket.io;
  if (engine.transport.name === "websocket") return;
  const upgrade = new Promise((resolve) => { engine.once("upgrade", resolve); });
  await within(upgrade, `${c.name} to upgrade`);
}

/** ending is the chapter of disconnects, with the reason on both sides. */
export async function ending({ A, B, C, trio, step, specs }) {
  const others = (who, entry) => Object.fromEntries(trio.filter((c) => c !== who).map((c) => [c.name, [entry]]));
  const back = (c) => [["*connect"], ["welcome", { name: c.name }]];
  const named = (c) => c.lives === 1 ? `<${c.name}>` : `<${c.name}#${c.lives}>`;
  const gone = (c, reason) => ["gone", named(c), reason, 0];

  async function leaves(title, who, act, { client, server, returns }) {
    const witness = who === B ? C : B;
    const want = { ...others(who, gone(who, server)), result: returns };
    want[who.name] = [["*disconnect", client], ...(returns ? back(who) : [])];
    await step(title, async () => {
      await who.ask("socket.join", ["red"]);
      act();
      await Promise.all([witness.event("gone"), who.event("*disconnect")]);
      if (returns) await who.event("welcome");
      return returns ? who.socket.connected : who.socket.active ?? false;
    }, want);
    await step(`${title}: and is in no room any more`,
      async () => { await witness.ask("io.to.emit", ["red"], "anyone?"); });
    if (returns) return;
    await step(`${title}: and may connect again`, async () => {
      who.socket.connect();
      await who.event("welcome");
    }, { [who.name]: back(who) });
  }

  await leaves("socket.disconnect() by the client", A, () => A.socket.disconnect(),
    { client: "io client disconnect", server: "client namespace disconnect", returns: false });
  await leaves("socket.disconnect() by the server", A, () => A.socket.emit("socket.disconnect", false),
    { client: "io server disconnect", server: "server namespace disconnect", returns: false });
  await leaves("socket.disconnect(true) by the server", B, () => B.socket.emit("socket.disconnect", true),
    { client: "io server disconnect", server: "server namespace disconnect", returns: false });
  await leaves("io.in(room).disconnectSockets() by the server", A, () => C.ask("io.in.disconnectSockets", "red", false),
    { client: "io server disconnect", server: "server namespace disconnect", returns: false });

  await step("disconnecting: the socket is still in its rooms, and the others hear it before disconnect", async () => {
    await B.ask("socket.join", ["watchers"]);
    await A.ask("socket.join", ["red", "blue"]);
    A.socket.disconnect();
    await Promise.all([B.event("gone"), C.event("gone")]);
    await B.ask("socket.leave", ["watchers"]);
  }, {
    A: [["*disconnect", "io client disconnect"]],
    B: [["leaving", named(A), "client namespace disconnect", 3], gone(A, "client namespace disconnect")],
    C: [gone(A, "client namespace disconnect")],
  });
  await step("disconnecting: and may connect again", async () => {
    A.socket.connect();
    await A.event("welcome");
  }, { A: back(A) });

  await leaves("a message before the goodbye is not lost", C, () => {
    C.socket.emit("collect", 1);
    C.socket.disconnect();
  }, { client: "io client disconnect", server: "client namespace disconnect", returns: false });
  await leaves("the client closes its engine", A, () => A.socket.io.engine.close(),
    { client: "forced close", server: "transport close", returns: true });
  const polling = (c) => specs[trio.indexOf(c)].transports?.every((name) => name === "polling") ?? false;
  if (!trio.some(polling)) {
    await upgraded(B);
    await leaves("the connection breaks", B, () => B.socket.io.engine.transport.ws.terminate(),
      { client: "transport close", server: "transport close", returns: true });
  }
  await leaves("a packet that is none", C, () => C.socket.io.engine.write("nonsense"),
    { client: "transport close", server: "forced close", returns: true });

  await step("a pending question fails when the connection does", async () => {
    const failed = !A.socket.emitWithAck ? "socket has been disconnected" // before 4.6.0 it waited for ever
      : A.socket.timeout(10_000).emitWithAck("silence").catch((err) => err.message);
    A.socket.io.engine.close();
    await Promise.all([A.event("welcome"), B.event("gone")]);
    return await failed;
  }, {
    result: "socket has been disconnected",
    A: [["*disconnect", "forced close"], ["*connect"], ["welcome", { name: "A" }]],
    ...others(A, gone(A, "transport close")),
  });

  await step("what is emitted while disconnected is sent after the next connect", async () => {
    const { engine } = A.socket.io;
    const closed = new Promise((resolve) => { engine.once("close", resolve); });
    A.socket.disconnect();
    await Promise.all([B.event("gone"), within(closed, "the engine to close")]); // 4.0 trips over an earlier connect
    A.socket.emit("echo", "buffered", 1);
    A.socket.emit("echo", "buffered", 2);
    A.socket.connect();
    await A.until(([event, , n]) => event === "echo" && n === 2, "the second echo");
  }, {
    A: [["*disconnect", "io client disconnect"], ...back(A), ["echo", "buffered", 1], ["echo", "buffered", 2]],
    ...others(A, gone(A, "client namespace disconnect")),
  });

  await step("the server closes", async () => {
    for (const c of trio) c.socket.io.reconnection(false);
    A.socket.emit("io.close");
    for (const c of trio) {
      const ended = await c.event("*disconnect");
      if (polling(c)) ended[1] = ended[1].replace("error", "close"); // either, with the official server too
    }
  }, Object.fromEntries(trio.map((c) => [c.name, [["*disconnect", "transport close"]]])));
}
