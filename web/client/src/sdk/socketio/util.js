/** Helpers, in place of two modules of engine.io-client, which serve other runtimes as well. */
export const nextTick = (callback) => Promise.resolve().then(callback);
export const defaultBinaryType = "arraybuffer";
export const createCookieJar = () => undefined; // browsers have their own

/** Gives an object the timers as they are now. */
export function installTimerFunctions(object) {
  object.setTimeoutFn = setTimeout.bind(globalThis);
  object.clearTimeoutFn = clearTimeout.bind(globalThis);
}

/** How long something is in the body of a request: bytes go as base64. */
export function byteLength(data) {
  return typeof data === "string" ? new TextEncoder().encode(data).length : Math.ceil(data.byteLength * 1.34);
}

/** What makes an address another one, so that no cache answers. */
export function randomString() {
  return Math.random().toString(36).slice(2);
}
