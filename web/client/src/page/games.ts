import { fourView } from "../games/four/view";
import { skirmishView } from "../games/skirmish/view";
import { inspector } from "./inspector";
import type { ViewFactory } from "./view";

/** A kind of game as the page presents it. */
export interface GameCard {
  name: string;
  title: string;
  /** One line that makes people want to play. */
  line: string;
}

/** The game behind the home page and under its Play button. */
export const homeGame = "skirmish";

const cards: (GameCard & { view: ViewFactory })[] = [
  { name: "skirmish", title: "Skirmish", line: "Eight balls, one arena. Roll, aim, knock them down. First to fifteen.", view: skirmishView },
  { name: "four", title: "Four in a row", line: "Two players, forty-two fields. Four in a row wins.", view: fourView },
];

/** The games that this page has a view for. */
export const knownGames: readonly GameCard[] = cards;

/** How the page presents a game, known or not. */
export function gameCard(name: string): GameCard {
  return cards.find((c) => c.name === name) ?? { name, title: name, line: "A game without a view of its own: watch its state, send it inputs." };
}

/** The view of a kind; those without one of their own get the inspector. */
export function viewOf(name: string): ViewFactory {
  return cards.find((c) => c.name === name)?.view ?? inspector;
}
