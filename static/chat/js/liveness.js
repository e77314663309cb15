// @ts-check

/** Judges silence by the time of what was heard, never by counting timers: browsers slow those of hidden pages down. */
export class Liveness {
  #now;
  #silenceMs;

  /** @param {() => number} now @param {number} silenceMs the longest silence of a healthy line */
  constructor(now, silenceMs) {
    this.#now = now;
    this.heardAt = now();
    this.#silenceMs = silenceMs;
  }

  /** @param {number} [silenceMs] */
  heard(silenceMs = this.#silenceMs) {
    this.heardAt = this.#now();
    this.#silenceMs = silenceMs;
  }

  /** Milliseconds until the line counts as dead. */
  get remainingMs() {
    return this.heardAt + this.#silenceMs - this.#now();
  }

  get isStale() {
    return this.remainingMs <= 0;
  }
}
