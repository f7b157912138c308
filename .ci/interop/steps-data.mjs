// What may travel: arguments of every sort, both ways, acks both ways, timeouts, order.
const range = (n) => Array.from({ length: n }, (_, i) => i);

const samples = {
  "no arguments": [],
  "several arguments": [1, "two", [3], { four: 4 }],
  "null and booleans": [null, true, false, [null], { none: null }],
  "integers": [0, -1, 127, 128, 255, 256, -32, -33, -128, -129, 65535, 65536, 2 ** 31, 2 ** 32, -(2 ** 31) - 1],
  "integers at the edge of exactness": [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  "fractions": [0.5, -0.1, 1 / 3, 1e-7, 5e-324, 123456789.125],
  "unicode": ["héllo wörld", "日本語", "👩‍👩‍👧‍👦 🎳", "\u2028\u2029", "<>&'\"\\/", "\u0000\u001f\u007f", "\ud83c\udfb3", ""],
  "nested": [{ a: { b: { c: [1, [2, [3, { d: "e" }]]] } }, "": [], empty: {} }],
  "placeholder look-alike": [{ _placeholder: "no", num: 0 }],
  "keys that JavaScript orders first": [{ b: 1, a: 2, 10: 3, 9: 4 }],
  "an array of an array": [[[]], [[1, 2], [3, 4]]],
};

const binary = {
  "Buffer": [Buffer.from([1, 2, 3, 255])],
  "Uint8Array": [Uint8Array.of(0xc1, 0, 127)],
  "ArrayBuffer": [Uint8Array.of(9, 8, 7).buffer],
  "ArrayBuffer of 8 bytes": [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer],
  "empty": [Buffer.alloc(0)],
  "300 bytes": [Buffer.alloc(300, 7)],
  "nested": [{ list: [Buffer.from("a"), { deep: Buffer.from("b") }], text: "c" }, Buffer.from("d")],
  "the same twice": ((b) => [b, b])(Buffer.from("twin")),
  "ten": range(10).map((i) => Buffer.from([i])),
};

const hex = (value) => {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array || value instanceof ArrayBuffer) {
    return { bin: Buffer.from(value).toString("hex") };
  }
  if (Array.isArray(value)) return value.map(hex);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, hex(value[key])]));
};

const digest = (text) => `${text.length} characters, ${[...new Set(text)].join("")}`;

/** data is the chapter of arguments and acks. */
export async function data({ A, B, C, step }) {
  for (const [title, args] of [...Object.entries(samples), ...Object.entries(binary).map(([k, v]) => [`binary: ${k}`, v])]) {
    await step(`emit and be emitted to: ${title}`, async () => {
      A.socket.emit("echo", ...args);
      await A.event("echo");
    }, { A: [["echo", ...hex(args)]] });
    await step(`ack: ${title}`, async () => hex(await A.ask("ack", ...args)), { result: hex(args) });
    await step(`ack by the client: ${title}`, async () => {
      A.socket.once("question", (...question) => question.pop()(...question));
      return hex(await A.ask("socket.emit.ack", 5000, "question", ...args));
    }, { result: ["answered", hex(args)], A: [["question", ...hex(args), "<ack>"]] });
    await step(`to all: ${title}`, async () => {
      await A.ask("io.emit", "all", ...args);
    }, { A: [["all", ...hex(args)]], B: [["all", ...hex(args)]], C: [["all", ...hex(args)]] });
  }

  await step("dates arrive as ISO text or as dates", async () => {
    await A.ask("io.emit", "date", new Date(Date.UTC(2024, 1, 29, 12, 0, 0)), new Date(1234567890123));
  }, Object.fromEntries(["A", "B", "C"].map((name) =>
    [name, [["date", "2024-02-29T12:00:00.000Z", "2009-02-13T23:31:30.123Z"]]])));

  await step("undefined is null", async () => await A.ask("ack", undefined, [undefined]).then((args) =>
    [args[0] ?? null, args[1].map((item) => item ?? null)]), { result: [null, [null]] });

  await step("event names are any text", async () => {
    for (const name of ["ünïcode 🎳", "", "with \"quotes\"", "0"]) await A.ask("socket.emit", name, 1);
  }, { A: [["ünïcode 🎳", 1], ["", 1], ["with \"quotes\"", 1], ["0", 1]] });

  for (const size of [60_000, 300_000]) {
    await step(`${size} characters of text, and back`, async () => {
      const [text] = await A.ask("ack", "x".repeat(size));
      return digest(text);
    }, { result: digest("x".repeat(size)) });
    await step(`${size} bytes of binary, and back`, async () => {
      const [bytes] = await A.ask("ack", Buffer.alloc(size, 5));
      return [bytes.byteLength, new Set(hex(bytes).bin.match(/../g)).size];
    }, { result: [size, 1] });
  }

  await step("only the first ack counts", async () => await A.ask("ack.twice"), { result: [1] });

  await step("the client's timeout", async () => await new Promise((resolve) => {
    if (!A.socket.timeout) return resolve("operation has timed out"); // before 4.4.0 there was none
    A.socket.timeout(30).emit("silence", 1, (err) => resolve(err.message));
  }), { result: "operation has timed out" });

  await step("the server's timeout", async () => await A.ask("socket.emit.ack", 30, "question", "who?"),
    { result: ["timeout", []], A: [["question", "who?", "<ack>"]] });

  await step("an event nobody listens to", async () => { A.socket.emit("nobody.listens", 1, { two: 2 }); });

  await step("volatile arrives when nothing is in its way", async () => {
    await A.ask("socket.volatile.emit", "volatile", 1);
  }, { A: [["volatile", 1]] });

  await step("500 events keep their order on the way in", async () => {
    for (const n of range(500)) B.socket.emit("collect", n);
    return await B.ask("collected");
  }, { result: [range(500)] });

  await step("500 events keep their order on the way out", async () => { await C.ask("socket.emit.many", 500); },
    { C: range(500).map((n) => ["many", n]) });

  await step("acks of many questions at once find their own", async () => {
    const answers = await Promise.all(range(50).map((n) => A.ask("ack", n)));
    return answers.flat();
  }, { result: range(50) });

  await step("the query of the handshake", async () => [
    await A.ask("handshake.query", "room"), await A.ask("handshake.query", "absent"),
  ], { result: [["lounge"], [null]] });
}
