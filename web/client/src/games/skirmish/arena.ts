// Code generated from game/skirmish by `go generate ./game/skirmish`; DO NOT EDIT.

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths in units, speeds in units per second, durations in ticks (…Ticks) or in a player's own input steps (dash…, fireCooldown). */
export const ARENA = {
  tickRate: 20,
  maxPlayers: 8,
  width: 1600,
  height: 900,
  playerRadius: 22,
  runSpeed: 330,
  dashSpeed: 1150,
  dashSteps: 3,
  dashCooldown: 24,
  shotRadius: 5,
  shotSpeed: 820,
  shotTicks: 24,
  fireCooldown: 6,
  fanAngle: 0.16,
  maxHP: 3,
  respawnTicks: 30,
  safeTicks: 30,
  itemRadius: 16,
  tripleTicks: 120,
  shieldHits: 2,
  killsToWin: 15,
  roundTicks: 3600,
  podiumTicks: 160,
} as const;

export const WALLS: readonly Rect[] = [
  { x: 165, y: 180, w: 90, h: 90 },
  { x: 1345, y: 180, w: 90, h: 90 },
  { x: 165, y: 630, w: 90, h: 90 },
  { x: 1345, y: 630, w: 90, h: 90 },
  { x: 430, y: 110, w: 36, h: 170 },
  { x: 1134, y: 110, w: 36, h: 170 },
  { x: 430, y: 620, w: 36, h: 170 },
  { x: 1134, y: 620, w: 36, h: 170 },
  { x: 600, y: 290, w: 130, h: 30 },
  { x: 870, y: 290, w: 130, h: 30 },
  { x: 600, y: 580, w: 130, h: 30 },
  { x: 870, y: 580, w: 130, h: 30 },
  { x: 600, y: 320, w: 30, h: 60 },
  { x: 970, y: 320, w: 30, h: 60 },
  { x: 600, y: 520, w: 30, h: 60 },
  { x: 970, y: 520, w: 30, h: 60 },
  { x: 690, y: 110, w: 220, h: 40 },
  { x: 690, y: 750, w: 220, h: 40 },
  { x: 270, y: 350, w: 36, h: 200 },
  { x: 1294, y: 350, w: 36, h: 200 },
];

export const SPAWNS: readonly Point[] = [
  { x: 80, y: 80 },
  { x: 1520, y: 820 },
  { x: 1520, y: 80 },
  { x: 80, y: 820 },
  { x: 800, y: 50 },
  { x: 800, y: 850 },
  { x: 100, y: 450 },
  { x: 1500, y: 450 },
];

/** Where pick-ups appear, by Item.id. */
export const PADS: readonly Point[] = [
  { x: 800, y: 450 },
  { x: 570, y: 180 },
  { x: 1030, y: 720 },
  { x: 1030, y: 180 },
  { x: 570, y: 720 },
  { x: 430, y: 450 },
  { x: 1170, y: 450 },
];
