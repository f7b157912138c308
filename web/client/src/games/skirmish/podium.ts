import { seatColor } from "../../page/colors";
import { h } from "../../page/dom";
import type { Host } from "../../page/view";
import { ARENA } from "./arena";
import { PODIUM, type State } from "./types";

/** The ranking after a round, with the way to the next one. */
export class Podium {
  private panel: HTMLElement | undefined;
  private count: HTMLElement | undefined;
  private round = -1;

  constructor(private readonly host: Host) {}

  /** Shows or hides itself as the state wants. */
  update(state: State, tick: number): void {
    if (state.ph !== PODIUM) return this.remove();
    if (this.round !== state.rd) {
      this.remove();
      this.round = state.rd;
      this.build(state);
    }
    const left = Math.max(0, Math.ceil((state.end - tick) / ARENA.tickRate));
    if (this.count) this.count.textContent = `Next round in ${left}`;
  }

  /** Takes it away. */
  remove(): void {
    this.panel?.remove();
    this.panel = undefined;
    this.round = -1;
  }

  private build(state: State): void {
    const { host } = this;
    const ranked = [...state.ps].sort((a, b) => a.pl - b.pl);
    const mine = host.room.me.seat;
    const winners = ranked.filter((p) => p.pl === 1).map((p) => host.name(p.id));
    const scored = ranked.some((p) => p.k > 0);
    const title = !scored ? "Nobody scored" : winners.length > 1 ? `${winners.join(" and ")} share it` : `${winners[0] ?? "Nobody"} wins`;
    const blocks = [1, 0, 2].map((i) => {
      const p = ranked[i];
      if (!p) return null;
      const block = h("div", { class: `step place${p.pl}` }, h("b", {}, String(p.pl)), h("span", {}, host.name(p.id)), h("em", {}, `${p.k} KO`));
      block.style.setProperty("--seat", seatColor(p.id));
      return block;
    });
    const rows = ranked.slice(3).map((p) => {
      const row = h("li", { class: p.id === mine ? "me" : "" }, h("b", {}, `${p.pl}.`), h("span", {}, host.name(p.id)), h("em", {}, `${p.k} KO`));
      row.style.setProperty("--seat", seatColor(p.id));
      return row;
    });
    this.count = h("p", { class: "count" });
    this.panel = h("section", { class: "card podium", id: "results", "aria-label": "Results" },
      h("h2", {}, title), h("div", { class: "steps" }, ...blocks), h("ol", {}, ...rows), this.count);
    host.layer.append(this.panel);
    host.say(title);
    host.sound.melody(scored && winners.includes(host.name(mine)) ? [523, 659, 784, 1047] : [523, 494, 440, 523], 0.13, 0.25);
  }
}
