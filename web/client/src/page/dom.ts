/** A few lines instead of a framework. */

type Props = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;
type Child = Node | string | null | undefined;

/** Makes an element. Functions are listeners, booleans set or leave out an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((c): c is Node | string => c != null));
  return element;
}

/** Sets the text only when it differs: the browser then has nothing to lay out anew. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const paths = {
  copy: "M9 9V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-4M5 9h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z",
  share: "M12 15V3m0 0L8 7m4-4 4 4M5 12v7a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-7",
  sound: "M4 9v6h4l5 4V5L8 9H4zm12.5-.5a5 5 0 0 1 0 7M19 6a9 9 0 0 1 0 12",
  mute: "M4 9v6h4l5 4V5L8 9H4zm13 1 5 5m0-5-5 5",
  leave: "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4m5-4 4-4-4-4m4 4H10",
  eye: "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7S2 12 2 12zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  lock: "M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zm2 0V8a4 4 0 0 1 8 0v3",
  close: "M6 6l12 12M18 6 6 18",
  bolt: "M13 2 5 14h6l-1 8 8-12h-6l1-8z",
};

/** A line icon, hidden from screen readers: what it stands on has a label. */
export function icon(name: keyof typeof paths): SVGSVGElement {
  return svg(`<svg viewBox="0 0 24 24" class="icon" aria-hidden="true"><path d="${paths[name]}"/></svg>`);
}

/** The mark: nine pins in their diamond, the king in the middle. */
export function mark(): SVGSVGElement {
  const pins = [[32, 8], [20, 20], [44, 20], [8, 32], [56, 32], [20, 44], [44, 44], [32, 56]];
  const dots = pins.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="5.5"/>`).join("");
  return svg(`<svg viewBox="0 0 64 64" class="mark" aria-hidden="true">${dots}<circle class="king" cx="32" cy="32" r="8"/></svg>`);
}

function svg(text: string): SVGSVGElement {
  const box = document.createElement("div");
  box.innerHTML = text;
  return box.firstElementChild as SVGSVGElement;
}

/** A message of a program as a sentence for people. */
export function sentence(text: string): string {
  const full = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(full) ? full : full + ".";
}

/** Whether the user asked for little motion. */
export const calm = matchMedia("(prefers-reduced-motion: reduce)");
