/** The parts of Node that the simulation uses beyond those of the tests. */

declare function setImmediate(callback: () => void): unknown;

declare module "node:fs" {
  export function readSync(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  export function writeSync(fd: number, buffer: Uint8Array, offset: number, length: number): number;
}
