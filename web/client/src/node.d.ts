/** The parts of Node's standard library that the tests use. */

declare module "node:test" {
  export interface Context {
    /** Runs when the test has ended. */
    after(done: () => void): void;
    diagnostic(message: string): void;
    mock: { timers: { enable(options: { apis: string[]; now?: number }): void; tick(ms: number): void } };
  }
  export default function test(name: string, body: (t: Context) => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  interface Assert {
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    ok(value: unknown, message?: string): asserts value;
    throws(body: () => void, expected?: RegExp): void;
    rejects(promise: Promise<unknown>, expected?: RegExp | object): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}

declare module "node:fs" {
  export function readFileSync(path: string, encoding: "utf8"): string;
}

declare module "node:process" {
  export const argv: string[];
  export const stdout: { write(text: string): void };
  export function exit(code: number): never;
}
