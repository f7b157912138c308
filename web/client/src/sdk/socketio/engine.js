/** What socket.io-client takes from engine.io-client. */
export { Socket } from "../../../vendor/engine.io-client/socket.js";
export { installTimerFunctions, nextTick } from "./util.js";
