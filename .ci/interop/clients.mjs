// Official clients that write down what happens to them, and waits that end with an event or fail loudly at a deadline.
import { isDeepStrictEqual } from "node:util";
import { pathToFileURL } from "node:url";

const DEADLINE = 10_000; // ms for any single wait

/**
 * parserNamed returns the value of the official parser option: for "json", for "msgpack", or for the path of a bundle
 * of our SDK's parser.ts, whose state frames go to onFrame.
 */
export async function parserNamed(name, onFrame = () => {}) {
  if (name === "json") return undefined;
  if (name === "msgpack") return await import("socket.io-msgpack-parser");
  const { compactParser } = await import(pathToFileURL(name).href);
  const { Encoder, Decoder } = compactParser(onFrame);
  // The official server, unlike the client, takes its listener off by the older name.
  return { Encoder, Decoder: class extends Decoder { removeListener(event, listener) { this.off(event, listener); } } };
}

/** within fails when promise takes too long: what says what was waited for. */
export function within(promise, what, ms = DEADLINE) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const ids = new Map(); // socket id -> the name that stands for it in a transcript

/** plain makes what was received comparable: any binary is {bin: hex}, a date its ISO text, a known id <name>. */
export function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "function") return "<ack>";
  if (typeof value === "string") return ids.get(value) ?? value;
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ArrayBuffer) return { bin: Buffer.from(value).toString("hex") };
  if (ArrayBuffer.isView(value)) {
    return { bin: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex") };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A Client is one official socket and the record of all that it received, in order. */
export class Client {
  constructor(name, socket) {
    this.name = name;
    this.socket = socket;
    this.seen = []; // [event, ...args]; lifecycle events begin with "*"
    this.lives = 0; // connects so far
    this.watchers = new Set();
    socket.on("connect", () => {
      this.lives++;
      ids.set(socket.id, this.lives === 1 ? `<${name}>` : `<${name}#${this.lives}>`);
      this.record("*connect");
    });
    socket.on("disconnect", (reason) => this.record("*disconnect", reason));
    socket.on("connect_error", (err) => this.record("*connect_error", err.message, err.data));
    socket.onAny((event, ...args) => this.record(event, ...args));
  }

  record(...entry) {
    this.seen.push(entry);
    for (const look of this.watchers) look();
  }

  /** until resolves with the first entry seen, since the last take, that pick accepts. */
  until(pick, what) {
    const found = () => this.seen.find(pick);
    if (found()) return Promise.resolve(found());
    let look;
    const seen = new Promise((resolve) => {
      look = () => found() && resolve(found());
      this.watchers.add(look);
    });
    const all = () => JSON.stringify(this.seen.map(plain)).slice(0, 2000);
    return within(seen, `${what} at ${this.name}`)
      .catch((err) => { throw new Error(`${err.message}; seen: ${all()}`); })
      .finally(() => this.watchers.delete(look));
  }

  /** event waits for one event by name. */
  event(name) {
    return this.until(([event]) => event === name, JSON.stringify(name));
  }

  /** ask emits an event and resolves with the arguments of its ack. */
  ask(event, ...args) {
    const answer = new Promise((resolve) => this.socket.emit(event, ...args, (...values) => resolve(values)));
    return within(answer, `the ack of ${event} to ${this.name}`);
  }

  /** take empties the record and returns it in comparable form. */
  take() {
    const seen = this.seen.map((entry) => plain(entry));
    this.seen = [];
    return seen;
  }
}

/**
 * dial makes a client: spec is {package, parser, transports}, each optional. Every client has a connection of its own.
 * State frames to our parser are recorded as ["*frame", frame].
 * It does not connect by itself: call connect.
 */
export async function dial(name, url, spec = {}, options = {}) {
  const { io } = await import(spec.package ?? "socket.io-client");
  let client;
  const parser = await parserNamed(spec.parser ?? "json", (frame) => client.record("*frame", frame));
  const socket = io(url, {
    forceNew: true,
    autoConnect: false,
    reconnectionDelay: 20,
    reconnectionDelayMax: 20,
    ...(spec.transports ? { transports: spec.transports } : {}),
    ...(parser ? { parser } : {}),
    ...options,
  });
  client = new Client(name, socket);
  return client;
}

/** equal fails with both sides in the message. */
export function equal(got, want, what) {
  if (isDeepStrictEqual(got, want)) return;
  throw new Error(`${what}\n  got  ${JSON.stringify(got)}\n  want ${JSON.stringify(want)}`);
}
