import { h, icon } from "../../page/dom";
import type { Camera } from "./camera";
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

/** What the controls look at to aim. */
export interface Sight {
  me: Player;
  players: readonly Player[];
}

/**
 * Keyboard, mouse and thumbs as one input per tick. The mouse aims where it points. Arrow keys alone aim along the way
 * one goes and fire by themselves at whoever is ahead; the right stick aims and fires, and held without a direction it
 * picks the nearest enemy in sight.
 */
export class Controls {
  /** Called with the first input of a kind: hints can go. */
  onUse: () => void = () => undefined;
  private readonly held = new Set<string>();
  private aim = 0;
  private aimBy: "mouse" | "keys" | "stick" = "mouse";
  private mouse: { x: number; y: number } | undefined;
  private mouseDown = false;
  private dashTapped = false;
  private readonly left = new Stick("left", "move");
  private readonly right = new Stick("right", "aim + fire");
  private readonly pad: HTMLElement;
  private readonly dash = h("button", { class: "dash", id: "dash", type: "button", "aria-label": "Dash" }, icon("bolt"));
  private rest = 0;
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

  /** Ends it. */
  destroy(): void {
    this.abort.abort();
    this.pad.remove();
  }

  /** The input of this tick. */
  sample(): Input {
    const way = this.way();
    const { dx, dy } = this.camera.toArena(way.x, way.y);
    const fire = this.takeAim(dx, dy);
    const dash = this.dashTapped || [...dashKeys].some((k) => this.held.has(k));
    this.dashTapped = false;
    const input: Input = { dx, dy, a: this.aim, f: fire, d: dash };
    if (dash && dx === 0 && dy === 0) {
      input.dx = Math.cos(this.aim);
      input.dy = Math.sin(this.aim);
    }
    return input;
  }

  /** Turns the aim and tells whether to fire. */
  private takeAim(dx: number, dy: number): boolean {
    const sight = this.sight();
    const pressed = this.mouseDown || [...fireKeys].some((k) => this.held.has(k));
    if (!sight) return pressed;
    const { me, players } = sight;
    if (this.aimBy === "stick") return this.takeStickAim(me, players);
    if (this.aimBy === "mouse" && this.mouse) {
      const at = this.camera.toScreen(me.x, me.y);
      const to = this.camera.toArena(this.mouse.x - at.x, this.mouse.y - at.y);
      this.aim = Math.atan2(to.dy, to.dx);
      return pressed;
    }
    if (dx !== 0 || dy !== 0) this.aim = Math.atan2(dy, dx);
    const target = ahead(me, players, this.aim, assistAngle, assistRange);
    if (target !== undefined) this.aim = target;
    return pressed || target !== undefined;
  }

  private takeStickAim(me: Player, players: readonly Player[]): boolean {
    if (this.right.pointer === undefined) return false;
    if (this.right.strength > 0.25) {
      const to = this.camera.toArena(this.right.x, this.right.y);
      this.aim = Math.atan2(to.dy, to.dx);
      const near = ahead(me, players, this.aim, 0.12, assistRange); // thumbs are blunt
      if (near !== undefined) this.aim = near;
      return true;
    }
    const target = ahead(me, players, this.aim, Math.PI, assistRange);
    if (target !== undefined) this.aim = target;
    return target !== undefined;
  }

  /** Where one wants to go, on the screen. */
  private way(): { x: number; y: number } {
    if (this.left.strength > 0.15) return this.left;
    let x = 0;
    let y = 0;
    for (const key of this.held) {
      const [mx, my] = moves[key] ?? [0, 0];
      x += mx;
      y += my;
    }
    x = Math.sign(x);
    y = Math.sign(y);
    const length = Math.hypot(x, y) || 1;
    return { x: x / length, y: y / length };
  }

  private key(e: KeyboardEvent, down: boolean): void {
    const at = e.target as HTMLElement;
    if (e.ctrlKey || e.metaKey || e.altKey || at.closest("input, textarea, select, dialog")) return;
    const ours = e.code in moves || fireKeys.has(e.code) || dashKeys.has(e.code);
    if (!ours || (at.closest("button, a") && (e.code === "Space" || e.code === "Enter"))) return;
    e.preventDefault();
    if (!down) {
      this.held.delete(e.code);
      return;
    }
    this.onUse();
    if (dashKeys.has(e.code) && !e.repeat) this.tapDash();
    if (e.code.startsWith("Arrow") || fireKeys.has(e.code)) this.aimBy = "keys";
    this.held.add(e.code);
  }

  private tapDash(): void {
    this.dashTapped = true;
    this.onUse();
  }

  private pointerDown(e: PointerEvent): void {
    this.onUse();
    if (e.pointerType !== "touch") {
      if (e.button === 0) this.mouseDown = true;
      if (e.button === 2) this.tapDash();
      this.pointerMove(e);
      return;
    }
    this.pad.classList.add("touched");
    const stick = e.clientX < innerWidth / 2 ? this.left : this.right;
    if (stick.pointer !== undefined) return;
    stick.press(e);
    if (stick === this.right || this.aimBy === "mouse") this.aimBy = "stick";
  }

  private pointerMove(e: PointerEvent): void {
    if (e.pointerType !== "touch") {
      this.mouse = { x: e.clientX, y: e.clientY };
      this.aimBy = "mouse";
      return;
    }
    for (const stick of [this.left, this.right]) if (stick.pointer === e.pointerId) stick.move(e);
  }

  private pointerUp(e: PointerEvent): void {
    if (e.pointerType !== "touch") this.mouseDown = false;
    for (const stick of [this.left, this.right]) if (stick.pointer === e.pointerId) stick.release();
  }

  private letGo(): void {
    this.held.clear();
    this.mouseDown = false;
    this.left.release();
    this.right.release();
  }
}
