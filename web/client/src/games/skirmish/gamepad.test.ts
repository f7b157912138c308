import assert from "node:assert/strict";
import test from "node:test";
import { Joypad, zone } from "./gamepad";

/** A page with one gamepad whose sticks and buttons a test sets. */
function world(): { pad: { axes: number[]; buttons: { pressed: boolean; value: number }[] }; plug: (on: boolean) => void; joypad: Joypad } {
  const pad = { axes: [0, 0, 0, 0], buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })) };
  const page = new EventTarget();
  let plugged = false;
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { getGamepads: () => [plugged ? pad : null] } });
  globalThis.addEventListener = page.addEventListener.bind(page) as typeof globalThis.addEventListener;
  const joypad = new Joypad(new AbortController().signal);
  const plug = (on: boolean) => {
    plugged = on;
    page.dispatchEvent(new Event(on ? "gamepadconnected" : "gamepaddisconnected"));
  };
  return { pad, plug, joypad };
}

test("a stick at rest, worn as it may be, is no wish", () => {
  assert.equal(zone(0.1, -0.12), 0);
});

test("a stick counts from the edge of its dead zone to just before its end", () => {
  const length = (x: number, y: number) => Math.hypot(x, y) * zone(x, y);
  assert.ok(length(0.19, 0) < 0.02);
  assert.ok(Math.abs(length(0, 0.55) - 0.5) < 0.001);
  assert.ok(Math.abs(length(0.94, 0) - 1) < 1e-12);
  assert.ok(Math.abs(length(1, 1) - 1) < 1e-12, "corners are no further than the edge");
});

test("the left stick moves, the right one aims and fires", () => {
  const { pad, plug, joypad } = world();
  plug(true);
  pad.axes = [0, -1, 0.7, 0];
  assert.ok(joypad.poll(() => assert.ok(false, "no dash was asked for")));
  assert.deepEqual([joypad.x, joypad.y, joypad.aimX > 0.5, joypad.aimY, joypad.fire], [0, -1, true, 0, true]);
});

test("a trigger fires, half pulled as well", () => {
  const { pad, plug, joypad } = world();
  plug(true);
  pad.buttons[7] = { pressed: false, value: 0.5 };
  joypad.poll(() => undefined);
  assert.ok(joypad.fire);
});

test("a dash is asked for once for each press", () => {
  const { pad, plug, joypad } = world();
  plug(true);
  let dashes = 0;
  for (const pressed of [true, true, false, true]) {
    pad.buttons[0] = { pressed, value: pressed ? 1 : 0 };
    joypad.poll(() => dashes++);
  }
  assert.equal(dashes, 2);
});

test("a gamepad tells when it appears, and lets go when it is pulled out", () => {
  const { pad, plug, joypad } = world();
  let appeared = 0;
  joypad.onConnect = () => appeared++;
  assert.equal(joypad.poll(() => undefined), false);
  plug(true);
  pad.axes = [1, 0, 1, 0];
  joypad.poll(() => undefined);
  plug(false);
  assert.deepEqual([appeared, joypad.poll(() => undefined), joypad.x, joypad.fire], [1, false, 0, false]);
});

test("a browser without gamepads, or one that forbids them, is played without", () => {
  world();
  for (const getGamepads of [undefined, () => { throw new Error("not allowed"); }]) {
    Object.defineProperty(globalThis, "navigator", { configurable: true, value: { getGamepads } });
    const joypad = new Joypad(new AbortController().signal);
    assert.deepEqual([joypad.poll(() => undefined), joypad.fire], [false, false]);
    joypad.buzz(1);
  }
});
