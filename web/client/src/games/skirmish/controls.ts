import { h, icon } from "../../page/dom";
import type { Camera } from "./camera";
import { Joypad } from "./gamepad";
import { ahead } from "./sight";
import { Stick } from "./stick";
import type { Input, Player } from "./types";

const moves: Record<string, readonly [number, number]> = {
  KeyW: [0, -1], ArrowUp: [0, -1], KeyS: [0, 1], ArrowDown: [0, 1],
  KeyA: [-1, 0], ArrowLeft: [-1, 0], KeyD: [1, 0], ArrowRight: [1, 0],
};
const fireKeys = new Set(["KeyJ", "KeyX", "Enter"]);
const dashKeys = new Set(["Space", "ShiftLeft", "ShiftRight", "KeyK"]);
/** Without a pointer the aim snaps to enemies within this angle of the way one goes, radians, and this far, units. */
const assistAngle = 0.45;
const assistRange = 640;
/** … and within this angle of where a stick points: thumbs are blunt. */
const bluntness = 0.12;

/** What the controls look at to aim. */
export interface Sight {
  me: Player;
  players: readonly Player[];
}

/**
 * Keyboard, mouse, thumbs and gamepad as one input per tick. The mouse aims where it points. Arrow keys alone aim along
 * the way one goes and fire by themselves at whoever is ahead; the right stick aims and fires, and held without a
 * direction it picks the nearest enemy in sight. A gamepad's trigger fires along the way one goes, or where its right
 * stick points.
 */
export class Controls {
  /** Called with the first input of a kind: hints can go. */
  onUse: () => void = () => undefined;
  /** Called when what the next input says has changed, by a key, a button or a finger that went down or up. */
  onChange: () => void = () => undefined;
  readonly joypad: Joypad;
  private readonly held = new Set<string>();
  private aim = 0;
  private aimBy: "mouse" | "keys" | "stick" | "pad" = "mouse";
  private mouseX = Number.NaN; // until the mouse is seen
  private mouseY = 0;
  private mouseDown = false;
  private dashTapped = false;
  private readonly left = new Stick("left", "move");
  private readonly right = new Stick("right", "aim + fire");
  private readonly pad: HTMLElement;
  private readonly dash = h("button", { class: "dash", id: "dash", type: "button", "aria-label": "Dash" }, icon("bolt"));
  private rest = 0;
  private used = false; // the gamepad
  private readonly tap = () => this.tapDash();
  private readonly goal = { x: 0, y: 0 }; // see way
  private readonly abort = new AbortController();

  constructor(
    stage: HTMLElement,
    layer: HTMLElement,
    private readonly camera: Camera,
    private readonly sight: () => Sight | undefined,
  ) {
    const { dash } = this;
    this.pad = h("div", { class: "pad" }, this.left.element, this.right.element, dash);
    layer.append(this.pad);
    const signal = this.abort.signal;
    this.joypad = new Joypad(signal);
    addEventListener("keydown", (e) => this.key(e, true), { signal });
    addEventListener("keyup", (e) => this.key(e, false), { signal });
    addEventListener("blur", () => this.letGo(), { signal });
    stage.addEventListener("pointerdown", (e) => this.pointerDown(e), { signal });
    addEventListener("pointermove", (e) => this.pointerMove(e), { signal });
    addEventListener("pointerup", (e) => this.pointerUp(e), { signal });
    addEventListener("pointercancel", (e) => this.pointerUp(e), { signal });
    stage.addEventListener("contextmenu", (e) => e.preventDefault(), { signal });
    dash.addEventListener("pointerdown", () => this.tapDash(), { signal });
    dash.addEventListener("contextmenu", (e) => e.preventDefault(), { signal });
  }

  /** Shows how much of the rest after a dash is left, 1 to 0. */
  resting(rest: number): void {
    if (this.rest === rest) return;
    this.rest = rest;
    this.dash.classList.toggle("resting", rest > 0);
    this.dash.style.setProperty("--rest", rest.toFixed(3));
  }

  /** Looks at what does not tell by itself: call it in each frame. */
  poll(): void {
    const { x, y, fire } = this.joypad;
    const used = this.joypad.poll(this.tap);
    if (fire !== this.joypad.fire || (x === 0 && y === 0) !== (this.joypad.x === 0 && this.joypad.y === 0)) this.onChange();
    if (!used) return;
    this.aimBy = "pad";
    this.pad.classList.add("spare");
    if (!this.used) this.onUse();
    this.used = true;
  }

  /** Ends it. */
  destroy(): void {
    this.abort.abort();
    this.pad.remove();
  }

  /** The input of this tick. */
  sample(): Input {
    const way = this.way();
    const dx = this.camera.arenaX(way.x, way.y);
    const dy = this.camera.arenaY(way.x, way.y);
    const fire = this.takeAim(dx, dy);
    const dash = this.dashTapped || this.holds(dashKeys);
    this.dashTapped = false;
    const input: Input = { dx, dy, a: this.aim, f: fire, d: dash };
    if (dash && dx === 0 && dy === 0) {
      input.dx = Math.cos(this.aim);
      input.dy = Math.sin(this.aim);
    }
    return input;
  }

  /** Where I aim now, radians in the arena: the barrel follows the hand in each picture, not only in each tick. */
  facing(): number {
    const way = this.way();
    this.takeAim(this.camera.arenaX(way.x, way.y), this.camera.arenaY(way.x, way.y));
    return this.aim;
  }

  /** Turns the aim and tells whether to fire. */
  private takeAim(dx: number, dy: number): boolean {
    const sight = this.sight();
    const pressed = this.mouseDown || this.holds(fireKeys);
    if (!sight) return pressed;
    const { me, players } = sight;
    if (this.aimBy === "stick") return this.takeStickAim(me, players);
    if (this.aimBy === "pad") return this.takePadAim(dx, dy, me, players);
    if (this.aimBy === "mouse" && this.mouseX === this.mouseX) {
      this.aimAlong(this.mouseX - this.camera.screenX(me.x, me.y), this.mouseY - this.camera.screenY(me.x, me.y));
      return pressed;
    }
    if (dx !== 0 || dy !== 0) this.aim = Math.atan2(dy, dx);
    return this.assist(me, players, assistAngle) || pressed;
  }

  private takeStickAim(me: Player, players: readonly Player[]): boolean {
    if (this.right.pointer === undefined) return false;
    if (this.right.strength > 0.25) {
      this.aimAlong(this.right.x, this.right.y);
      this.assist(me, players, bluntness);
      return true;
    }
    return this.assist(me, players, Math.PI);
  }

  private takePadAim(dx: number, dy: number, me: Player, players: readonly Player[]): boolean {
    const { aimX, aimY, fire } = this.joypad;
    if (aimX !== 0 || aimY !== 0) {
      this.aimAlong(aimX, aimY);
      this.assist(me, players, bluntness);
    } else {
      if (dx !== 0 || dy !== 0) this.aim = Math.atan2(dy, dx);
      this.assist(me, players, assistAngle);
    }
    return fire;
  }

  /** Aims along a direction on the screen. */
  private aimAlong(x: number, y: number): void {
    this.aim = Math.atan2(this.camera.arenaY(x, y), this.camera.arenaX(x, y));
  }

  /** Snaps the aim to the nearest enemy in sight within an angle of it, and tells whether there is one. */
  private assist(me: Player, players: readonly Player[], angle: number): boolean {
    const target = ahead(me, players, this.aim, angle, assistRange);
    if (target !== undefined) this.aim = target;
    return target !== undefined;
  }

  private holds(keys: ReadonlySet<string>): boolean {
    for (const key of this.held) if (keys.has(key)) return true;
    return false;
  }

  /** Where one wants to go, on the screen. */
  private way(): { x: number; y: number } {
    if (this.left.strength > 0.15) return this.left;
    if (this.joypad.x !== 0 || this.joypad.y !== 0) return this.joypad;
    let x = 0;
    let y = 0;
    for (const key of this.held) {
      const move = moves[key];
      if (!move) continue;
      x += move[0];
      y += move[1];
    }
    x = Math.sign(x);
    y = Math.sign(y);
    const length = Math.hypot(x, y) || 1;
    this.goal.x = x / length;
    this.goal.y = y / length;
    return this.goal;
  }

  private key(e: KeyboardEvent, down: boolean): void {
    const at = e.target as HTMLElement;
    if (e.ctrlKey || e.metaKey || e.altKey || at.closest("input, textarea, select, dialog")) return;
    const ours = e.code in moves || fireKeys.has(e.code) || dashKeys.has(e.code);
    if (!ours || (at.closest("button, a") && (e.code === "Space" || e.code === "Enter"))) return;
    e.preventDefault();
    if (down) {
      this.onUse();
      if (dashKeys.has(e.code) && !e.repeat) this.dashTapped = true;
      if (e.code.startsWith("Arrow") || fireKeys.has(e.code)) this.aimBy = "keys";
      this.held.add(e.code);
    } else this.held.delete(e.code);
    if (!e.repeat) this.onChange();
  }

  private tapDash(): void {
    this.dashTapped = true;
    this.onUse();
    this.onChange();
  }

  private pointerDown(e: PointerEvent): void {
    this.onUse();
    if (e.pointerType !== "touch") {
      if (e.button === 0) this.mouseDown = true;
      this.pointerMove(e);
      if (e.button === 2) this.tapDash();
      else this.onChange();
      return;
    }
    this.pad.classList.add("touched");
    this.pad.classList.remove("spare");
    const stick = e.clientX < innerWidth / 2 ? this.left : this.right;
    if (stick.pointer !== undefined) return;
    stick.press(e);
    if (stick === this.right || this.aimBy === "mouse") this.aimBy = "stick";
    this.onChange();
  }

  private pointerMove(e: PointerEvent): void {
    if (e.pointerType !== "touch") {
      this.mouseX = e.clientX;
      this.mouseY = e.clientY;
      this.aimBy = "mouse";
      return;
    }
    for (const stick of [this.left, this.right]) if (stick.pointer === e.pointerId) stick.move(e);
  }

  private pointerUp(e: PointerEvent): void {
    if (e.pointerType !== "touch") this.mouseDown = false;
    for (const stick of [this.left, this.right]) if (stick.pointer === e.pointerId) stick.release();
    this.onChange();
  }

  private letGo(): void {
    this.held.clear();
    this.mouseDown = false;
    this.left.release();
    this.right.release();
  }
}
