import { prefs } from "./prefs";

/** Sounds made on the spot from oscillators and noise. Silent until the first gesture, as browsers demand, and while muted. */
export class Sound {
  private context: AudioContext | undefined;
  private out: GainNode | undefined;
  private noise: AudioBuffer | undefined;
  private silent = prefs.muted;

  get muted(): boolean {
    return this.silent;
  }
  set muted(value: boolean) {
    this.silent = value;
    prefs.muted = value;
    if (this.out) this.out.gain.value = value ? 0 : 0.5;
  }

  /** Call it from a gesture. */
  unlock(): void {
    if (!this.context) {
      this.context = new AudioContext();
      const squeeze = this.context.createDynamicsCompressor();
      squeeze.connect(this.context.destination);
      this.out = this.context.createGain();
      this.out.gain.value = this.silent ? 0 : 0.5;
      this.out.connect(squeeze);
      this.noise = this.context.createBuffer(1, this.context.sampleRate, this.context.sampleRate);
      const samples = this.noise.getChannelData(0);
      for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
    }
    if (this.context.state === "suspended") void this.context.resume();
  }

  /** A tone that slides from one frequency to another and fades out. delay and length in seconds. */
  tone(type: OscillatorType, from: number, to: number, length: number, volume: number, delay = 0): void {
    const { context, out } = this;
    if (!context || !out || this.silent || context.state !== "running") return;
    const start = context.currentTime + delay;
    const oscillator = context.createOscillator();
    oscillator.type = type;
    oscillator.frequency.setValueAtTime(from, start);
    oscillator.frequency.exponentialRampToValueAtTime(Math.max(1, to), start + length);
    oscillator.connect(this.fade(context, out, start, length, volume));
    oscillator.start(start);
    oscillator.stop(start + length);
  }

  /** Filtered noise that fades out: hits, crashes, air. */
  hiss(filter: BiquadFilterType, from: number, to: number, length: number, volume: number, delay = 0): void {
    const { context, out, noise } = this;
    if (!context || !out || !noise || this.silent || context.state !== "running") return;
    const start = context.currentTime + delay;
    const source = context.createBufferSource();
    source.buffer = noise;
    source.loop = true;
    const pass = context.createBiquadFilter();
    pass.type = filter;
    pass.frequency.setValueAtTime(from, start);
    pass.frequency.exponentialRampToValueAtTime(Math.max(1, to), start + length);
    source.connect(pass).connect(this.fade(context, out, start, length, volume));
    source.start(start, Math.random() * 0.9);
    source.stop(start + length);
  }

  /** Notes one after the other. */
  melody(notes: readonly number[], step: number, volume: number, type: OscillatorType = "triangle"): void {
    notes.forEach((note, i) => this.tone(type, note, note, step * 2, volume, i * step));
  }

  /** Pins falling: the crash of a knock-out. */
  pins(volume: number): void {
    this.hiss("bandpass", 1800, 500, 0.28, volume);
    for (let i = 0; i < 5; i++) {
      const pitch = 500 + Math.random() * 900;
      this.tone("triangle", pitch, pitch * 0.8, 0.09, volume * 0.6, 0.02 + i * 0.045 * (0.6 + Math.random()));
    }
  }

  private fade(context: AudioContext, out: GainNode, start: number, length: number, volume: number): GainNode {
    const gain = context.createGain();
    gain.gain.setValueAtTime(volume, start);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    gain.connect(out);
    return gain;
  }
}
