/** Run by a Go test: makes the steps of a file and compares each with what the server made of it. */
import { readFileSync } from "node:fs";
import { argv, exit, stdout } from "node:process";
import { type Body, move } from "./move";

interface Step {
  body: Body;
  dx: number;
  dy: number;
  d: boolean;
  after: Body;
}

const steps = JSON.parse(readFileSync(argv[2]!, "utf8")) as Step[];
for (const { body, dx, dy, d, after } of steps) {
  const got = move(body, { dx, dy, d });
  const wrong = (Object.keys(after) as (keyof Body)[]).filter((field) => got[field] !== after[field]);
  if (wrong.length > 0) {
    stdout.write(`${wrong.join(", ")} of ${JSON.stringify({ body, dx, dy, d })}: got ${JSON.stringify(got)}, want ${JSON.stringify(after)}\n`);
    exit(1);
  }
}
stdout.write(`${steps.length} steps agree\n`);
