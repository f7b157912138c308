import type { Room } from "ninepin";
import { h, icon, setText } from "./dom";
import type { Link } from "./link";
import { formatConditions } from "./sim";
import { Spark } from "./spark";
import { type Health, type Level, type Reading, readings, verdict } from "./verdict";
import type { View } from "./view";
import { Worsen } from "./worsen";

/** How often the figures are looked at, ms. */
const every = 500;

/** What the panel needs of the page. */
export interface NetHost {
  readonly room: Room;
  readonly view: View;
  readonly link: Link;
  /** Tells users of screen readers. */
  say(text: string): void;
  /** The panel has opened, closed or changed its size. */
  resized(): void;
}

/**
 * The connection: a button with bars and the round trip, and behind it, or behind the key N, a panel that tells how the
 * game reaches this screen, why it stutters, and that can worsen this page's own link.
 */
export class NetPanel {
  readonly button: HTMLButtonElement;
  readonly root: HTMLElement;
  private readonly bars = h("span", { class: "signal", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  private readonly ping = h("span", { id: "ping" });
  private readonly words = h("p", { class: "verdict", id: "net-verdict" });
  private readonly worsened = h("p", { class: "worsened", hidden: true });
  private readonly cells: readonly { reading: Reading; value: HTMLElement; spark: Spark }[];
  private readonly worsen: Worsen;
  private readonly abort = new AbortController();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly sizes = new ResizeObserver(() => this.host.resized());
  private before: Element | null = null; // had the focus when the panel opened
  private level: Level | undefined;
  private tick = -1;
  private tickAt = 0; // when it changed
  private frames = 0; // drawn since countedAt
  private countedAt = 0;
  private pictures: number | undefined;
  private loop = 0;

  constructor(private readonly host: NetHost) {
    const click = (e: Event): void => this.toggle((e as MouseEvent).detail === 0);
    this.button = h("button", { class: "tool net", id: "net", type: "button", "aria-expanded": "false", "aria-controls": "net-panel", click },
      this.bars, this.ping);
    const fitting = readings.filter((r) => !r.timed || host.room.tickRate > 0);
    this.cells = fitting.map((reading) => ({ reading, value: h("dd"), spark: new Spark(reading.scale) }));
    this.worsen = new Worsen(host.link, () => this.refresh());
    this.root = this.build();
    const { signal } = this.abort;
    addEventListener("keydown", (e) => this.key(e), { signal });
    this.root.addEventListener("pointerup", () => this.letGo(), { signal });
    this.sizes.observe(this.root);
    this.timer = setInterval(() => this.sample(), every);
    this.sample();
  }

  /** Whether the panel is shown. */
  get open(): boolean {
    return !this.root.hidden;
  }

  destroy(): void {
    this.count(false);
    this.host.view.ghost?.(false);
    clearInterval(this.timer);
    this.sizes.disconnect();
    this.abort.abort();
    this.root.remove();
  }

  private build(): HTMLElement {
    const help = "What the figures mean";
    const why = h("button", { class: "quiet", type: "button", id: "net-why", "aria-expanded": "false", "aria-label": help, title: help, click: () => this.explain(why) }, "?");
    const close = h("button", { class: "quiet", type: "button", id: "net-close", "aria-label": "Close", title: "Close (Escape)", click: () => this.close() },
      icon("close"));
    const figures = this.cells.map(({ reading: { label, why }, value, spark }) =>
      h("div", { class: "reading", title: why, "data-reading": label }, h("dt", {}, label), value, spark.canvas, h("dd", { class: "why" }, why)));
    const { view } = this.host;
    const ghost = h("input", { type: "checkbox", id: "net-ghost", change: () => view.ghost?.(ghost.checked) });
    const fold = h("button", { class: "quiet fold", type: "button", id: "net-worsen", "aria-expanded": "false", "aria-controls": "worsen",
      click: () => this.fold(fold) }, "Worsen my link");
    return h("section", { class: "net-panel card", id: "net-panel", role: "region", "aria-label": "Connection", tabindex: -1, hidden: true },
      h("header", {}, this.words, why, close), this.worsened, h("dl", { class: "readings" }, ...figures),
      h("div", { class: "row" },
        view.ghost ? h("label", { class: "check", title: "Where the server's newest state has everything, over the picture" }, ghost, "Show server's truth") : null,
        fold), this.worsen.root);
  }

  private toggle(byKeys: boolean): void {
    if (this.open) this.close();
    else this.show(byKeys);
  }

  private show(byKeys: boolean): void {
    this.before = document.activeElement;
    this.root.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.count(true);
    this.refresh();
    // Keys go on to the game from here, and Tab leads into the panel. A mouse leaves the focus where it is.
    if (byKeys) this.root.focus({ preventScroll: true });
    this.host.resized();
  }

  private close(): void {
    if (!this.open) return;
    const inside = this.root.contains(document.activeElement);
    this.root.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.count(false);
    if (inside && this.before instanceof HTMLElement && this.before.isConnected) this.before.focus({ preventScroll: true });
    this.host.resized();
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat) return;
    const at = e.target as HTMLElement;
    if (at.closest("textarea, select, dialog, input:not([type=range], [type=checkbox])")) return;
    if (e.key === "n" || e.key === "N") this.toggle(true);
    else if (e.key === "Escape" && this.open) this.close();
    else return;
    e.preventDefault();
  }

  /** A slider that the mouse has moved must not keep the arrow keys for itself. */
  private letGo(): void {
    requestAnimationFrame(() => {
      const at = document.activeElement;
      if (at instanceof HTMLInputElement && this.root.contains(at)) this.root.focus({ preventScroll: true });
    });
  }

  private explain(button: HTMLElement): void {
    const on = this.root.classList.toggle("explained");
    button.setAttribute("aria-expanded", String(on));
  }

  private fold(button: HTMLElement): void {
    this.worsen.root.hidden = !this.worsen.root.hidden;
    button.setAttribute("aria-expanded", String(!this.worsen.root.hidden));
    if (!this.worsen.root.hidden) this.worsen.root.scrollIntoView({ block: "nearest" });
  }

  /** Counts the pictures that this device draws, while somebody looks at the figure. */
  private count(on: boolean): void {
    cancelAnimationFrame(this.loop);
    this.pictures = undefined;
    this.frames = 0;
    this.countedAt = performance.now();
    if (!on) return;
    const frame = (): void => {
      this.frames++;
      this.loop = requestAnimationFrame(frame);
    };
    this.loop = requestAnimationFrame(frame);
  }

  private health(): Health {
    const { room } = this.host;
    const now = performance.now();
    if (room.tick !== this.tick || !room.running || room.tickRate === 0) {
      this.tick = room.tick;
      this.tickAt = now;
    }
    return { ...room.stats(), connected: room.joined, tickRate: room.tickRate, silent: now - this.tickAt, pictures: this.pictures };
  }

  private sample(): void {
    const now = performance.now();
    if (this.open && now - this.countedAt > 1000) {
      this.pictures = document.hidden ? undefined : (this.frames * 1000) / (now - this.countedAt);
      this.frames = 0;
      this.countedAt = now;
    }
    const health = this.health();
    for (const { reading, spark } of this.cells) spark.add(reading.value(health));
    this.refresh(health);
  }

  private refresh(health = this.health()): void {
    const [level, text] = verdict(health);
    const { worse } = this.host.link;
    const rtt = health.rtt === undefined ? "– ms" : `${Math.round(health.rtt)} ms`;
    this.button.dataset["level"] = String(level);
    this.button.classList.toggle("worse", worse);
    this.button.title = `${text}${worse ? " It is made worse on purpose." : ""} Press N for more.`;
    this.button.setAttribute("aria-label", `Connection, ${rtt}: ${text}`);
    setText(this.ping, rtt);
    if (!this.open) return;
    if (level !== this.level && this.level !== undefined) this.host.say(text);
    this.level = level;
    this.words.dataset["level"] = String(level);
    setText(this.words, text.replace(/(\d) (?=s |ms |%)/, "$1\u00a0")); // a figure stays with its unit
    this.worsened.hidden = !worse;
    setText(this.worsened, `Made worse on purpose: ${formatConditions(this.host.link.conditions).replaceAll(",", ", ")}.`);
    for (const { reading, value, spark } of this.cells) {
      setText(value, reading.text(health));
      spark.draw();
    }
  }
}
