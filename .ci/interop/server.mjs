// The reference: the official Socket.IO server, driven by the control events of README.md. lobby/interop_test.go has
// the same server in Go; cheatsheet.mjs must not be able to tell them apart.
//
//   node server.mjs [json|msgpack|path of a bundle of parser.ts]
//
// It prints {"port":N} once it listens, then one line of JSON for each socket that ends while the server closes, and
// ends with its standard input.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { parserNamed } from "./clients.mjs";

const http = createServer();
const io = new Server(http, { parser: await parserNamed(process.argv[2] ?? "json") });
let closing = false;

io.on("connection", (socket) => {
  socket.emit("welcome", socket.handshake.auth);
  const collected = [];
  const emitted = (target, [event, ...rest]) => {
    const done = rest.pop();
    target.emit(event, ...rest);
    done();
  };

  socket.on("fence", (done) => done());
  socket.on("echo", (...args) => socket.emit("echo", ...args));
  socket.on("ack", (...args) => args.pop()(...args));
  socket.on("ack.twice", (done) => { done(1); done(2); });
  socket.on("silence", () => {});
  socket.on("collect", (n) => collected.push(n));
  socket.on("collected", (done) => done(collected));
  socket.on("handshake.query", (key, done) => done(socket.handshake.query[key] ?? null));

  socket.on("socket.emit", (...args) => emitted(socket, args));
  socket.on("socket.emit.many", (n, done) => {
    for (let i = 0; i < n; i++) socket.emit("many", i);
    done();
  });
  socket.on("socket.volatile.emit", (...args) => emitted(socket.volatile, args));
  socket.on("socket.broadcast.emit", (...args) => emitted(socket.broadcast, args));
  socket.on("socket.to.emit", (rooms, ...args) => emitted(socket.to(rooms), args));
  socket.on("socket.to.to.emit", (a, b, ...args) => emitted(socket.to(a).to(b), args));
  socket.on("socket.to.except.emit", (rooms, but, ...args) => emitted(socket.to(rooms).except(but), args));
  socket.on("io.emit", (...args) => emitted(io, args));
  socket.on("io.to.emit", (rooms, ...args) => emitted(io.to(rooms), args));
  socket.on("io.except.emit", (but, ...args) => emitted(io.except(but), args));
  socket.on("io.to.except.emit", (rooms, but, ...args) => emitted(io.to(rooms).except(but), args));
  socket.on("io.local.emit", (...args) => emitted(io.local, args));
  socket.on("io.of.emit", (name, ...args) => emitted(io.of(name), args));
  socket.on("io.of.to.emit", (name, rooms, ...args) => emitted(io.of(name).to(rooms), args));

  socket.on("socket.emit.ack", (timeout, event, ...rest) => {
    const done = rest.pop();
    socket.timeout(timeout).emit(event, ...rest, (err, ...args) => done(err ? "timeout" : "answered", args));
  });

  socket.on("io.to.emit.ack", (rooms, timeout, event, ...rest) => {
    const done = rest.pop();
    io.to(rooms).timeout(timeout).emit(event, ...rest, (err, answers) => done(err ? "some are missing" : "all answered", answers));
  });

  socket.on("socket.join", (rooms, done) => { socket.join(rooms); done(); });
  socket.on("socket.leave", (rooms, done) => { for (const room of rooms) socket.leave(room); done(); });
  socket.on("socket.rooms", (done) => done([...socket.rooms].sort()));
  socket.on("io.in.socketsJoin", (room, rooms, done) => { io.in(room).socketsJoin(rooms); done(); });
  socket.on("io.in.socketsLeave", (room, rooms, done) => { io.in(room).socketsLeave(rooms); done(); });
  socket.on("io.in.disconnectSockets", (room, close, done) => { io.in(room).disconnectSockets(close); done(); });
  socket.on("io.in.fetchSockets", async (room, done) => done((await io.in(room).fetchSockets()).map((s) => s.id)));
  socket.on("socket.disconnect", (close) => socket.disconnect(close));
  socket.on("io.close", () => { closing = true; io.close(); });

  socket.on("disconnecting", (reason) => socket.to("watchers").emit("leaving", socket.id, reason, socket.rooms.size));
  socket.on("disconnect", (reason) => {
    if (closing) console.log(JSON.stringify({ closed: reason }));
    else io.emit("gone", socket.id, reason, socket.rooms.size);
  });
});

const admin = io.of("/admin");
admin.use((socket, next) => {
  if (socket.handshake.auth.token === "secret") return next();
  next(Object.assign(new Error("not authorised"), { data: { code: 401, retry: false } }));
});
admin.on("connection", (socket) => {
  socket.emit("welcome", "to the office");
  socket.on("fence", (done) => done());
  socket.on("socket.join", (rooms, done) => { socket.join(rooms); done(); });
  socket.on("socket.broadcast.emit", (event, value, done) => { socket.broadcast.emit(event, value); done(); });
  socket.on("disconnect", (reason) => io.emit("gone from the office", reason));
});

http.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: http.address().port })));
process.stdin.on("end", () => process.exit(0)).resume();
