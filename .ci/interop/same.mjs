// One match of bots, watched by official clients of every codec at once: the default parser with whole states and with
// merge patches (RFC 7396), socket.io-msgpack-parser, and the parser of our SDK, whose frames are deltas. Every tick
// that two of them have seen must be the same to both.
//
//   node same.mjs '{"url":"http://127.0.0.1:1234","game":"skirmish","ticks":40,"compact":"/path/of/parser.mjs"}'
import { dial, equal, plain } from "./clients.mjs";

const { url, game, ticks, compact } = JSON.parse(process.argv[2]);
const specs = {
  whole: { parser: "json" },
  patches: { parser: "json", patch: true },
  msgpack: { parser: "msgpack" },
  deltas: { parser: compact },
};
const watchers = [];
let room;
for (const [name, spec] of Object.entries(specs)) {
  const client = await dial(name, url, { parser: spec.parser, transports: ["websocket"] });
  client.socket.connect();
  await client.event("*connect");
  const [got] = room
    ? await client.ask("room:join", { room, as: "spectator", patch: spec.patch ?? false })
    : await client.ask("room:quick", { game, as: "spectator" });
  equal(got.ok, true, `${name} may watch: ${JSON.stringify(got)}`);
  room = got.room.id;
  watchers.push(client);
}

function merge(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = target !== null && typeof target === "object" && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

const stateOf = (entry) => entry[0] === "state" || entry[0] === "*frame";
const history = (client) => {
  const byTick = new Map();
  let whole;
  let patches = 0;
  for (const [event, state, meta] of client.seen.filter(stateOf)) {
    if (event === "*frame") {
      byTick.set(state.tick, plain(state.state));
      continue;
    }
    if (!meta.full) patches++;
    whole = meta.full ? state : merge(whole, state);
    byTick.set(meta.tick, plain(whole));
  }
  return { byTick, patches };
};

try {
  await Promise.all(watchers.map((c) => c.until(() => c.seen.filter(stateOf).length >= ticks, `${ticks} states`)));
  const all = watchers.map(history);
  equal(all.map((h) => h.patches > 0), [false, true, false, false], "who gets patches");
  let shared = 0;
  for (const [tick, state] of all[0].byTick) {
    for (const [i, { byTick }] of all.entries()) {
      if (i === 0 || !byTick.has(tick)) continue;
      equal(byTick.get(tick), state, `tick ${tick} as ${watchers[i].name} sees it`);
      shared++;
    }
  }
  console.log(JSON.stringify({ step: "every tick is the same to all", shared }));
} catch (err) {
  console.error(err.stack);
  process.exitCode = 1;
} finally {
  for (const c of watchers) c.socket.disconnect();
}
