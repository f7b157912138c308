/** The packets of Engine.IO v4, in place of engine.io-parser: text or, where the transport takes it, bytes. */

/** The version of Engine.IO. */
export const protocol = 4;

const types = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const separator = "\x1e";

/** Hands what goes over the wire to callback: bytes as they are where the transport takes them, else as base64. */
export function encodePacket({ type, data }, takesBinary, callback) {
  if (!data || typeof data === "string") callback(types.indexOf(type) + (data ?? ""));
  else callback(takesBinary ? data : "b" + base64(data));
}

/** Reads one packet. */
export function decodePacket(encoded) {
  if (typeof encoded !== "string") return { type: "message", data: encoded };
  const data = encoded.slice(1);
  if (encoded[0] === "b") return { type: "message", data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer };
  const type = types[encoded[0]];
  if (!type) return { type: "error", data: "parser error" };
  return data ? { type, data } : { type };
}

/** Hands the packets, as one body of a request, to callback. */
export function encodePayload(packets, callback) {
  const encoded = [];
  for (const packet of packets) encodePacket(packet, false, (text) => encoded.push(text));
  callback(encoded.join(separator));
}

/** Reads the packets of one answer. */
export function decodePayload(payload) {
  return payload.split(separator).map(decodePacket);
}

function base64(data) {
  let text = "";
  for (const b of ArrayBuffer.isView(data) ? data : new Uint8Array(data)) text += String.fromCharCode(b);
  return btoa(text);
}
