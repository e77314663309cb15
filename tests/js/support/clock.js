// @ts-check

/** Lets promises settle, as many as follow from each other. */
export async function settle() {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

/** Time that moves only when a test says so. */
export class Clock {
  #now = Date.parse("2026-11-17T09:00:00Z");
  #next = 1;
  /** @type {Map<number, { at: number, call: () => void }>} */
  #timers = new Map();

  now = () => this.#now;

  /** @param {() => void} call @param {number} ms */
  setTimeout = (call, ms) => {
    this.#timers.set(this.#next, { at: this.#now + ms, call });
    return this.#next++;
  };

  /** @param {number | undefined} timer */
  clearTimeout = (timer) => {
    this.#timers.delete(timer ?? 0);
  };

  get timers() {
    return this.#timers.size;
  }

  /** Runs what falls due, in order. @param {number} ms */
  async advance(ms) {
    const until = this.#now + ms;
    await settle();
    for (let due = this.#due(until); due; due = this.#due(until)) {
      const [timer, { at, call }] = due;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      call();
      await settle();
    }
    this.#now = until;
  }

  /** Time passes while the machine sleeps: no timer runs. @param {number} ms */
  sleep(ms) {
    this.#now += ms;
  }

  /** @param {number} until */
  #due(until) {
    return [...this.#timers].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  }
}
