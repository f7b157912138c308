/*! With parts of socket.io-client 4.8.4, (c) 2014-present Guillermo Rauch and Socket.IO contributors, MIT licence */
/**
 * The entry of socket.io-client for the SDK: its Manager and Socket as released, below vendor, on the transports
 * websocket and polling. A browser's own URL stands in for the address parser, and there is no default parser: the SDK
 * brings its own.
 */
import { Manager } from "../../../vendor/socket.io-client/manager.js";

export { Fetch as Polling } from "../../../vendor/engine.io-client/transports/polling-fetch.js";
export { WS as WebSocket } from "./websocket.js";

/** Opens a socket. options are those of socket.io-client; parser is required. */
export function io(address, options) {
  const page = globalThis.location;
  const url = new URL(address, page?.href);
  const secure = /^(https|wss):$/.test(url.protocol);
  const manager = new Manager(undefined, {
    hostname: url.hostname.replace(/^\[|]$/g, ""),
    secure,
    port: url.port || (secure ? "443" : "80"),
    query: Object.fromEntries(url.searchParams),
    withCredentials: url.host === page?.host, // as polling by XMLHttpRequest does it: cookies go to the page's own server
    ...options,
  });
  return manager.socket(url.pathname, options);
}
