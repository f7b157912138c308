// What goes over the wire in a game of four in a row, as game/four/four.go has it; a Go test there compares the two.

export const COLS = 7;
export const ROWS = 6;

/** What a player does: event "input". One of the two. */
export interface Input {
  /** Column to drop a disc into, 0 (left) to COLS - 1. */
  col?: number;
  /** Wants another game, when this one is over. */
  rematch?: boolean;
}

export interface State {
  /** ROWS * COLS fields, row by row from the top, left to right: 0 empty, else 1 + the seat that owns the disc. */
  board: number[];
  /** Seat whose turn it is, 0 or 1. */
  turn: number;
  /** Seat that started this game. */
  first: number;
  /** "waiting" for a second player, "playing", "won" or "draw". */
  phase: string;
  /** Seat that won, when phase is "won"; else -1. */
  winner: number;
  /** The winning discs as indexes into board, four or more. */
  line: number[];
  /** Index of the disc dropped last, or -1. */
  last: number;
  /** Games won, by seat. */
  score: number[];
  /** Who is seated, by seat. */
  seated: boolean[];
  /** Who wants another game, by seat. */
  rematch: boolean[];
}

/** Event "invalid", only to the sender of a move that the rules forbid. */
export interface Invalid {
  /** "no_game", "not_your_turn", "no_such_column", "column_full" or "not_over". */
  code: string;
  /** For people. */
  message: string;
}
