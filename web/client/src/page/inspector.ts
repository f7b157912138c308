import { h, setText } from "./dom";
import type { Area, Host, View } from "./view";

/** Redraws of the tree per second: it is read, not played. */
const rate = 5;
const maxEvents = 30;

/**
 * The view of kinds that have none of their own: the state as a tree, a box to send inputs from, and the events. With it
 * a new game can be tried before a line of TypeScript is written.
 */
export function inspector(host: Host): View {
  return new Inspector(host);
}

class Inspector implements View {
  private readonly tree = h("div", { class: "tree", id: "state-tree", tabindex: 0, role: "region", "aria-label": "State" });
  private readonly meta = h("p", { class: "muted" });
  private readonly box = h("textarea", { id: "input-json", rows: 4, spellcheck: "false", "aria-label": "Input as JSON" }, "{}");
  private readonly result = h("p", { class: "muted", role: "status", id: "input-result" });
  private readonly repeat = h("input", { type: "checkbox", id: "input-repeat", change: () => this.follow() });
  private readonly events = h("ol", { class: "events", "aria-label": "Events" });
  private readonly root: HTMLElement;
  private readonly offs: (() => void)[];
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly closed = new Set<string>(); // paths that the reader has folded
  private stale = true;

  constructor(private readonly host: Host) {
    const send = h("button", { class: "primary", type: "submit", id: "input-send" }, "Send input");
    const form = h("form", { submit: (e) => this.submit(e) }, this.box,
      h("div", { class: "row" }, send, h("label", { class: "check" }, this.repeat, "every tick")), this.result);
    this.root = h("section", { class: "inspector" },
      h("div", { class: "card" }, h("h2", {}, "State"), this.meta, this.tree),
      h("div", { class: "card" }, h("h2", {}, "Input"), form, h("h2", {}, "Events"), this.events));
    host.layer.append(this.root);
    this.offs = [host.room.onState(() => (this.stale = true)), host.room.onAny((name, args) => this.event(name, args))];
    this.timer = setInterval(() => this.draw(), 1000 / rate);
    void this.prefill();
  }

  /** Puts an input of zeros into the box, unless somebody was quicker. */
  private async prefill(): Promise<void> {
    const kind = await this.host.kind().catch(() => undefined); // then it stays empty
    if (kind?.input !== undefined && this.box.value === "{}") this.box.value = JSON.stringify(kind.input, null, 1).replaceAll(/\n */g, " ");
  }

  layout(area: Area, backdrop: boolean): void {
    Object.assign(this.root.style, { left: `${area.x}px`, top: `${area.y}px`, width: `${area.width}px`, height: `${area.height}px` });
    this.root.classList.toggle("dim", backdrop);
    this.root.inert = backdrop;
  }

  refused(message: string): void {
    this.tell(`Refused: ${message.replace(/^game: bad input: /, "")}`, true);
  }

  destroy(): void {
    clearInterval(this.timer);
    for (const off of this.offs) off();
    this.host.room.inputs(null);
    this.root.remove();
  }

  private draw(): void {
    if (!this.stale) return;
    this.stale = false;
    const { room } = this.host;
    setText(this.meta, `tick ${room.tick} · input ${room.acked} acknowledged`);
    if (this.tree.contains(document.activeElement) && getSelection()?.type === "Range") return; // being copied from
    const top = this.tree.scrollTop;
    this.tree.replaceChildren(this.node("state", room.state, ""));
    this.tree.scrollTop = top;
  }

  private node(name: string, value: unknown, path: string): HTMLElement {
    if (typeof value !== "object" || value === null || value instanceof Date || ArrayBuffer.isView(value)) {
      const kind = value === null ? "null" : typeof value;
      return h("div", { class: "leaf" }, h("b", {}, name), h("span", { class: kind }, shown(value)));
    }
    const here = `${path}/${name}`;
    const entries = Object.entries(value);
    const count = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
    const children = entries.slice(0, 200).map(([key, item]) => this.node(key, item, here));
    const details = h("details", { open: !this.closed.has(here) }, h("summary", {}, h("b", {}, name), h("span", {}, count)), ...children);
    details.addEventListener("toggle", () => (details.open ? this.closed.delete(here) : this.closed.add(here)));
    return details;
  }

  private parse(): { value: unknown } | undefined {
    try {
      return { value: JSON.parse(this.box.value) as unknown };
    } catch (error) {
      this.tell(`Not JSON: ${(error as Error).message}`, true);
      return undefined;
    }
  }

  private submit(e: Event): void {
    e.preventDefault();
    const input = this.parse();
    if (!input) return;
    this.tell(this.host.room.input(input.value) ? "Sent." : "Not sent: take a seat first.");
  }

  /** Says what became of an input. */
  private tell(text: string, bad = false): void {
    this.result.className = bad ? "problem" : "muted";
    setText(this.result, text);
  }

  /** Sends what stands in the box at every tick, or no longer. */
  private follow(): void {
    this.host.room.inputs(this.repeat.checked ? () => this.parse()?.value : null);
  }

  private event(name: string, args: readonly unknown[]): void {
    this.events.prepend(h("li", {}, h("b", {}, name), " ", args.map((a) => JSON.stringify(a)).join(", ")));
    while (this.events.children.length > maxEvents) this.events.lastElementChild?.remove();
  }
}

function shown(value: unknown): string {
  if (typeof value === "number" && !Number.isInteger(value)) return value.toFixed(3);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value) ?? "undefined";
}
