// What goes over the wire in a game of skirmish, as game/skirmish/state.go has it; a Go test there compares the two.
// Times are tick numbers; seconds left are (t - tick) / ARENA.tickRate.

/** Phases of a round. */
export const PLAY = 0;
export const PODIUM = 1;

/** Kinds of pick-up. */
export const HEAL = 0;
export const TRIPLE = 1;
export const SHIELD = 2;

/** What a player wants in one step: event "input", one per tick. A player whose inputs stop stands still. */
export interface Input {
  /** Direction of movement, -1 to 1; a vector longer than 1 is shortened to 1. */
  dx: number;
  dy: number;
  /** Aim in radians, 0 to the right, growing clockwise on the screen (y is down): Math.atan2(y, x). */
  a: number;
  /** Fire: held, fires as often as the cooldown lets. */
  f: boolean;
  /** Dash along (dx, dy); without a direction nothing happens, so a client that wants a dash towards the aim sends that. */
  d: boolean;
}

/** The whole match after a tick. */
export interface State {
  /** PLAY or PODIUM. */
  ph: number;
  /** Round of this room, from 1; 0 before the first tick. */
  rd: number;
  /** The phase ends at this tick. */
  end: number;
  /** Kills that win the round. */
  goal: number;
  /** By seat, ascending. */
  ps: Player[];
  sh: Shot[];
  it: Item[];
}

export interface Player {
  /** The seat: names and colours by seat, from room:update. */
  id: number;
  /** Centre, units. */
  x: number;
  y: number;
  /** Direction of the last dash, length 1. */
  ux: number;
  uy: number;
  /** Steps of the dash left; above 0: dashing, shots pass through. */
  da: number;
  /** Steps until the next dash is possible, of ARENA.dashCooldown. */
  co: number;
  /** Units per second during the last tick. */
  vx: number;
  vy: number;
  /** Aim in radians, -π to π. */
  a: number;
  /** Hits left, of ARENA.maxHP; 0 is dead. */
  hp: number;
  /** Hits the picked-up shield still takes, of ARENA.shieldHits. */
  sd: number;
  /** The spawn shield holds until this tick; shooting ends it. */
  sf: number;
  /** Triple shots until this tick. */
  tr: number;
  /** While dead: the next life begins at this tick; those who send no inputs stay out until they do. */
  bk: number;
  /** Kills and deaths in this round. */
  k: number;
  d: number;
  /** Place on the podium, 1 is best, ties share; 0 while playing. */
  pl: number;
}

export interface Shot {
  id: number;
  /** Seat of the owner. */
  o: number;
  x: number;
  y: number;
  /** Units per second. */
  vx: number;
  vy: number;
}

export interface Item {
  /** Index into PADS. */
  id: number;
  /** HEAL, TRIPLE or SHIELD. */
  k: number;
}

/** Event "kill": seats. */
export interface Kill {
  by: number;
  who: number;
}

/** Event "pickup". */
export interface Pickup {
  /** Seat. */
  who: number;
  /** Index into PADS. */
  pad: number;
  /** HEAL, TRIPLE or SHIELD. */
  kind: number;
}

/** Event "phase": a round begins (PLAY) or ends (PODIUM). */
export interface Phase {
  phase: number;
  round: number;
  /** Seats in first place; empty when play begins. */
  winners: number[];
}
