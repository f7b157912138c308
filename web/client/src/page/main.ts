import { type Client, connect, type Room } from "ninepin";
import { App } from "./app";
import { prefs } from "./prefs";

declare global {
  interface Window {
    /** For tests and tinkerers: the page's own client, and the room it is in. */
    ninepin: { readonly client: Client; readonly room: Room | undefined };
  }
}

const client = connect(undefined, prefs.name ? { name: prefs.name } : {});
window.ninepin = {
  client,
  get room() {
    return client.room;
  },
};
new App(client).start();
