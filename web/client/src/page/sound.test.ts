import assert from "node:assert/strict";
import test from "node:test";
import { Sound } from "./sound";

/** What was played: its node, and when its gain is what. */
interface Played {
  onended: () => void;
  gains: [at: number, value: number][];
}

/** An AudioContext that plays nothing and remembers everything. */
function listen(): { played: Played[]; loudness: () => number } {
  const played: Played[] = [];
  const gains: { value: number }[] = [];
  const param = (on: [number, number][] = []) => ({
    value: 1,
    setValueAtTime: (value: number, at: number) => on.push([at, value]),
    linearRampToValueAtTime: (value: number, at: number) => on.push([at, value]),
    exponentialRampToValueAtTime: (value: number, at: number) => on.push([at, value]),
  });
  const node = () => ({ connect: (to: unknown) => to });
  class FakeContext {
    state = "running";
    currentTime = 5;
    sampleRate = 100;
    destination = node();
    private on: [number, number][] = [];
    createDynamicsCompressor = () => node();
    createBiquadFilter = () => ({ ...node(), frequency: param() });
    createBuffer = () => ({ getChannelData: () => new Float32Array(100) });
    createGain = () => {
      this.on = [];
      const gain = param(this.on);
      gains.push(gain);
      return { ...node(), gain };
    };
    private readonly source = () => {
      const it = { ...node(), frequency: param(), onended: () => undefined, stop: () => undefined, start: () => undefined };
      it.start = () => void played.push({ onended: () => it.onended(), gains: this.on });
      return it;
    };
    createOscillator = this.source;
    createBufferSource = this.source;
  }
  (globalThis as { AudioContext?: unknown }).AudioContext = FakeContext;
  return { played, loudness: () => gains[0]!.value };
}

test("nothing sounds before a gesture", () => {
  const { played } = listen();
  new Sound().tone("sine", 440, 440, 0.1, 0.2);
  assert.equal(played.length, 0);
});

test("what is muted makes no sound at all, and what plays falls silent", () => {
  const { played, loudness } = listen();
  const sound = new Sound();
  sound.unlock();
  sound.pins(0.5);
  const before = played.length;
  assert.ok(before > 3 && loudness() > 0);
  sound.muted = true;
  sound.pins(0.5);
  assert.deepEqual([played.length, loudness()], [before, 0]);
});

test("a sound swells for a moment, so that it does not click, and fades out", () => {
  const { played } = listen();
  const sound = new Sound();
  sound.unlock();
  sound.tone("sine", 440, 220, 0.1, 0.2);
  const gains = played[0]!.gains;
  assert.deepEqual([gains[0], gains[1]![1], gains[1]![0] > 5, gains[2]![1] < 0.001], [[5, 0], 0.2, true, true]);
});

test("a crowd is no louder than so many: the rest waits until some have ended", () => {
  const { played } = listen();
  const sound = new Sound();
  sound.unlock();
  for (let i = 0; i < 100; i++) sound.hiss("bandpass", 500, 300, 0.1, 0.2);
  const most = played.length;
  assert.ok(most < 50);
  played[0]!.onended();
  sound.tone("sine", 440, 440, 0.1, 0.2);
  sound.tone("sine", 440, 440, 0.1, 0.2);
  assert.equal(played.length, most + 1);
});
