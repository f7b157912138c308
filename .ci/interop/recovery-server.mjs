// The official server for recovery.mjs. argv[2] is the parser, argv[3] "recovered" or "new". It prints its port and ends
// with its standard input. lobby/interop_recovery_test.go is the same server in Go.
import { Server } from "socket.io";
import { parserNamed } from "./clients.mjs";

const parser = await parserNamed(process.argv[2]);
const io = new Server({
  ...(parser ? { parser } : {}),
  ...(process.argv[3] === "recovered" ? { connectionStateRecovery: { skipMiddlewares: false } } : {}),
  maxHttpBufferSize: 4e6,
});
io.on("connection", (socket) => {
  socket.emit("hello", socket.recovered);
  socket.on("emit me", (event, value, ack) => { socket.emit(event, value); ack(); });
  socket.on("emit to", (rooms, except, event, ...args) => {
    const ack = args.pop();
    io.to(rooms).except(except).emit(event, ...args);
    ack();
  });
  socket.on("join", (rooms, ack) => { socket.join(rooms); ack(); });
  socket.on("rooms", (ack) => ack([...socket.rooms]));
  socket.on("store", (value, ack) => { socket.data.value = value; ack(); });
  socket.on("stored", (ack) => ack(socket.data.value ?? null));
  socket.on("here", (id, ack) => ack(io.sockets.sockets.has(id)));
  socket.on("buffered", (value) => socket.emit("got", value));
  socket.on("send me away", () => socket.disconnect());
  socket.on("echo", (value, ack) => ack(value));
});
io.of(/^\/room-\d+$/).on("connection", (socket) => socket.emit("welcome", socket.nsp.name));
io.listen(0);
console.log(JSON.stringify({ port: io.httpServer.address().port }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
