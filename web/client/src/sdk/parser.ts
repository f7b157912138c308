/**
 * The compact codec: the packets of Socket.IO as MessagePack arrays `[type, namespace, id, data]`, for socket.io-client's
 * `parser` option. The namespace "/" is 0, an absent id is nil, absent items at the end are left out. The server
 * recognises it by the first byte. State frames come beside the packets, as raw binary messages behind a byte 0xC1.
 */
import { decode, encode } from "./msgpack";
import type { Traffic } from "./stats";
import { StateSync } from "./statesync";

/** A Socket.IO packet as socket.io-client hands it over. */
export interface Packet {
  type: number;
  nsp: string;
  id?: number;
  data?: unknown;
}

/** One tick's state, put together from what the fast lane carries. */
export interface Frame {
  tick: number;
  /** The last input sequence that this state has consumed, by seat. */
  acks: Map<number, number>;
  /** The state, which stays as it is: what has not changed is shared with the frame before. Of a game with views, an object of them by name. */
  state: unknown;
}

/** The byte that MessagePack never uses, before each state frame. */
const stateMark = 0xc1;

enum Type { Connect, Disconnect, Event, Ack, ConnectError }

/** What socket.io-client takes as its `parser` option. */
export interface Parser {
  Encoder: new () => { encode(packet: Packet): Uint8Array<ArrayBuffer>[] };
  Decoder: new () => {
    on(event: string, listener: (packet: Packet) => void): void;
    off(event: string, listener: (packet: Packet) => void): void;
    add(chunk: unknown): void;
    destroy(): void;
  };
}

/**
 * Makes the parser of one connection. Each state frame is handed to onFrame in its turn: after the packets that came
 * before it, before those that came after it. The bytes of all are counted in traffic.
 */
export function compactParser(onFrame: (frame: Frame) => void, traffic: Traffic = { in: 0, out: 0 }): Parser {
  return {
    Encoder: class {
      encode(packet: Packet): Uint8Array<ArrayBuffer>[] {
        const bytes = encodePacket(packet);
        traffic.out += bytes.length;
        return [bytes];
      }
    },
    Decoder: class {
      private listeners: ((packet: Packet) => void)[] = [];
      private sync = new StateSync();

      on(event: string, listener: (packet: Packet) => void): void {
        if (event === "decoded") this.listeners.push(listener);
      }

      off(event: string, listener: (packet: Packet) => void): void {
        if (event === "decoded") this.listeners = this.listeners.filter((l) => l !== listener);
      }

      add(chunk: unknown): void {
        const bytes = asBytes(chunk);
        traffic.in += bytes.length;
        if (bytes[0] === stateMark) {
          // A frame that makes no sense throws: socket.io-client then closes and comes back, and the chain starts anew.
          this.sync.apply(bytes, 1);
          const frame = frameOf(this.sync);
          // socket.io-client delivers a packet one microtask later; so do we, and the order on the wire is kept.
          void Promise.resolve().then(() => onFrame(frame));
          return;
        }
        const packet = decodePacket(bytes);
        for (const listener of this.listeners) listener(packet);
      }

      /** The connection is gone, and with it all that was sent once for it. */
      destroy(): void {
        this.sync = new StateSync();
      }
    },
  };
}

/** Encodes one packet. */
export function encodePacket(packet: Packet): Uint8Array<ArrayBuffer> {
  const items: unknown[] = [packet.type, packet.nsp === "/" ? 0 : packet.nsp, packet.id, packet.data];
  while (items[items.length - 1] === undefined) items.pop();
  return encode(items);
}

/** Decodes and checks one packet; throwing makes socket.io-client close with "parse error" and come back. */
export function decodePacket(bytes: Uint8Array): Packet {
  const items = decode(bytes);
  if (!Array.isArray(items)) throw new TypeError("packet: not an array");
  const [type, nsp, id, data] = items as unknown[];
  if (!Number.isInteger(type) || (type as number) < Type.Connect || (type as number) > Type.ConnectError) throw new TypeError("packet: unknown type");
  if (nsp !== 0 && typeof nsp !== "string") throw new TypeError("packet: bad namespace");
  if (id != null && !(typeof id === "number" && Number.isInteger(id) && id >= 0)) throw new TypeError("packet: bad id");
  if (!dataFits(type as Type, data)) throw new TypeError("packet: bad data");
  const packet: Packet = { type: type as Type, nsp: nsp === 0 ? "/" : nsp };
  if (typeof id === "number") packet.id = id;
  if (data != null) packet.data = data;
  return packet;
}

/** What has been received so far, as it is now. */
function frameOf(sync: StateSync): Frame {
  const [first, ...others] = sync.views;
  const state = first?.name === "" && others.length === 0 ? first.snapshot() : Object.fromEntries(sync.views.map((view) => [view.name, view.snapshot()]));
  return { tick: sync.tick, acks: new Map(sync.acks), state };
}

function dataFits(type: Type, data: unknown): boolean {
  switch (type) {
    case Type.Event:
      return Array.isArray(data) && typeof data[0] === "string";
    case Type.Ack:
      return Array.isArray(data);
    case Type.ConnectError:
      return typeof data === "object" && data !== null;
    case Type.Connect:
      return data == null || (typeof data === "object" && !Array.isArray(data));
    case Type.Disconnect:
      return data == null;
  }
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError("packet: expected binary; is the server a Ninepin server?");
}
