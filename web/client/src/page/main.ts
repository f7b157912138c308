import { type Client, connect, type Room } from "ninepin";
import { App } from "./app";
import { Link } from "./link";
import { prefs } from "./prefs";
import { parseConditions } from "./sim";

declare global {
  interface Window {
    /** For tests and tinkerers: the page's own client, and the room it is in. */
    ninepin: { readonly client: Client; readonly room: Room | undefined };
  }
}

const link = new Link();
const sim = new URLSearchParams(location.search).get("sim");
let problem = "";
try {
  if (sim) link.conditions = parseConditions(sim);
} catch (error) {
  problem = `?sim=: ${(error as Error).message}`;
}
const client = connect(undefined, { ...(prefs.name ? { name: prefs.name } : {}), transports: link.transports });
window.ninepin = {
  client,
  get room() {
    return client.room;
  },
};
new App(client, link).start(problem);
