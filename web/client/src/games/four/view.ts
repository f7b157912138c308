import type { Room } from "ninepin";
import { seatColor } from "../../page/colors";
import { h, setText } from "../../page/dom";
import type { Area, Host, View } from "../../page/view";
import { COLS, type Events, type Input, ROWS, type State } from "./types";

/** The board of four in a row: seven columns, each a button. */
export function fourView(host: Host): View {
  return new FourView(host);
}

class FourView implements View {
  private readonly room: Room<State, Input, Events>;
  private readonly columns: HTMLButtonElement[] = [];
  private readonly cells: HTMLElement[] = [];
  private readonly status = h("p", { class: "status", id: "status" });
  private readonly again = h("button", { class: "primary", id: "rematch", type: "button", click: () => this.rematch() }, "Rematch");
  private readonly sides = [this.side(0), this.side(1)];
  private readonly board: HTMLElement;
  private readonly root: HTMLElement;
  private drawn: number[] = [];
  private phase = "";
  private readonly offs: (() => void)[];

  constructor(private readonly host: Host) {
    this.room = host.room as unknown as Room<State, Input, Events>;
    for (let col = 0; col < COLS; col++) this.columns.push(this.column(col));
    this.board = h("div", { class: "board", role: "group", "aria-label": "Board" }, ...this.columns);
    this.root = h("section", { class: "four" }, 
      h("div", { class: "versus", "aria-hidden": "true" }, ...this.sides), this.status, this.board, this.again);
    host.layer.append(this.root);
    this.offs = [
      this.room.onState((state) => this.update(state)),
      this.room.onUpdate(() => this.room.state && this.update(this.room.state)),
      this.room.on("invalid", ({ message }) => {
        host.say(message);
        this.flash(message);
      }),
    ];
    this.key = this.key.bind(this);
    addEventListener("keydown", this.key);
  }

  layout(area: Area, backdrop: boolean): void {
    this.root.classList.toggle("dim", backdrop);
    this.root.inert = backdrop;
    Object.assign(this.root.style, { left: `${area.x}px`, top: `${area.y}px`, width: `${area.width}px`, height: `${area.height}px` });
    const cell = Math.floor(Math.min((area.width - 32) / COLS, (area.height - (innerHeight <= 500 && area.width > area.height ? 40 : 150)) / ROWS, 92));
    this.root.style.setProperty("--cell", `${Math.max(28, cell)}px`);
  }

  score(seat: number): string {
    return String(this.room.state?.score[seat] ?? 0);
  }

  destroy(): void {
    for (const off of this.offs) off();
    removeEventListener("keydown", this.key);
    this.root.remove();
  }

  /** A player as large as a phone upright has room for. */
  private side(seat: number): HTMLElement {
    const side = h("div", { class: "side" }, h("i", { class: `coin seat${seat}` }), h("span", {}), h("b", {}));
    side.style.setProperty("--seat", seatColor(seat));
    return side;
  }

  private column(col: number): HTMLButtonElement {
    const cells: HTMLElement[] = [];
    for (let row = 0; row < ROWS; row++) cells.push((this.cells[row * COLS + col] = h("span", { class: "cell" })));
    return h("button", { class: "column", type: "button", "data-col": col, click: () => this.drop(col) }, ...cells);
  }

  /** Digits drop into their column. */
  private key(e: KeyboardEvent): void {
    const col = Number(e.key) - 1;
    if (e.ctrlKey || e.metaKey || e.altKey || (e.target as HTMLElement).closest("input, textarea")) return;
    if (col >= 0 && col < COLS) this.drop(col);
  }

  private drop(col: number): void {
    if (!this.room.input({ col })) this.flash("You are watching: take a seat to play.");
  }

  private rematch(): void {
    this.room.input({ rematch: true });
  }

  private update(state: State): void {
    const mine = this.room.me.seat;
    const myTurn = state.phase === "playing" && state.turn === mine;
    this.root.style.setProperty("--turn", seatColor(state.turn));
    this.root.style.setProperty("--me", seatColor(Math.max(0, mine)));
    this.board.classList.toggle("mine", myTurn);
    this.drawDiscs(state);
    this.columns.forEach((column, col) => {
      const full = state.board[col] !== 0;
      column.disabled = !myTurn || full;
      column.setAttribute("aria-label", `Column ${col + 1}: ${this.describe(state, col)}`);
    });
    setText(this.status, this.sentence(state, mine));
    this.sides.forEach((side, seat) => {
      side.classList.toggle("turn", (state.phase === "playing" && state.turn === seat) || (state.phase === "won" && state.winner === seat));
      setText(side.querySelector("span")!, this.room.players.find((p) => p.seat === seat)?.name ?? "–");
      setText(side.querySelector("b")!, this.score(seat));
    });
    const over = state.phase === "won" || state.phase === "draw";
    this.again.hidden = !over || mine < 0;
    this.again.disabled = state.rematch[mine] === true;
    const other = state.rematch[1 - mine] === true;
    setText(this.again, this.again.disabled ? "Waiting for the other…" : other ? "They want a rematch: play" : "Rematch");
    this.turned(state, mine);
  }

  private drawDiscs(state: State): void {
    const line = new Set(state.phase === "won" ? state.line : []);
    state.board.forEach((owner, i) => {
      const cell = this.cells[i];
      if (!cell) return;
      if (this.drawn[i] !== owner) {
        cell.replaceChildren();
        if (owner > 0) cell.append(this.disc(owner - 1, Math.floor(i / COLS), this.drawn.length > 0));
      }
      cell.classList.toggle("last", i === state.last);
      cell.classList.toggle("line", line.has(i));
    });
    this.drawn = [...state.board];
  }

  private disc(seat: number, row: number, falls: boolean): HTMLElement {
    const disc = h("i", { class: `disc seat${seat}${falls ? " falls" : ""}` });
    disc.style.setProperty("--seat", seatColor(seat));
    disc.style.setProperty("--row", String(row + 1));
    if (falls) this.host.sound.hiss("lowpass", 900, 200, 0.12, 0.4, 0.12 + row * 0.05);
    return disc;
  }

  private sentence(state: State, mine: number): string {
    const name = (seat: number) => this.host.name(seat);
    switch (state.phase) {
      case "waiting":
        return mine < 0 ? "Waiting for players…" : "Waiting for someone to play with: send them the link.";
      case "playing":
        return state.turn === mine ? "Your turn" : `${name(state.turn)} is thinking…`;
      case "won":
        return state.winner === mine ? "You win!" : `${name(state.winner)} wins`;
      default:
        return "A draw";
    }
  }

  /** Tells what cannot be seen by everyone, once for each turn. */
  private turned(state: State, mine: number): void {
    const phase = `${state.phase}${state.turn}${state.last}`;
    if (this.phase === phase) return;
    const first = this.phase === "";
    this.phase = phase;
    if (first) return;
    this.host.say(this.sentence(state, mine));
    if (state.phase === "won") this.host.sound.melody(state.winner === mine || mine < 0 ? [523, 659, 784, 1047] : [440, 370, 330], 0.12, 0.22);
    else if (state.phase === "playing" && state.turn === mine) this.host.sound.tone("triangle", 660, 660, 0.12, 0.15, 0.3);
  }

  private describe(state: State, col: number): string {
    let count = 0;
    let top = 0;
    for (let row = 0; row < ROWS; row++) {
      const owner = state.board[row * COLS + col] ?? 0;
      if (owner > 0) {
        count++;
        top ||= owner;
      }
    }
    return count === 0 ? "empty" : `${count} of ${ROWS}, on top ${this.host.name(top - 1)}`;
  }

  private flash(message: string): void {
    setText(this.status, message);
    this.status.classList.remove("shake");
    void this.status.offsetWidth; // restarts the animation
    this.status.classList.add("shake");
  }
}
