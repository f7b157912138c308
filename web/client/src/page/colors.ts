/**
 * Players' colours by seat: Okabe and Ito's set, which people with the usual kinds of colour blindness can tell apart,
 * lightened where it would be too dark on our floor. Names stand beside the colours everywhere.
 */
const seats = ["#56b4e9", "#f2a33c", "#2fc79a", "#f4e85a", "#ff7043", "#e58bc4", "#8c93ff", "#f3f5f8"];

export const accent = "#ffc53d";

/** The colour of a seat. */
export function seatColor(seat: number): string {
  return seats[((seat % seats.length) + seats.length) % seats.length]!;
}
