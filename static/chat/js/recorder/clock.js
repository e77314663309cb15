// @ts-check

/**
 * The server's clock against ours. Each answer tells between which two numbers the difference lies, and several answers
 * together tell it better than the quickest alone (Marzullo and Owicki, 1983).
 */
export class ServerClock {
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #tookMs = Number.POSITIVE_INFINITY;

  /** The quickest answer so far; infinite before the first. */
  get tookMs() {
    return this.#tookMs;
  }

  /** How far the server is ahead, in milliseconds. */
  get offsetMs() {
    return Number.isFinite(this.#low) ? (this.#low + this.#high) / 2 : 0;
  }

  /** @param {string} at the server's time between question and answer @param {number} askedAt @param {number} answeredAt */
  note(at, askedAt, answeredAt) {
    const there = timeOf(at);
    const [low, high] = [there - answeredAt, there - askedAt];
    const wasSetAnew = low > this.#high || high < this.#low;
    this.#low = wasSetAnew ? low : Math.max(low, this.#low);
    this.#high = wasSetAnew ? high : Math.min(high, this.#high);
    this.#tookMs = Math.min(this.#tookMs, answeredAt - askedAt);
  }

  /** How long ago that was. @param {number} there the server's time, as `timeOf` reads it @param {number} now ours */
  since(there, now) {
    return Math.max(0, now + this.offsetMs - there);
  }
}

/** With the microseconds, which browsers read over. @param {string} at @returns {number} milliseconds */
export function timeOf(at) {
  const beyond = /\.\d{3}(\d{1,3})/.exec(at)?.[1] ?? "";
  return Date.parse(at) + Number(beyond.padEnd(3, "0")) / 1000;
}
