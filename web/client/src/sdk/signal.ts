/** Ends a subscription; calling it again does nothing. */
export type Off = () => void;

/** One kind of notification and those who listen to it, called in the order in which they came. */
export class Signal<Args extends unknown[]> {
  private listeners: ((...args: Args) => void)[] = [];

  /** Adds a listener. */
  add(listener: (...args: Args) => void): Off {
    const once = (...args: Args) => listener(...args); // the same function may listen twice
    this.listeners = [...this.listeners, once];
    return () => {
      this.listeners = this.listeners.filter((l) => l !== once);
    };
  }

  /** Calls all who listen now; those who come or go meanwhile count from the next time on. */
  fire(...args: Args): void {
    for (const listener of this.listeners) listener(...args);
  }
}
