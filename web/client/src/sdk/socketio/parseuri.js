/** In place of engine.io-client's address parser: io.js gives the parts of the address, so it is never asked. */
export function parse() {
  throw new TypeError("socketio: give hostname, port and secure");
}
