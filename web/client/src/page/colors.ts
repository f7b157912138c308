/**
 * Players' colours by seat: Okabe and Ito's set, moved until people with any of the usual kinds of colour blindness can
 * tell each two of them apart, and bright enough for our floor; a test holds it. Names stand beside the colours
 * everywhere, and a game gives seats a second sign.
 */
export const seatColors: readonly string[] = ["#5dace5", "#f4ae48", "#20daa5", "#f7e350", "#fd6d40", "#db7daf", "#8e80fe", "#f3f6f8"];

export const accent = "#ffc53d";

/** The colour of a seat. */
export function seatColor(seat: number): string {
  return seatColors[((seat % seatColors.length) + seatColors.length) % seatColors.length]!;
}
