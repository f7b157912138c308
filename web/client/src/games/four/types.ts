// What goes over the wire in a game of four in a row: the types are generated from game/four/four.go.

export type { Events, Input, Invalid, State } from "./types.gen";

export const COLS = 7;
export const ROWS = 6;
