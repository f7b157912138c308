/** Seats that this tab holds, by room: they outlive a reload, not the tab. */

interface Held {
  token: string | undefined;
  key: string | undefined;
}

const prefix = "ninepin:";

/** Keeps what it takes to come back to a room. */
export function remember(room: string, held: Held): void {
  store()?.setItem(prefix + room, JSON.stringify(held));
}

/** What was kept for a room. */
export function recall(room: string): Held | undefined {
  const text = store()?.getItem(prefix + room);
  if (!text) return undefined;
  try {
    return JSON.parse(text) as Held;
  } catch {
    return undefined;
  }
}

/** Forgets a room. */
export function forget(room: string): void {
  store()?.removeItem(prefix + room);
}

function store(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // the user forbids storage
  }
}
