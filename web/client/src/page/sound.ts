import { prefs } from "./prefs";

/** How loud everything is together, and above which pitch it is softened, Hz: a phone's loudspeaker is shrill enough. */
const loudness = 0.4;
const softness = 6500;
/** No more sounds than this at once: what comes then is not heard anyway. */
const most = 24;
/** A sound begins within this time, s: without, it clicks. */
const attack = 0.004;

/** Sounds made on the spot from oscillators and noise. Silent until the first gesture, as browsers demand, and while muted. */
export class Sound {
  private context: AudioContext | undefined;
  private out: GainNode | undefined;
  private noise: AudioBuffer | undefined;
  private silent = prefs.muted;
  private playing = 0;

  get muted(): boolean {
    return this.silent;
  }
  set muted(value: boolean) {
    this.silent = value;
    prefs.muted = value;
    if (this.out) this.out.gain.value = value ? 0 : loudness;
  }

  /** Call it from a gesture. */
  unlock(): void {
    if (!this.context) {
      this.context = new AudioContext();
      const squeeze = this.context.createDynamicsCompressor();
      squeeze.connect(this.context.destination);
      const soften = this.context.createBiquadFilter();
      soften.type = "lowpass";
      soften.frequency.value = softness;
      soften.connect(squeeze);
      this.out = this.context.createGain();
      this.out.gain.value = this.silent ? 0 : loudness;
      this.out.connect(soften);
      this.noise = this.context.createBuffer(1, this.context.sampleRate, this.context.sampleRate);
      const samples = this.noise.getChannelData(0);
      for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
    }
    if (this.context.state === "suspended") void this.context.resume();
  }

  /** A tone that slides from one frequency to another and fades out. delay and length in seconds. */
  tone(type: OscillatorType, from: number, to: number, length: number, volume: number, delay = 0): void {
    const { context, out } = this;
    if (!context || !out || !this.audible(context)) return;
    const start = context.currentTime + delay;
    const oscillator = context.createOscillator();
    oscillator.type = type;
    oscillator.frequency.setValueAtTime(from, start);
    oscillator.frequency.exponentialRampToValueAtTime(Math.max(1, to), start + length);
    oscillator.connect(this.fade(context, out, start, length, volume));
    oscillator.start(start);
    this.until(oscillator, start + length);
  }

  /** Filtered noise that fades out: hits, crashes, air. */
  hiss(filter: BiquadFilterType, from: number, to: number, length: number, volume: number, delay = 0): void {
    const { context, out, noise } = this;
    if (!context || !out || !noise || !this.audible(context)) return;
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
    this.until(source, start + length);
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

  private audible(context: AudioContext): boolean {
    return !this.silent && context.state === "running" && this.playing < most;
  }

  /** Ends a sound at a time, and counts it until then. */
  private until(source: AudioScheduledSourceNode, end: number): void {
    this.playing++;
    source.onended = () => this.playing--;
    source.stop(end);
  }

  private fade(context: AudioContext, out: GainNode, start: number, length: number, volume: number): GainNode {
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + attack);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    gain.connect(out);
    return gain;
  }
}
