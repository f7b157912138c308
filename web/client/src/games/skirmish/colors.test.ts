import assert from "node:assert/strict";
import test from "node:test";
import { seatColors } from "../../page/colors";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/**
 * What people see who lack one kind of cone, in linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, severity 1.0.
 */
const eyes: Record<string, Matrix> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
};
/** Boards of the floor: see floor.ts. */
const floor = ["#1e2840", "#1c2538", "#212c46", "#1a2336"];

const times = (m: Matrix, c: Triple): Triple => m.map((row) => row[0] * c[0] + row[1] * c[1] + row[2] * c[2]) as unknown as Triple;

function linear(color: string): Triple {
  return [1, 3, 5].map((at) => {
    const c = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

/** Oklab, a space in which equal distances look equally different: B. Ottosson, 2020. 0.02 is about what can just be told apart. */
function oklab(rgb: Triple): Triple {
  const cones: Matrix = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
  const opponents: Matrix = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
  const clamped = rgb.map((c) => Math.min(1, Math.max(0, c))) as unknown as Triple;
  return times(opponents, times(cones, clamped).map(Math.cbrt) as unknown as Triple);
}

const distance = (a: Triple, b: Triple) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Relative luminance contrast as of WCAG 2. */
function contrast(a: string, b: string): number {
  const light = (c: string) => 0.05 + times([[0.2126, 0.7152, 0.0722], [0, 0, 0], [0, 0, 0]], linear(c))[0];
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

for (const [name, matrix] of Object.entries(eyes)) {
  test(`each two seats' colours differ for eyes with ${name} vision`, () => {
    const seen = seatColors.map((c) => oklab(times(matrix, linear(c))));
    for (let i = 0; i < seen.length; i++) {
      for (let j = 0; j < i; j++) {
        const d = distance(seen[i]!, seen[j]!);
        assert.ok(d >= 0.085, `${seatColors[i]} and ${seatColors[j]}: ${d.toFixed(3)}`);
      }
    }
  });
}

test("each seat's colour stands out from the floor", () => {
  for (const color of seatColors) for (const board of floor) assert.ok(contrast(color, board) >= 4, `${color} on ${board}: ${contrast(color, board)}`);
});
