import type { GameInfo } from "ninepin";
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

const titles = new Map<string, string>();

/** Takes over what the server calls its games. */
export function learnTitles(games: readonly GameInfo[]): void {
  for (const { name, title } of games) titles.set(name, title);
}

/** How the page presents a game, known or not. */
export function gameCard(name: string): GameCard {
  const known = cards.find((c) => c.name === name);
  return known ?? { name, title: titles.get(name) || name, line: "A game without a view of its own yet: watch its state, send it inputs." };
}

/** The view of a kind; those without one of their own get the inspector. */
export function viewOf(name: string): ViewFactory {
  return cards.find((c) => c.name === name)?.view ?? inspector;
}
