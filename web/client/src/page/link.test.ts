import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "./link";
import { parseConditions, perfect } from "./sim";

/** What socket.io-client's transports have inside, as far as the test plays the browser and the engine to them. */
interface Inside {
  ws: { send(data: string): void; close(): void } | null;
  readyState: string;
  doWrite(packet: unknown, data: string): void;
  onData(data: string): void;
  onClose(): void;
  close(): void;
  on(event: string, listener: (packet: { data: string }) => void): void;
}

/** A transport through a link, in virtual time: what left and what came, each with its moment. */
function connected(t: { mock: { timers: { enable(options: { apis: string[] }): void; tick(ms: number): void } } }, link: Link) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  performance.now = () => now;
  const Transport = link.transports[0] as unknown as new (options: object) => Inside;
  const transport = new Transport({ socket: { binaryType: "arraybuffer" }, query: {} });
  const left: [string, number][] = [];
  const came: [string, number][] = [];
  transport.ws = { send: (data) => left.push([data, now - 1000]), close: () => undefined };
  transport.readyState = "open";
  transport.on("packet", (packet) => came.push([packet.data, now - 1000]));
  transport.on("close", () => came.push(["closed", now - 1000]));
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end; ) {
      now++;
      t.mock.timers.tick(1);
    }
  };
  return { transport, left, came, pass };
}

test("a link that is not made worse passes messages on at once", (t) => {
  const { transport, left, came } = connected(t, new Link());
  transport.doWrite({}, "out");
  transport.onData("4in");
  assert.deepEqual(left, [["out", 0]]);
  assert.deepEqual(came, [["in", 0]]);
});

test("messages are half a round trip late, each way", (t) => {
  const link = new Link();
  link.conditions = parseConditions("rtt=100ms");
  const { transport, left, came, pass } = connected(t, link);
  transport.doWrite({}, "out");
  transport.onData("4in");
  pass(49);
  assert.deepEqual([left, came], [[], []]);
  pass(1);
  assert.deepEqual([left, came], [[["out", 50]], [["in", 50]]]);
});

test("messages keep their order when the link gets better", (t) => {
  const link = new Link();
  link.conditions = parseConditions("rtt=100ms");
  const { transport, came, pass } = connected(t, link);
  transport.onData("4first");
  link.conditions = perfect;
  transport.onData("4second");
  assert.deepEqual(came, []);
  pass(60);
  transport.onData("4third");
  assert.deepEqual(came.map(([data]) => data), ["first", "second", "third"]);
  assert.equal(came[1]![1], 50);
  assert.equal(came[2]![1], 60);
});

test("an end comes after the last words", (t) => {
  const link = new Link();
  link.conditions = parseConditions("rtt=100ms");
  const { transport, came, pass } = connected(t, link);
  transport.onData("4farewell");
  transport.onClose();
  pass(100);
  assert.deepEqual(came, [["farewell", 50], ["closed", 50]]);
});

test("what is under way when we close is lost, and we close at once", (t) => {
  const link = new Link();
  link.conditions = parseConditions("rtt=100ms");
  const { transport, left, came, pass } = connected(t, link);
  transport.doWrite({}, "out");
  transport.onData("4in");
  transport.close();
  assert.deepEqual(came, [["closed", 0]]);
  pass(200);
  assert.deepEqual(left, []);
  assert.deepEqual(came.length, 1);
});

test("a link with resets breaks the connection, and what is sent before that is known is lost", (t) => {
  const link = new Link();
  link.conditions = parseConditions("reset=1s,rtt=100ms");
  const { transport, came, left, pass } = connected(t, link);
  let closing = false;
  transport.ws!.close = () => (closing = true);
  for (let i = 0; i < 3600 && !closing; i++) {
    transport.doWrite({}, "out");
    pass(50);
  }
  assert.ok(closing);
  const before = left.length;
  transport.doWrite({}, "too late");
  pass(200);
  transport.onClose(); // as a browser answers
  assert.equal(left.length, before);
  assert.equal(came[0]?.[0], "closed");
});
