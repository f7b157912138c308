/** What socket.io-client takes from engine.io-client. */
export { nextTick } from "../../../vendor/engine.io-client/globals.js";
export { Socket } from "../../../vendor/engine.io-client/socket.js";
export { installTimerFunctions } from "../../../vendor/engine.io-client/util.js";
