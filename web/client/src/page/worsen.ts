import { h, setText } from "./dom";
import type { Link } from "./link";
import { type Conditions, formatConditions, perfect, presets } from "./sim";

/** A slider: what it sets, and in which unit it shows it. */
const sliders = [
  { setting: "rtt", label: "Extra round trip", unit: "ms", scale: 1, most: 500, step: 10 },
  { setting: "jitter", label: "Jitter each way", unit: "ms", scale: 1, most: 200, step: 5 },
  { setting: "stall", label: "Stalls", unit: "%", scale: 100, most: 20, step: 0.5 },
  { setting: "loss", label: "Packets lost", unit: "%", scale: 100, most: 10, step: 0.5 },
] as const;

const named: readonly [string, Readonly<Conditions>][] = [
  ["None", perfect], ["Wi-Fi", presets["wifi"]!], ["Phone", presets["phone"]!], ["Bad", presets["bad"]!],
];

/** Sliders that worsen this page's own link. */
export class Worsen {
  readonly root: HTMLElement;
  private readonly inputs = sliders.map((s) =>
    h("input", { type: "range", id: `sim-${s.setting}`, min: 0, max: s.most, step: s.step, input: () => this.changed() }));
  private readonly outputs = sliders.map((s) => h("output", { for: `sim-${s.setting}` }));
  private readonly buttons = named.map(([name, conditions]) =>
    h("button", { type: "button", "data-sim": name, click: () => this.set(conditions) }, name));
  private readonly share = h("a", { id: "sim-link" }, "Link with these settings");

  constructor(private readonly link: Link, private readonly onChange: () => void) {
    const rows = sliders.map((s, i) => h("div", { class: "slider" }, h("label", { for: `sim-${s.setting}` }, s.label), this.inputs[i]!, this.outputs[i]!));
    this.root = h("div", { class: "worsen", id: "worsen", hidden: true },
      h("p", { class: "muted" }, "For this page only, until it is loaded anew."),
      h("div", { class: "row", role: "group", "aria-label": "Ready-made links" }, ...this.buttons), ...rows, this.share);
    this.show();
  }

  private changed(): void {
    const c: Conditions = { ...this.link.conditions };
    sliders.forEach((s, i) => (c[s.setting] = Number(this.inputs[i]!.value) / s.scale));
    this.set(c);
  }

  private set(c: Readonly<Conditions>): void {
    this.link.conditions = c;
    this.show();
    this.onChange();
  }

  private show(): void {
    const c = this.link.conditions;
    sliders.forEach((s, i) => {
      const value = Math.round(c[s.setting] * s.scale * 10) / 10;
      const input = this.inputs[i]!;
      input.max = String(Math.max(s.most, value));
      if (Number(input.value) !== value) input.value = String(value);
      setText(this.outputs[i]!, `${value} ${s.unit}`);
      input.setAttribute("aria-valuetext", `${value} ${s.unit === "%" ? "percent" : "milliseconds"}`);
    });
    const spec = formatConditions(c);
    named.forEach(([, preset], i) => this.buttons[i]!.setAttribute("aria-pressed", String(formatConditions(preset) === spec)));
    this.share.hidden = spec === "";
    this.share.href = `?sim=${spec.replaceAll("%", "%25")}${location.hash}`;
  }
}
