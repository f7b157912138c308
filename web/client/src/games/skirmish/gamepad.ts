/** What of a Gamepad is read; the numbers of buttons and axes are those of the standard mapping. */
type State = Pick<Gamepad, "axes" | "connected" | "mapping"> & { readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[]; readonly vibrationActuator?: GamepadHapticActuator | null };

/** A stick counts beyond the first part of its way, and is fully out before its end: sticks wear out. */
const innerZone = 0.18;
const outerZone = 0.92;
/** The right stick fires when it is this far out. */
const fireZone = 0.3;
const trigger = 0.35;
const fireButtons = [6, 7]; // the triggers
const dashButtons = [0, 1, 4, 5]; // A, B and the bumpers

/**
 * A gamepad as two sticks and two wishes: the left stick moves, the right one aims and fires, a trigger fires, A or a
 * bumper dashes. Whichever gamepad was touched last counts.
 */
export class Joypad {
  /** The left stick, -1 to 1 on each axis, length at most 1. */
  x = 0;
  y = 0;
  /** The right stick, in the same way; 0, 0 is none. */
  aimX = 0;
  aimY = 0;
  /** Whether a trigger is pulled, or the right stick is out. */
  fire = false;
  /** Called when a gamepad appears. */
  onConnect: () => void = () => undefined;
  private connected = 0;
  private dashing = false;
  private index = 0;

  constructor(signal: AbortSignal) {
    addEventListener("gamepadconnected", () => this.count(true), { signal });
    addEventListener("gamepaddisconnected", () => this.count(false), { signal });
    this.count(false);
  }

  /** Looks at the gamepads. It tells whether one is in use, and calls dash when a button for it goes down. */
  poll(dash: () => void): boolean {
    if (this.connected === 0) return false;
    const pads = gamepads();
    for (let i = 0; i < pads.length; i++) if (i !== this.index && pads[i] && touched(pads[i]!)) this.index = i;
    const pad = pads[this.index];
    if (!pad) {
      this.rest();
      return false;
    }
    const { axes } = pad;
    const move = zone(axes[0] ?? 0, axes[1] ?? 0);
    this.x = (axes[0] ?? 0) * move;
    this.y = (axes[1] ?? 0) * move;
    const aim = zone(axes[2] ?? 0, axes[3] ?? 0);
    this.aimX = (axes[2] ?? 0) * aim;
    this.aimY = (axes[3] ?? 0) * aim;
    this.fire = Math.hypot(this.aimX, this.aimY) > fireZone || held(pad, fireButtons);
    const dashing = held(pad, dashButtons);
    if (dashing && !this.dashing) dash();
    this.dashing = dashing;
    return touched(pad);
  }

  /** Shakes it for a moment; strength is 0 to 1. */
  buzz(strength: number): void {
    if (this.connected === 0) return;
    const pad = gamepads()[this.index];
    void pad?.vibrationActuator?.playEffect("dual-rumble", { duration: 120, strongMagnitude: strength, weakMagnitude: strength }).catch(() => undefined);
  }

  private count(appeared: boolean): void {
    this.connected = gamepads().filter(Boolean).length;
    if (appeared) this.onConnect();
    if (this.connected === 0) this.rest();
  }

  private rest(): void {
    this.x = this.y = this.aimX = this.aimY = 0;
    this.fire = this.dashing = false;
  }
}

/** The gamepads; none where the browser has no such thing, as on pages without encryption, or forbids it. */
function gamepads(): readonly (State | null)[] {
  try {
    return navigator.getGamepads();
  } catch {
    return [];
  }
}

/** By what a stick's deflection is multiplied: 0 in the dead zone, from there on 0 to 1 over the way that is left. */
export function zone(x: number, y: number): number {
  const length = Math.hypot(x, y);
  if (length <= innerZone) return 0;
  return Math.min(1, (length - innerZone) / (outerZone - innerZone)) / length;
}

function held(pad: State, buttons: readonly number[]): boolean {
  for (const i of buttons) {
    const button = pad.buttons[i];
    if (button && (button.pressed || button.value > trigger)) return true;
  }
  return false;
}

function touched(pad: State): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = pad.axes;
  return Math.hypot(a, b) > innerZone || Math.hypot(c, d) > innerZone || held(pad, fireButtons) || held(pad, dashButtons);
}
