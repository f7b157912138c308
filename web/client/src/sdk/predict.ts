/**
 * Shows one's own body without the wait for the server: the last state of it, moved on by the inputs that this state
 * does not know yet, with the same step that the server makes.
 *
 * The server tells with each state how far it has come with our inputs. If it has the body where our own line had it
 * then, within two quanta, our line goes on untouched. If not, the line begins anew there, our inputs are played on top
 * of it, and what that changes is blended in.
 */

/** What is left of an error after so many ms is a third of it. */
const fadeMs = 125;
/** Errors of up to this many quanta are the rounding of states, not errors. */
const deadZone = 2;
/** Without a bound of the author's, errors above so many quanta are new places. */
const snapQuanta = 1000;

/** The names of an object's numbers. */
export type Numbers<T> = { [K in keyof T]-?: T[K] extends number ? K : never }[keyof T];

/** An input of ours that the newest state does not know yet. */
export interface Sent<Input> {
  readonly seq: number;
  readonly value: Input;
  /** When it began to count, performance.now(). */
  readonly at: number;
  /** How long its step lasts, ms. */
  readonly ms: number;
}

/** What a prediction needs to know of a game. */
export interface PredictOptions<State, Input, Body extends object> {
  /** Our own body in a state; undefined while we have none. It is asked once for each state. */
  body: (state: State) => Body | undefined;
  /**
   * The server's step in TypeScript: what one input changes of the body. It changes nothing of its arguments. The body
   * moves by its own inputs alone: without one it stays as it is.
   */
  step: (body: Body, input: Input) => Partial<Body>;
  /** The fields that are shown smoothly, each with its quantum in the state (Go: sync:"q=0.1"); 0 for exact ones. */
  smooth: { readonly [K in Numbers<Body>]?: number };
  /** The quanta of other rounded fields: without them, their rounding is taken for the server's will. */
  quanta?: { readonly [K in Numbers<Body>]?: number };
  /** An error above this in a smooth field is a new place, not blended in; by default 1000 quanta. */
  snap?: number;
}

/** What a prediction tells those who build on it. */
export interface StepListener<Input, Body> {
  /** An input has been played, or once more after the server had it otherwise. */
  stepped(sent: Sent<Input>, before: Body, after: Body, again: boolean): void;
}

/** A step of ours that the server has not confirmed. */
interface Step<Input, Body> {
  sent: Sent<Input>;
  after: Body;
}

type Values = Record<string, number>;

/** One's own body, predicted. Made by Room.predict; it lives through reconnects and changes of role until it is ended. */
export class Prediction<State = unknown, Input = unknown, Body extends object = object> {
  /** How often the server had the body elsewhere by more than two quanta. */
  corrections = 0;
  /** By how much it was, the last time, in the smooth field that was off the most. */
  error = 0;
  /** The body with all inputs played; undefined while there is none. */
  body: Body | undefined;
  /** The body in the newest state, as it came: the server's truth. */
  server: Body | undefined;

  private readonly fields: string[];
  private readonly tolerance = new Map<string, number>();
  private readonly snap: number[];
  private readonly listeners: StepListener<Input, Body>[] = [];
  private steps: Step<Input, Body>[] = [];
  private base: Body | undefined; // where our line had the body at the newest state
  private acked = -1;
  private readonly from: Float64Array; // by field: the body glides from here to body
  private readonly off: Float64Array; // what is still shown of past errors
  private at = 0; // when the glide began
  private ms = 0; // how long it takes
  private fadedAt = 0;
  private readonly out = {} as Body;
  private shown: Body | undefined; // the body that out is a copy of, but for the smooth fields

  /** Made by {@link Room.predict}. */
  constructor(private readonly options: PredictOptions<State, Input, Body>, private readonly ended: () => void = () => undefined) {
    const { smooth, quanta, snap } = options;
    this.fields = Object.keys(smooth);
    for (const [field, q] of Object.entries<number | undefined>({ ...quanta, ...smooth })) this.tolerance.set(field, deadZone * (q ?? 0) + 1e-9);
    this.snap = this.fields.map((field) => snap ?? (snapQuanta * (smooth as Values)[field]! || Infinity));
    this.from = new Float64Array(this.fields.length);
    this.off = new Float64Array(this.fields.length);
  }

  /**
   * The body as it is to be drawn now; undefined while there is none. The object is the same each time, with all fields
   * of the body.
   */
  show(now = performance.now()): Body | undefined {
    const { body, out, fields } = this;
    if (!body) return undefined;
    if (this.shown !== body) this.shown = Object.assign(out, body) && body;
    this.fade(now);
    const t = this.progress(now);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      const from = this.from[i]!;
      (out as Values)[field] = from + ((body as Values)[field]! - from) * t + this.off[i]!;
    }
    return out;
  }

  /** Ends it: there is no body any more. */
  end(): void {
    this.ended();
    this.forget();
  }

  /** @internal Tells listener of each step, until the returned function is called. */
  listen(listener: StepListener<Input, Body>): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener) >>> 0, 1);
    };
  }

  /** @internal An input of ours counts from now on. */
  stepped(sent: Sent<Input>): void {
    const before = this.body;
    if (!before) return;
    this.fade(sent.at);
    const late = 1 - this.progress(sent.at);
    const after = this.play(sent, before, false);
    this.fields.forEach((field, i) => {
      const start = (before as Values)[field]!;
      const end = (after as Values)[field]!;
      this.off[i]! -= (start - this.from[i]!) * late; // a step that was cut short is made up for
      this.from[i] = Math.abs(end - start) > this.snap[i]! ? end : start;
    });
    this.body = after;
    this.at = sent.at;
    this.ms = sent.ms;
  }

  /** @internal A state has come, with all inputs up to acked in it; pending are those that are not. */
  received(state: State, acked: number, pending: readonly Sent<Input>[]): void {
    const row = this.options.body(state);
    this.server = row;
    if (!row) return this.forget();
    let ours = this.acked === acked ? this.base : undefined;
    let done = 0;
    for (; done < this.steps.length && this.steps[done]!.sent.seq <= acked; done++) ours = this.steps[done]!.after;
    this.steps.splice(0, done);
    this.acked = acked;
    if (!ours) return this.begin(row, pending);
    this.base = this.agree(ours, row);
    if (this.base === ours) return;
    let body = this.base;
    for (const step of this.steps) body = step.after = this.next(step.sent, body, true);
    const error = this.move(body);
    if (error === 0) return;
    this.corrections++;
    this.error = error;
  }

  /** @internal What is under way will not arrive: the connection is lost. The body stays where it is for now. */
  cut(): void {
    this.steps.length = 0;
    this.base = undefined;
  }

  /** @internal There is no body, or it is another one. */
  forget(): void {
    this.cut();
    this.body = this.server = undefined;
  }

  /** Starts a line from a state, with what is under way on top. */
  private begin(row: Body, pending: readonly Sent<Input>[]): void {
    this.base = row;
    this.steps.length = 0;
    let body = row;
    for (const sent of pending) body = this.play(sent, body, true);
    if (this.body) this.move(body);
    else {
      this.body = body;
      this.from.set(this.fields.map((field) => (body as Values)[field]!));
      this.off.fill(0);
    }
  }

  /** Plays an input and remembers it. */
  private play(sent: Sent<Input>, before: Body, again: boolean): Body {
    const after = this.next(sent, before, again);
    this.steps.push({ sent, after });
    return after;
  }

  private next(sent: Sent<Input>, before: Body, again: boolean): Body {
    const after = { ...before, ...this.options.step(before, sent.value) };
    for (const listener of this.listeners) listener.stepped(sent, before, after, again);
    return after;
  }

  /** Returns ours if the server's row agrees with it, else what the two make: our own values where they agree. */
  private agree(ours: Body, row: Body): Body {
    let merged: Body | undefined;
    for (const field in row) {
      const a = ours[field];
      const b = row[field];
      if (a === b) continue;
      const tolerance = this.tolerance.get(field);
      if (tolerance !== undefined && Math.abs(Number(a) - Number(b)) <= tolerance) continue;
      merged ??= { ...ours };
      merged[field] = b;
    }
    return merged ?? ours;
  }

  /** Puts the body elsewhere: it is shown on its way there. Returns the largest error that is one, or 0. */
  private move(body: Body): number {
    let error = 0;
    let place = false;
    this.fields.forEach((field, i) => {
      const d = (body as Values)[field]! - (this.body as Values)[field]!;
      this.from[i]! += d;
      this.off[i]! -= d;
      if (Math.abs(d) > this.snap[i]!) place = true;
      if (Math.abs(d) > this.tolerance.get(field)!) error = Math.max(error, Math.abs(d));
    });
    if (place) this.off.fill(0);
    this.body = body;
    return place ? 0 : error;
  }

  /** How much of the running step has passed at a time, 0 to 1. */
  private progress(now: number): number {
    return this.ms > 0 ? Math.min(1, Math.max(0, (now - this.at) / this.ms)) : 1;
  }

  /** Lets errors fade until now. */
  private fade(now: number): void {
    const keep = Math.exp(-Math.max(0, now - this.fadedAt) / fadeMs);
    this.fadedAt = now;
    for (let i = 0; i < this.off.length; i++) this.off[i]! *= keep;
  }
}
