/** Listeners by event, in place of @socket.io/component-emitter. */
export class Emitter {
  _listeners = new Map();

  on(event, listener) {
    this._listeners.set(event, [...this.listeners(event), listener]);
    return this;
  }

  once(event, listener) {
    const once = (...args) => {
      this.off(event, once);
      listener.apply(this, args);
    };
    once._of = listener;
    return this.on(event, once);
  }

  /** Forgets a listener, all of an event, or all. */
  off(event, listener) {
    if (!event) this._listeners.clear();
    else this._listeners.set(event, listener ? this.listeners(event).filter((l) => l !== listener && l._of !== listener) : []);
    return this;
  }

  /** Calls those who listen now. */
  emit(event, ...args) {
    for (const listener of this.listeners(event)) listener.apply(this, args);
    return this;
  }

  listeners(event) {
    return this._listeners.get(event) ?? [];
  }
}

const { prototype } = Emitter;
prototype.emitReserved = prototype.emit; // which subclasses do not replace
prototype.removeListener = prototype.removeAllListeners = prototype.off;
