// What goes over the wire in a game of skirmish: the types are generated from game/skirmish/state.go.
// Times are tick numbers; seconds left are (t - tick) / ARENA.tickRate.

export type { Events, Input, Item, Kill, Phase, Pickup, Player, Shot, State } from "./types.gen";

/** Phases of a round: PhasePlay and PhasePodium. */
export const PLAY = 0;
export const PODIUM = 1;

/** Kinds of pick-up: ItemHeal, ItemTriple and ItemShield. */
export const HEAL = 0;
export const TRIPLE = 1;
export const SHIELD = 2;
