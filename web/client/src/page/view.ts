import type { GameInfo, Room } from "ninepin";
import type { Sound } from "./sound";

/** A piece of a line in the feed: text, or a player by seat. */
export type FeedPart = string | { seat: number };

/** What the page lends to a game's view. */
export interface Host {
  readonly room: Room;
  /** Fills the window, behind everything. */
  readonly stage: HTMLElement;
  /** Lies over the stage, under the page's own bars: for boards and panels made of elements. */
  readonly layer: HTMLElement;
  readonly sound: Sound;
  /** Adds a line to the feed in the corner. */
  feed(...parts: FeedPart[]): void;
  /** Tells users of screen readers. */
  say(text: string): void;
  /** The name of the player on a seat, as it is or last was. */
  name(seat: number): string;
  /** What the server says of this kind of game. */
  kind(): Promise<GameInfo | undefined>;
}

/** The part of the window, in CSS pixels, that the page's bars leave free. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A game in the window. It draws by itself until destroy. */
export interface View {
  /** backdrop: behind the home page, larger than the window, without controls. */
  layout(area: Area, backdrop: boolean): void;
  /** What stands behind a player's name. */
  score?(seat: number): string;
  /** The middle of the top bar: a clock or the like, and a note that narrow windows leave out. */
  headline?(): [main: string, note: string];
  /** Shows or hides, over the picture, where the server's newest state has everything. */
  ghost?(on: boolean): void;
  /** The server refused an input of ours: what is wrong with it. */
  refused?(message: string): void;
  destroy(): void;
}

/** Makes the view of a room. */
export type ViewFactory = (host: Host) => View;
