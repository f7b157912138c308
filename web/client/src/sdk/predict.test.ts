import assert from "node:assert/strict";
import test from "node:test";
import { Prediction, type Sent } from "./predict";

interface Body {
  x: number;
  cool: number;
  name: string;
}

const step = (b: Body, dx: number): Partial<Body> => ({ x: b.x + dx, cool: Math.max(0, b.cool - 1) });
const sent = (seq: number, value: number, at = seq * 50): Sent<number> => ({ seq, value, at, ms: 50 });
const body = (x: number, cool = 0): Body => ({ x, cool, name: "Ada" });

function setUp(x = 0) {
  const own = new Prediction<Body | null, number, Body>({ body: (s) => s ?? undefined, step, smooth: { x: 0.1 }, snap: 100 });
  own.received(body(x), 0, []);
  return own;
}

test("an input moves the body at once, evenly over its step", () => {
  const own = setUp();
  own.stepped(sent(1, 10, 1000));
  assert.equal(own.show(1000)!.x, 0);
  assert.equal(own.show(1025)!.x, 5);
  assert.equal(own.show(1050)!.x, 10);
  assert.equal(own.show(1090)!.x, 10);
  assert.equal(own.show(1090)!.name, "Ada");
});

test("a state that agrees within two quanta changes nothing", () => {
  const own = setUp();
  for (let seq = 1; seq <= 3; seq++) own.stepped(sent(seq, 10));
  own.received(body(10.19), 1, []);
  assert.equal(own.show(200)!.x, 30);
  assert.equal(own.corrections, 0);
});

test("a larger error is replayed, counted and blended in", () => {
  const own = setUp();
  for (let seq = 1; seq <= 3; seq++) own.stepped(sent(seq, 10));
  own.show(200);
  own.received(body(14), 1, []);
  assert.deepEqual([own.corrections, own.error, own.body!.x], [1, 4, 34]);
  assert.equal(own.show(200)!.x, 30);
  const soon = own.show(300)!.x;
  assert.ok(soon > 31.5 && soon < 34, `${soon}`);
});

test("an error above the bound is a new place: the body is there at once", () => {
  const own = setUp();
  own.stepped(sent(1, 10));
  own.received(body(500), 1, []);
  assert.equal(own.show(100)!.x, 500);
  assert.equal(own.corrections, 0);
});

test("fields that are not rounded are the server's, and the inputs under way are played on them", () => {
  const own = setUp();
  own.stepped(sent(1, 0));
  own.stepped(sent(2, 0));
  own.received(body(0, 5), 1, []);
  assert.equal(own.body!.cool, 4);
  assert.equal(own.corrections, 0);
});

test("without a body there is nothing to show; a new one begins with the inputs under way", () => {
  const own = setUp();
  own.stepped(sent(1, 10));
  own.received(null, 1, []);
  assert.equal(own.show(100), undefined);
  own.stepped(sent(2, 10));
  own.received(body(70), 1, [sent(2, 10)]);
  assert.equal(own.body!.x, 80);
  assert.equal(own.corrections, 0);
});

test("after a lost connection the body goes from where it was to where it is, without a jump", () => {
  const own = setUp();
  own.stepped(sent(1, 10));
  own.stepped(sent(2, 10));
  own.show(200);
  own.cut();
  assert.equal(own.show(200)!.x, 20);
  own.received(body(10), 1, []);
  assert.equal(own.show(200)!.x, 20);
  assert.ok(own.show(900)!.x < 10.1);
  assert.equal(own.corrections, 0);
});

test("a step that was cut short by the next is made up for without a jump", () => {
  const own = setUp();
  own.stepped(sent(1, 10, 1000));
  const before = own.show(1020)!.x;
  own.stepped(sent(2, 10, 1020));
  assert.ok(Math.abs(own.show(1020)!.x - before) < 1e-9);
  assert.equal(own.body!.x, 20);
});

test("showing makes no new objects", () => {
  const own = setUp();
  assert.equal(own.show(1), own.show(2));
});
