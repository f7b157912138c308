import type { Client, GameInfo, RoomEntry } from "ninepin";
import { h, icon, mark, sentence, setText } from "./dom";
import { gameCard, homeGame } from "./games";
import { prefs } from "./prefs";

/** What the home page asks for. Each resolves when the page has moved on; a rejection is shown. */
export interface HomeActions {
  play(): Promise<void>;
  watch(): Promise<void>;
  join(id: string, key: string | undefined, watch: boolean): Promise<void>;
  create(game: string, isPrivate: boolean): Promise<void>;
}

/** What the home page is about: a game, or one room that a link led to. */
export interface HomeTarget {
  game: string;
  room?: string;
  /** Whether the address names the game. */
  named?: boolean;
  /** Words above the button, when a link led nowhere. */
  notice?: string;
}

/** The page over the live match: name and Play, the rooms, create and join. */
export class Home {
  readonly root: HTMLElement;
  private readonly name = h("input", { id: "name", name: "name", maxlength: 24, autocomplete: "nickname", placeholder: "Guest", spellcheck: "false", value: prefs.name });
  private readonly playButton = h("button", { class: "primary play", id: "play", type: "submit" });
  private readonly problem = h("p", { class: "problem", id: "problem", role: "alert" });
  private readonly live = h("p", { class: "live", id: "live" });
  private readonly list = h("ul", { class: "rooms", id: "rooms" });
  private readonly count = h("span", { class: "muted" });
  private readonly code = h("input", { id: "join-code", maxlength: 200, placeholder: "Code or link", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", "aria-label": "Room code or link" });
  private readonly game = h("select", { id: "create-game", "aria-label": "Game" });
  private readonly isPrivate = h("input", { type: "checkbox", id: "create-private" });
  private readonly off: () => void;
  private busy = false;

  constructor(
    private readonly client: Client,
    private readonly target: HomeTarget,
    private readonly actions: HomeActions,
  ) {
    this.root = h("div", { class: "home" }, this.hero(), this.lobby());
    if (target.notice) setText(this.problem, sentence(target.notice));
    this.drawPlay();
    this.offerGames([target.game]);
    this.off = client.subscribe((rooms) => this.drawRooms(rooms));
  }

  /** Takes over which games there are to play, and their names for people. */
  offers(games: readonly GameInfo[]): void {
    this.game.replaceChildren();
    this.offerGames(games.length > 0 ? games.map((g) => g.name) : [this.target.game]);
    this.game.value = this.target.game;
    this.drawPlay();
  }

  /** Says what plays behind. */
  behind(text: string): void {
    setText(this.live, text);
  }

  destroy(): void {
    this.off();
    this.root.remove();
  }

  /** The name as it will be sent. */
  private get typedName(): string {
    return this.name.value.trim();
  }

  private hero(): HTMLElement {
    const { target } = this;
    const card = gameCard(target.game);
    const form = h("form", { class: "play-form", submit: (e) => { e.preventDefault(); void this.run(() => this.actions.play()); } },
      h("label", { for: "name" }, "Your name"), this.name, this.playButton);
    const invited = target.room !== undefined;
    return h("section", { class: "hero" },
      h("h1", { class: "brand" }, mark(), "Ninepin"),
      h("p", { class: "tag" }, invited ? `You are invited to ${card.title}, room ${target.room}.` : card.line),
      form,
      invited ? h("button", { class: "quiet", id: "watch", type: "button", click: () => void this.run(() => this.actions.watch()) }, icon("eye"), "Just watch") : null,
      this.problem, this.live);
  }

  private lobby(): HTMLElement {
    const create = h("form", { class: "row", submit: (e) => { e.preventDefault(); void this.run(() => this.actions.create(this.game.value, this.isPrivate.checked)); } },
      this.game, h("label", { class: "check" }, this.isPrivate, "private"), h("button", { id: "create", type: "submit" }, "Create"));
    const join = h("form", { class: "row", submit: (e) => { e.preventDefault(); this.joinCode(); } },
      this.code, h("button", { id: "join", type: "submit" }, "Join"));
    return h("section", { class: "card lobby", "aria-label": "Rooms" },
      h("h2", {}, "Live rooms ", this.count), this.list, h("h2", {}, "Your own room"), create, join);
  }

  /** Adds games to the choice: those that the server offers, and any other that is being played. */
  private offerGames(names: readonly string[]): void {
    const have = new Set([...this.game.options].map((o) => o.value));
    for (const name of new Set(names)) {
      if (!have.has(name)) this.game.append(h("option", { value: name }, gameCard(name).title));
    }
  }

  private drawRooms(rooms: readonly RoomEntry[]): void {
    this.offerGames(rooms.map((r) => r.game));
    setText(this.count, rooms.length === 0 ? "" : String(rooms.length));
    const sorted = [...rooms].sort((a, b) => b.humans - a.humans || b.players - a.players || a.id.localeCompare(b.id));
    if (rooms.length === 0) {
      this.list.replaceChildren(h("li", { class: "empty" }, "No rooms yet. Press Play and there is one."));
      return;
    }
    const focused = (document.activeElement as HTMLElement | null)?.dataset["key"];
    this.list.replaceChildren(...sorted.map((room) => this.roomRow(room)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus(); // the list is new, the focus stays
  }

  private roomRow(room: RoomEntry): HTMLElement {
    const people = `${room.players}/${room.max}`;
    const enter = (watch: boolean) => () => void this.run(() => this.actions.join(room.id, undefined, watch));
    return h("li", { "data-room": room.id },
      h("div", { class: "room-name" }, h("b", {}, room.title || room.game), h("code", {}, room.id)),
      h("div", { class: "room-count", title: `${room.humans} people, ${room.players - room.humans} bots` }, `${people} playing`,
        room.spectators > 0 ? h("span", { class: "muted" }, ` · ${room.spectators} watching`) : null),
      h("button", { "data-key": `j${room.id}`, type: "button", disabled: room.free === 0, "aria-label": `Join ${room.id}`, click: enter(false) }, room.free === 0 ? "Full" : "Join"),
      h("button", { class: "quiet", "data-key": `w${room.id}`, type: "button", "aria-label": `Watch ${room.id}`, title: "Watch", click: enter(true) }, icon("eye")));
  }

  private joinCode(): void {
    const wanted = parseCode(this.code.value);
    if (!wanted) {
      setText(this.problem, "A room code has five letters and digits, like 7KPQ2.");
      this.code.focus();
      return;
    }
    void this.run(() => this.actions.join(wanted.room, wanted.key, false));
  }

  private async run(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    prefs.name = this.typedName;
    this.client.name = this.typedName || undefined;
    this.busy = true;
    this.drawPlay();
    setText(this.problem, "");
    try {
      await action();
    } catch (error) {
      setText(this.problem, sentence((error as Error).message));
    } finally {
      this.busy = false;
      this.drawPlay();
    }
  }

  private drawPlay(): void {
    this.playButton.setAttribute("aria-busy", String(this.busy));
    const { game, room } = this.target;
    const play = game === homeGame || room ? "Play" : `Play ${gameCard(game).title}`;
    setText(this.playButton, this.busy ? "Joining…" : play);
  }
}

/** Whether this could be a room's code. */
export function isCode(text: string): boolean {
  return /^[2-9A-HJ-NP-Z]{5}$/i.test(text);
}

/** Reads a code, or a link with its key. */
export function parseCode(text: string): { room: string; key?: string } | undefined {
  const found = /(?:^|\/)([2-9A-HJ-NP-Z]{5})(?:#([\w-]+))?\s*$/i.exec(text.trim());
  if (!found?.[1]) return undefined;
  return found[2] ? { room: found[1].toUpperCase(), key: found[2] } : { room: found[1].toUpperCase() };
}
