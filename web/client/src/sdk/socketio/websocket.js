/** The transport over a WebSocket, in place of engine.io-client's, which serves other runtimes as well. */
import { Transport } from "../../../vendor/engine.io-client/transport.js";
import { encodePacket } from "./packets.js";

export class WS extends Transport {
  get name() {
    return "websocket";
  }

  doOpen() {
    try {
      this.ws = new WebSocket(this.createUri(this.opts.secure ? "wss" : "ws", this.query), this.opts.protocols);
    } catch (error) {
      return this.emitReserved("error", error);
    }
    this.ws.binaryType = "arraybuffer";
    this.ws.onopen = () => this.onOpen();
    this.ws.onclose = (context) => this.onClose({ description: "websocket connection closed", context });
    this.ws.onmessage = (event) => this.onData(event.data);
    this.ws.onerror = (error) => this.onError("websocket error", error);
  }

  write(packets) {
    this.writable = false;
    for (const packet of packets) {
      encodePacket(packet, true, (data) => {
        try {
          this.doWrite(packet, data);
        } catch {
          // it is closing, and says so
        }
      });
    }
    Promise.resolve().then(() => {
      this.writable = true;
      this.emitReserved("drain");
    });
  }

  doWrite(_, data) {
    this.ws.send(data);
  }

  doClose() {
    if (!this.ws) return;
    this.ws.onerror = () => {};
    this.ws.close();
    this.ws = null;
  }
}
