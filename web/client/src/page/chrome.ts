import type { Room } from "ninepin";
import { seatColor } from "./colors";
import { h, icon, mark, sentence, setText } from "./dom";
import type { Link } from "./link";
import { NetPanel } from "./netpanel";
import type { Sound } from "./sound";
import type { Area, FeedPart, View } from "./view";

/** How often scores and clock are looked at, ms. */
const refreshEvery = 200;
const feedSize = 3;
const feedTime = 5000;

/** What the bars ask the page to do. */
export interface ChromeActions {
  leave(): void;
  /** The bars have changed their size. */
  resized(): void;
  notice(text: string): void;
  /** Tells users of screen readers. */
  say(text: string): void;
}

/** The bars around a room: its code and link, the players and their scores, spectators, connection, mute and leave. */
export class Chrome {
  readonly root: HTMLElement;
  private readonly clock = h("b", {});
  private readonly note = h("span", { class: "muted" });
  private readonly headline = h("div", { class: "headline", id: "headline" }, this.clock, " ", this.note);
  private readonly watching = h("span", { id: "spectators", class: "stat", title: "Spectators" }, icon("eye"));
  private readonly watchers = h("span", {}, "0");
  private readonly players = h("ul", { class: "players", id: "players", "aria-label": "Players" });
  private readonly feedList = h("ol", { class: "feed", id: "feed", "aria-hidden": "true" });
  private readonly net: NetPanel;
  private readonly mute: HTMLButtonElement;
  private readonly seat: HTMLButtonElement;
  private readonly seatBar: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly names = new Map<number, string>();
  private readonly chips = new Map<string, { root: HTMLElement; score: HTMLElement }>();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly off: () => void;
  private readonly sizes = new ResizeObserver(() => this.measured());
  private wantsSeat = false;
  private drawn = "";

  constructor(
    private readonly room: Room,
    private readonly view: View,
    private readonly sound: Sound,
    link: Link,
    private readonly actions: ChromeActions,
  ) {
    this.net = new NetPanel({ room, view, link, say: (text) => actions.say(text), resized: () => this.measured() });
    this.mute = h("button", { class: "tool", id: "mute", type: "button", click: () => this.toggleMute() });
    this.seat = h("button", { class: "primary", id: "seat", type: "button", click: () => this.seatPressed() });
    this.seatBar = h("div", { class: "seat-bar", hidden: true }, h("span", { class: "muted" }, "Watching"), this.seat);
    this.watching.append(this.watchers);
    this.bar = this.buildBar();
    this.root = h("div", { class: "chrome" }, this.bar, this.net.root, this.feedList);
    for (const part of [this.bar, this.seatBar]) this.sizes.observe(part);
    this.drawMute();
    this.off = room.onUpdate(() => this.update());
    this.timer = setInterval(() => this.refresh(), refreshEvery);
    this.update();
  }

  /** What the bars and the panel leave free. */
  area(): Area {
    const bar = this.bar.getBoundingClientRect();
    const net = this.net.root.getBoundingClientRect(); // of no size while it is closed
    if (getComputedStyle(this.bar).getPropertyValue("--side")) {
      const side = Number.parseFloat(getComputedStyle(this.bar).getPropertyValue("--side"));
      const x = Math.max(side, net.right + 6);
      return { x, y: 6, width: innerWidth - side - x, height: innerHeight - 12 };
    }
    // On narrow windows the seat's button stands at the lower edge, and the panel below the bar.
    const seat = this.seatBar.getBoundingClientRect();
    const bottom = seat.height > 0 && seat.top > bar.bottom ? seat.top - 6 : innerHeight - 6;
    const wide = net.left > innerWidth / 2;
    const top = Math.max(bar.bottom + 2, wide ? 0 : net.bottom + 4);
    return { x: 6, y: top, width: (wide ? net.left : innerWidth) - 12, height: bottom - top };
  }

  /** The bars or the panel have changed their size: the panel hangs below the bars, and the game gets what is left. */
  private measured(): void {
    this.root.classList.toggle("net-open", this.net.open);
    this.root.style.setProperty("--bar", `${this.bar.getBoundingClientRect().bottom}px`);
    this.actions.resized();
  }

  /** The name on a seat, as it is or last was. */
  name(seat: number): string {
    return this.names.get(seat) ?? "Somebody";
  }

  /** Adds a line to the feed. */
  feed(...parts: FeedPart[]): void {
    const line = h("li", {}, ...parts.map((part) => {
      if (typeof part === "string") return part;
      const name = h("b", {}, this.name(part.seat));
      name.style.color = seatColor(part.seat);
      return name;
    }));
    this.feedList.prepend(line);
    while (this.feedList.children.length > feedSize) this.feedList.lastElementChild?.remove();
    setTimeout(() => line.remove(), feedTime);
  }

  destroy(): void {
    this.net.destroy();
    clearInterval(this.timer);
    this.sizes.disconnect();
    this.off();
    this.root.remove();
  }

  private buildBar(): HTMLElement {
    const share = "share" in navigator && matchMedia("(pointer: coarse)").matches;
    const code = h("button", { class: "code", id: "copy-link", type: "button", "aria-label": `Room ${this.room.id}: ${share ? "share" : "copy"} its link`, title: share ? "Share the link" : "Copy the link", click: () => void this.copyLink(share) },
      this.room.private ? icon("lock") : null, h("b", { id: "room-code" }, this.room.id), icon(share ? "share" : "copy"));
    const leave = h("button", { class: "tool", id: "leave", type: "button", "aria-label": "Leave the room", title: "Leave", click: () => this.actions.leave() }, icon("leave"));
    return h("header", { class: "bar" },
      h("div", { class: "bar-left" }, mark(), h("span", { class: "game-title" }, this.room.title), code, this.seatBar),
      this.headline,
      h("div", { class: "bar-right" }, this.watching, this.net.button, this.mute, leave),
      this.players);
  }

  private async copyLink(share: boolean): Promise<void> {
    const url = location.origin + this.room.path;
    try {
      if (share) await navigator.share({ title: `Ninepin: ${this.room.title}`, url });
      else {
        await navigator.clipboard.writeText(url);
        this.actions.notice("Link copied. Send it to whom you want to play with.");
      }
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.actions.notice(url);
    }
  }

  private toggleMute(): void {
    this.sound.unlock();
    this.sound.muted = !this.sound.muted;
    this.drawMute();
  }

  private drawMute(): void {
    const { muted } = this.sound;
    this.mute.replaceChildren(icon(muted ? "mute" : "sound"));
    this.mute.setAttribute("aria-label", "Mute");
    this.mute.setAttribute("aria-pressed", String(muted));
    this.mute.title = muted ? "Sound is off" : "Sound is on";
  }

  /** Members have changed. */
  private update(): void {
    for (const p of this.room.players) this.names.set(p.seat, p.name);
    const look = JSON.stringify([this.room.players, this.room.me.id]);
    if (look !== this.drawn) this.drawPlayers();
    this.drawn = look;
    setText(this.watchers, String(this.room.spectators));
    this.watching.setAttribute("aria-label", `${this.room.spectators} watching`);
    this.drawSeat();
    this.refresh();
  }

  private drawPlayers(): void {
    this.chips.clear();
    const chips = this.room.players.map((p) => {
      const score = h("em", {});
      const me = p.id === this.room.me.id && this.room.me.role === "player";
      const chip = h("li", { class: `chip${me ? " me" : ""}${p.away ? " away" : ""}`, "data-seat": p.seat, "data-player": p.id },
        h("i", { class: "dot" }), h("span", { class: "who" }, p.name), p.bot ? h("small", {}, "bot") : null, p.away ? h("small", {}, "away") : null,
        me ? h("small", { class: "sr" }, "you") : null, score);
      chip.style.setProperty("--seat", seatColor(p.seat));
      this.chips.set(p.id, { root: chip, score });
      return chip;
    });
    this.players.replaceChildren(...chips);
  }

  private refresh(): void {
    const [main, note] = this.view.headline?.() ?? ["", ""];
    setText(this.clock, main);
    setText(this.note, note);
    for (const p of this.room.players) {
      const chip = this.chips.get(p.id);
      if (chip) setText(chip.score, this.view.score?.(p.seat) ?? "");
    }
  }

  private drawSeat(): void {
    const { room } = this;
    const watching = room.me.role === "spectator";
    this.seatBar.hidden = !watching;
    if (!watching) {
      this.wantsSeat = false;
      return;
    }
    const free = room.seatFree;
    this.seat.classList.toggle("lit", free);
    this.seat.setAttribute("aria-pressed", String(this.wantsSeat));
    setText(this.seat, free ? "Take a seat" : this.wantsSeat ? "Waiting for a seat… (cancel)" : "Take the next free seat");
    if (free && this.wantsSeat && room.joined) this.takeSeat();
  }

  private seatPressed(): void {
    this.sound.unlock();
    if (this.room.seatFree) return this.takeSeat();
    this.wantsSeat = !this.wantsSeat;
    this.drawSeat();
  }

  private takeSeat(): void {
    this.wantsSeat = false;
    this.room.play().then(
      () => this.update(),
      (error: Error) => {
        this.wantsSeat = true; // somebody was quicker
        this.actions.notice(sentence(error.message));
        setTimeout(() => this.update(), 1000);
      },
    );
  }
}
