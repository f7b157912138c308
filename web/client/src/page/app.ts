import { type Client, type Left, NinepinError, type Room } from "ninepin";
import { Chrome } from "./chrome";
import { h, sentence, setText } from "./dom";
import { homeGame, learnTitles, viewOf } from "./games";
import { Home, type HomeTarget, isCode } from "./home";
import type { Link } from "./link";
import { Sound } from "./sound";
import type { Host, View } from "./view";

const stage = document.getElementById("stage")!;
const ui = document.getElementById("ui")!;
const live = document.getElementById("say")!;

/** Ends in the words of people: what, and what about it. */
const endings: Record<Left["code"], [title: string, detail: string]> = {
  moved: ["You went on elsewhere", "Your seat is taken by another tab or window of yours."],
  ended: ["This room was closed", "Nobody was left to keep it open."],
  over: ["The match is over", "Thanks for playing."],
  crashed: ["The match broke down", "It was not your fault. What happened was written down, and every other room goes on."],
  stopping: ["The server is restarting", "It will be back in a moment."],
  lost: ["The room is gone", "It ended while you were away."],
};

/** The page: what is shown, and the way from one thing to the next. */
export class App {
  private readonly sound = new Sound();
  private readonly layer = h("div", { class: "layer" });
  private readonly banner = h("div", { class: "banner", id: "banner", role: "status", hidden: true });
  private readonly toast = h("div", { class: "toast", id: "toast", role: "status", hidden: true });
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private view: View | undefined;
  private chrome: Chrome | undefined;
  private home: Home | undefined;
  private shown: Room | undefined; // the room that view belongs to
  private first = homeGame; // the game behind the home page
  private stopping = false; // the server has said that it is going to
  private returned: (() => void) | undefined; // the ending card waits for the server to come back
  private turn = 0; // grows with every change of screen: late answers to earlier ones are void

  constructor(private readonly client: Client, private readonly link: Link) {}

  /** Shows what the address asks for, and what is wrong with it. */
  start(problem: string): void {
    ui.append(this.layer, this.banner, this.toast);
    addEventListener("popstate", () => void this.route());
    addEventListener("resize", () => this.layout());
    addEventListener("pointerdown", () => document.body.dataset["screen"] === "room" && this.sound.unlock());
    // A button pressed with the mouse must not keep Space and Enter for itself.
    addEventListener("click", (e) => e.detail > 0 && (document.activeElement as HTMLElement | null)?.matches("button") && (document.activeElement as HTMLElement).blur());
    this.client.onStatus((status) => this.connection(status));
    this.client.onStopping(() => (this.stopping = true)); // said by the ending card or the banner, whichever there will be
    this.client.onError((error) => (error.code === "bad_input" ? this.view?.refused?.(error.message) : this.notice(sentence(error.message))));
    if (problem) this.notice(problem);
    void this.route();
  }

  private async route(): Promise<void> {
    const [, game, id] = location.pathname.split("/");
    const key = location.hash.slice(1) || undefined;
    if (id && this.client.room?.id === id.toUpperCase() && this.chrome) return;
    if (!id) return this.showHome({ game: game || this.first, named: game !== "" });
    if (!isCode(id)) {
      history.replaceState(null, "", address("/" + game));
      return this.showHome({ game: game!, notice: `There is no room ${readable(id)}: a code has five letters and digits, like 7KPQ2. Ask for the link again, or press Play` });
    }
    if (!this.client.holdsSeat(id)) return this.showInvitation(game!, id.toUpperCase(), key);
    const turn = ++this.turn;
    try {
      const room = await this.client.join(id, key ? { key } : {});
      if (turn === this.turn) this.showRoom(room);
    } catch {
      if (turn === this.turn) await this.showInvitation(game!, id.toUpperCase(), key);
    }
  }

  /** The home page, with a live match behind it. */
  private async showHome(target: HomeTarget): Promise<void> {
    const turn = this.openHome(target);
    void this.compare(target, turn);
    try {
      const room = await this.client.quick(this.first, { as: "spectator" });
      if (turn !== this.turn) return;
      this.mount(room);
      this.sayLive(room);
    } catch (error) {
      if (turn !== this.turn) return;
      this.unmount();
      if (error instanceof NinepinError && error.code === "unknown_game") return; // compare() has another
      const wait = error instanceof NinepinError ? (error.retry ?? 0) : 0;
      if (wait > 0) setTimeout(() => turn === this.turn && !this.client.room && void this.showHome(target), wait * 1000);
    }
  }

  /** Compares what the home page shows with what the server has: its first game may be another, and an address wrong. */
  private async compare(target: HomeTarget, turn: number): Promise<void> {
    const games = await this.client.games().catch(() => []);
    learnTitles(games);
    if (turn !== this.turn || !games[0]) return;
    const has = (name: string) => games.some((g) => g.name === name);
    const asked = target.game;
    const first = has(this.first) ? this.first : games[0].name;
    if (has(asked) && first === this.first) return this.home?.offers(games);
    const notice = has(asked) || !target.named ? target.notice : `There is no game ${readable(asked)} on this server`;
    this.first = first;
    if (!has(asked)) history.replaceState(null, "", address("/"));
    await this.showHome({ game: has(asked) ? asked : first, ...(notice ? { notice } : {}) });
  }

  /** A link led here: the room plays behind, its Play button takes a seat in it. */
  private async showInvitation(game: string, id: string, key: string | undefined): Promise<void> {
    const turn = this.openHome({ game, room: id });
    void this.client.games().then((games) => {
      learnTitles(games);
      if (turn === this.turn) this.home?.offers(games);
    }, () => undefined);
    try {
      const room = await this.client.watch(id, key ? { key } : {});
      if (turn !== this.turn) return;
      this.mount(room);
      this.sayLive(room);
    } catch (error) {
      if (turn !== this.turn) return;
      const gone = error instanceof NinepinError && error.code === "unknown_room";
      history.replaceState(null, "", address("/" + game));
      await this.showHome({ game, notice: gone ? `Room ${id} has ended. Press Play for another one.` : (error as Error).message });
    }
  }

  private openHome(target: HomeTarget): number {
    this.turn++;
    this.closeScreens();
    document.body.dataset["screen"] = "home";
    document.title = "Ninepin";
    this.home = new Home(this.client, target, {
      play: () => this.attempt(target, () => this.play(target)),
      watch: async () => this.client.room && this.showRoom(this.client.room),
      join: (id, key, watch) => {
        const options = key ? { key } : {};
        return this.attempt(target, async () => this.showRoom(await (watch ? this.client.watch(id, options) : this.joinOrWatch(id, options))));
      },
      create: (game, isPrivate) => this.attempt(target, async () => this.showRoom(await this.client.create(game, { private: isPrivate }))),
    });
    ui.append(this.home.root);
    return this.turn;
  }

  /** What fails after the match behind was left leads back to the home page, with a match again. */
  private async attempt(target: HomeTarget, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (this.client.room) throw error;
      await this.showHome({ game: target.game, notice: (error as Error).message });
    }
  }

  /** One click: the seat is taken in the very match that plays behind, if it is of that game and has one. */
  private async play(target: HomeTarget): Promise<void> {
    this.sound.unlock();
    const { room } = this.client;
    if (room && room.game === target.game) {
      try {
        return this.showRoom(await room.play());
      } catch (error) {
        if (!(error instanceof NinepinError) || error.code !== "room_full") throw error;
        if (target.room) {
          this.showRoom(room);
          return this.notice("All seats are taken: you are watching for now.");
        }
      }
    }
    this.showRoom(await this.client.quick(target.game));
  }

  private async joinOrWatch(id: string, options: { key?: string }): Promise<Room> {
    try {
      return await this.client.join(id, options);
    } catch (error) {
      if (!(error instanceof NinepinError) || error.code !== "room_full") throw error;
      const room = await this.client.watch(id, options);
      this.notice("All seats are taken: you are watching for now.");
      return room;
    }
  }

  private showRoom(room: Room): void {
    this.turn++;
    this.closeScreens();
    if (navigator.userActivation?.hasBeenActive) this.sound.unlock(); // not on a page that was just loaded anew
    document.body.dataset["screen"] = "room";
    document.title = `${room.title} ${room.id} · Ninepin`;
    if (location.pathname + location.hash !== room.path) history.pushState(null, "", address(room.path));
    this.mount(room);
    this.chrome = new Chrome(room, this.view!, this.sound, this.link, {
      leave: () => void this.leave(room),
      notice: (text) => this.notice(text),
      say: (text) => setText(live, text),
      resized: () => this.layout(),
    });
    ui.append(this.chrome.root);
    this.layout();
  }

  private async leave(room: Room): Promise<void> {
    history.pushState(null, "", address("/"));
    const left = room.leave().catch(() => undefined);
    this.unmount();
    await Promise.all([left, this.showHome({ game: this.first })]);
  }

  /** Puts a room's view on the stage; it stays when only the screen around it changes. */
  private mount(room: Room): void {
    if (this.shown !== room) {
      this.unmount();
      this.shown = room;
      const host: Host = {
        room,
        stage,
        layer: this.layer,
        sound: this.sound,
        feed: (...parts) => this.chrome?.feed(...parts),
        say: (text) => document.body.dataset["screen"] === "room" && setText(live, text),
        name: (seat) => this.nameOf(room, seat),
        kind: async () => (await this.client.games()).find((g) => g.name === room.game),
      };
      this.view = viewOf(room.game)(host);
      room.onLeft((left) => this.removed(room, left));
      room.onUpdate(() => this.home && this.shown === room && this.sayLive(room));
    }
    this.layout();
  }

  /** Asked for with every picture: it leaves no garbage. */
  private nameOf(room: Room, seat: number): string {
    if (this.chrome) return this.chrome.name(seat);
    for (const p of room.players) if (p.seat === seat) return p.name;
    return "";
  }

  private unmount(): void {
    this.view?.destroy();
    this.view = undefined;
    this.shown = undefined;
    this.layer.replaceChildren();
  }

  private closeScreens(): void {
    this.chrome?.destroy();
    this.chrome = undefined;
    this.home?.destroy();
    this.home = undefined;
    ui.querySelector(".ending")?.remove();
    this.returned = undefined;
  }

  private layout(): void {
    // On wide windows the words of the home page stand on the left: the match behind moves a little to the right.
    const x = innerWidth > 820 && innerWidth > innerHeight ? innerWidth * 0.1 : 0;
    const area = this.chrome?.area() ?? { x, y: 0, width: innerWidth - x, height: innerHeight };
    this.banner.style.top = `calc(${this.chrome ? area.y + 8 : 8}px + var(--safe-top))`;
    this.view?.layout(area, !this.chrome);
  }

  private sayLive(room: Room): void {
    const people = room.players.filter((p) => !p.bot).length;
    const bots = room.players.length - people;
    const who = [people > 0 ? `${people} playing` : "", bots > 0 ? `${bots} bot${bots > 1 ? "s" : ""}` : ""].filter(Boolean).join(" and ");
    this.home?.behind(`Live: room ${room.id}${who ? `, ${who}` : ""}`);
  }

  private removed(room: Room, left: Left): void {
    if (this.shown !== room) return;
    if (this.home) {
      this.unmount();
      const turn = this.turn;
      setTimeout(() => turn === this.turn && void this.route(), 1500);
      return;
    }
    const again = left.code === "moved" ? "Play here instead" : "Play again";
    const rejoin = () => (left.code === "moved" ? this.joinOrWatch(room.id, room.key ? { key: room.key } : {}) : this.client.quick(room.game));
    const [title, detail] = endings[left.code] ?? ["You are out of the room", left.message];
    this.ending(title, detail, again, async () => this.showRoom(await rejoin()), left.code === "stopping");
  }

  /** The room is over for us: why, and the way onward, which may have to wait until the server is back. */
  private ending(title: string, detail: string, again: string, go: () => Promise<void>, wait = false): void {
    this.turn++;
    this.closeScreens();
    document.body.dataset["screen"] = "ended";
    const problem = h("p", { class: "problem", role: "alert" });
    const press = () => void go().catch((error: Error) => setText(problem, sentence(error.message)));
    const button = h("button", { class: "primary", id: "again", type: "button", disabled: wait, click: press }, wait ? "Waiting for the server…" : again);
    const home = () => {
      history.pushState(null, "", address("/"));
      this.unmount();
      void this.showHome({ game: this.first });
    };
    const words = h("p", { class: "muted", role: "status" }, detail);
    const card = h("section", { class: "card ending", id: "ending", role: "alertdialog", "aria-label": title },
      h("h2", {}, title), words,
      h("div", { class: "row" }, button, h("button", { id: "home", type: "button", click: home }, "Home")), problem);
    ui.append(card);
    button.focus();
    if (!wait) return;
    this.banner.hidden = true; // the card says it
    this.returned = () => {
      setText(words, "It is back.");
      setText(button, again);
      button.disabled = false;
      button.focus();
    };
  }

  private connection(status: string): void {
    if (status === "connected") {
      this.stopping = false;
      this.returned?.();
      this.returned = undefined;
    }
    if (status === "closed" && this.chrome) {
      this.banner.hidden = true;
      return this.ending("The server closed the connection", "Perhaps too much came from here at once.", "Connect again", async () => {
        this.client.reconnect();
        await this.route();
      });
    }
    this.banner.hidden = status === "connected" || this.returned !== undefined;
    this.banner.classList.toggle("soft", status === "connecting");
    const lost = this.stopping ? "The server is restarting. Coming back…" : "Connection lost. Coming back…";
    setText(this.banner, status === "connecting" ? "Connecting…" : lost);
  }

  private notice(text: string): void {
    clearTimeout(this.toastTimer);
    this.toast.hidden = false;
    setText(this.toast, text);
    this.toastTimer = setTimeout(() => (this.toast.hidden = true), 4000);
  }
}

/** A path of this page, with the settings that the present address has: ?sim= is for as long as the page is open. */
function address(path: string): string {
  const [before, hash] = path.split("#");
  return before + location.search + (hash ? `#${hash}` : "");
}

/** A part of the address as people typed it. */
function readable(part: string): string {
  try {
    return decodeURIComponent(part).slice(0, 32);
  } catch {
    return part.slice(0, 32);
  }
}
