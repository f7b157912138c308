/** The transports of the SDK, in place of engine.io-client's list, which has WebTransport as well. */
import { Fetch } from "../../../vendor/engine.io-client/transports/polling-fetch.js";
import { WS } from "./websocket.js";

export const transports = { websocket: WS, polling: Fetch };
