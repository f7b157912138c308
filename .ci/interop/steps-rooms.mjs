// Who receives what: one, all, all but the sender, rooms, and rooms but others.

/** rooms is the chapter of audiences. A and B will be in "red", B and C in "blue". */
export async function rooms({ A, B, C, step }) {
  const to = (clients, ...entry) => Object.fromEntries(clients.map((c) => [c.name, [entry]]));

  await step("socket.emit: the sender only", () => void A.socket.emit("echo", "me"), to([A], "echo", "me"));
  await step("io.emit: everyone", () => A.ask("io.emit", "news", 1).then(() => {}), to([A, B, C], "news", 1));
  await step("socket.broadcast.emit: all but the sender",
    () => A.ask("socket.broadcast.emit", "news", 2).then(() => {}), to([B, C], "news", 2));

  await step("a socket is in the room of its id",
    async () => (await A.ask("socket.rooms"))[0].map((room) => room === A.socket.id ? "own id" : room), { result: ["own id"] });
  await step("socket.join(room)", async () => {
    await A.ask("socket.join", ["red"]);
    await B.ask("socket.join", ["red", "blue"]);
    await C.ask("socket.join", ["blue"]);
    return (await B.ask("socket.rooms"))[0].map((room) => room === B.socket.id ? "own id" : room).sort();
  }, { result: ["blue", "own id", "red"] });
  await step("joining twice is joining once", async () => { await A.ask("socket.join", ["red"]); });

  const does = (who, call, args, whom) =>
    step(`${call}(${JSON.stringify(args)})`, async () => { await who.ask(call, ...args, "said", who.name); }, to(whom, "said", who.name));
  await does(A, "io.to.emit", [["red"]], [A, B]);
  await does(C, "io.to.emit", [["red"]], [A, B]);
  await does(A, "socket.to.emit", [["red"]], [B]);
  await does(C, "socket.to.emit", [["red"]], [A, B]);
  await does(A, "io.to.emit", [["red", "blue"]], [A, B, C]);
  await does(B, "socket.to.emit", [["red", "blue"]], [A, C]);
  await does(A, "socket.to.to.emit", ["red", "blue"], [B, C]);
  await does(A, "io.to.emit", [["nowhere"]], []);
  await does(A, "io.to.emit", [["nowhere", "red"]], [A, B]);
  await does(A, "io.except.emit", [["blue"]], [A]);
  await does(A, "io.to.except.emit", [["red"], ["blue"]], [A]);
  await does(A, "io.to.except.emit", [["red", "blue"], ["red"]], [C]);
  await does(A, "socket.to.except.emit", [["blue"], ["red"]], [C]);
  await does(C, "socket.to.except.emit", [["red", "blue"], ["nowhere"]], [A, B]);

  await step("io.to(socket.id): a private message",
    () => A.ask("io.to.emit", [C.socket.id], "psst").then(() => {}), to([C], "psst"));
  await step("socket.to(other's id): a private message",
    () => A.ask("socket.to.emit", [B.socket.id], "psst").then(() => {}), to([B], "psst"));
  await step("io.to(own id): to oneself", () => A.ask("io.to.emit", [A.socket.id], "note").then(() => {}), to([A], "note"));
  await step("socket.to(own id): to nobody", () => A.ask("socket.to.emit", [A.socket.id], "note").then(() => {}));

  await step("all in one room see the same events in the same order", async () => {
    await C.ask("socket.join", ["red"]);
    await A.ask("io.to.emit", ["red"], "turn", 1, { by: "A" });
    await B.ask("io.to.emit", ["red"], "turn", 2, Buffer.from([0xc1, 2]));
    await C.ask("io.to.emit", ["red"], "turn", 3, [null, -1.5]);
    await B.ask("io.emit", "turn", 4);
  }, Object.fromEntries([A, B, C].map((c) => [c.name,
    [["turn", 1, { by: "A" }], ["turn", 2, { bin: "c102" }], ["turn", 3, [null, -1.5]], ["turn", 4]]])));

  await step("io.local.emit: everyone on this node", () => A.ask("io.local.emit", "near").then(() => {}), to([A, B, C], "near"));

  const names = [A, B, C].map((c) => c.name);
  const answering = (clients) => clients.forEach((c) => c.socket.once("poll", (n, done) => done(`${c.name} says ${n}`)));
  await step("io.to(room).emit with acks: all answer", async () => {
    answering([A, B, C]);
    const [outcome, answers] = await A.ask("io.to.emit.ack", ["red"], 5000, "poll", 7);
    return [outcome, answers.sort()];
  }, { result: ["all answered", names.map((name) => `${name} says 7`)], ...to([A, B, C], "poll", 7, "<ack>") });
  await step("io.to(room).emit with acks: one is missing", async () => {
    answering([A, C]);
    const [outcome, answers] = await B.ask("io.to.emit.ack", ["red", "blue"], 300, "poll", 8);
    return [outcome, answers.sort()];
  }, { result: ["some are missing", ["A says 8", "C says 8"]], ...to([A, B, C], "poll", 8, "<ack>") });
  await step("io.to(room).emit with acks: an empty room has answered",
    () => A.ask("io.to.emit.ack", ["nowhere"], 5000, "poll", 9), { result: ["all answered", []] });

  const owners = ([ids]) => ids.map((id) => [A, B, C].find((c) => c.socket.id === id)?.name).sort();
  await step("io.in(room).fetchSockets", async () => owners(await A.ask("io.in.fetchSockets", "blue")), { result: ["B", "C"] });
  await step("io.in(room).socketsJoin", async () => {
    await A.ask("io.in.socketsJoin", "blue", ["green", "teal"]);
    return [...owners(await A.ask("io.in.fetchSockets", "green")), ...owners(await A.ask("io.in.fetchSockets", "teal"))];
  }, { result: ["B", "C", "B", "C"] });
  await step("io.in(room).socketsLeave", async () => {
    await A.ask("io.in.socketsLeave", "blue", ["green", "teal"]);
    return owners(await A.ask("io.in.fetchSockets", "green"));
  }, { result: [] });

  await step("socket.leave(room)", async () => {
    await C.ask("socket.leave", ["red", "never joined"]);
    await B.ask("socket.leave", ["red"]);
    return (await B.ask("socket.rooms"))[0].map((room) => room === B.socket.id ? "own id" : room).sort();
  }, { result: ["blue", "own id"] });
  await does(B, "io.to.emit", [["red"]], [A]);
  await does(B, "socket.to.emit", [["red"]], [A]);
  await does(A, "socket.to.emit", [["red"]], []);
  await step("leaving everything", async () => {
    await A.ask("socket.leave", ["red"]);
    await B.ask("socket.leave", ["blue"]);
    await C.ask("socket.leave", ["blue"]);
  });
  await does(A, "io.to.emit", [["red", "blue"]], []);
}
