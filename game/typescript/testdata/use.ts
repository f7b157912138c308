// Uses each sort of type as a client would; the compiler is the test.
import type { Events as Happenings, Hand, Input, Move, State, Tile, World } from "./table.gen";

/** As in the SDK. */
type EventMap = Record<string, unknown[]>;
declare function on<Events extends EventMap, E extends keyof Events & string>(event: E, listener: (...args: Events[E]) => void): void;

declare const state: State;
export const world: World = state;
export const tile: Tile | undefined = state.tiles["a"];
export const key: string = state.shots[0]!.Key;
export const seat: Tile | null = state.seats[0]!;
export const owner: number = state.owner?.X ?? 0;
export const bytes: [Uint8Array, Uint8Array] = [state.mask, state.Hash];
export const text: string = state.big + state.bigs[1];
export const wind: number = state.Wind.X + state.Scores[7]![0]!;
export const odd: boolean = state["a-b"];
export const inputs: Input[] = [
  { tile: { ID: 1, X: 0, Y: 0, Key: 5 }, Path: [] },
  { tile: { ID: 1, X: 0, Y: 0, Key: 5 }, to: null, hold: true, Path: [] },
];
export const move: Move = inputs[0]!;
export const cards: number[] = ({} as Hand).Cards;
on<Happenings, "over">("over", () => {});
on<Happenings, "new score">("new score", (who, ...points) => who.length + points[0]!);
on<Happenings, "hit">("hit", (hit) => hit.Key + 1);
on<Happenings, "Boom">("Boom", ({ At }) => At.X);
