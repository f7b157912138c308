import { h } from "../../page/dom";

const reach = 52; // CSS pixels from the middle to full deflection

/** A thumb stick that appears under the thumb. Where none is, its resting place is shown. */
export class Stick {
  /** The deflection, -1 to 1 on each axis, length at most 1. */
  x = 0;
  y = 0;
  /** The pointer that holds it. */
  pointer: number | undefined;
  readonly element: HTMLElement;
  private readonly knob: HTMLElement;
  private originX = 0;
  private originY = 0;

  constructor(side: "left" | "right", label: string) {
    this.knob = h("i", {});
    this.element = h("div", { class: `stick ${side}`, "aria-hidden": "true" }, this.knob, h("span", {}, label));
  }

  /** The length of the deflection. */
  get strength(): number {
    return Math.hypot(this.x, this.y);
  }

  press(e: PointerEvent): void {
    this.pointer = e.pointerId;
    this.originX = e.clientX;
    this.originY = e.clientY;
    this.element.classList.add("held");
    this.element.style.left = `${e.clientX}px`;
    this.element.style.top = `${e.clientY}px`;
    this.move(e);
  }

  move(e: PointerEvent): void {
    const dx = (e.clientX - this.originX) / reach;
    const dy = (e.clientY - this.originY) / reach;
    const length = Math.max(1, Math.hypot(dx, dy));
    this.x = dx / length;
    this.y = dy / length;
    this.knob.style.transform = `translate(${this.x * reach}px, ${this.y * reach}px)`;
  }

  release(): void {
    this.pointer = undefined;
    this.x = this.y = 0;
    this.element.classList.remove("held");
    this.element.style.left = this.element.style.top = this.knob.style.transform = "";
  }
}
