// @ts-check

/** The server's clock against ours: the quickest of several answers tells most. */
export class ServerClock {
  #tookMs = Number.POSITIVE_INFINITY;
  /** How far the server is ahead, in milliseconds. */
  offsetMs = 0;

  /** The quickest answer so far; infinite before the first. */
  get tookMs() {
    return this.#tookMs;
  }

  /** @param {string} at the server's time between question and answer @param {number} askedAt @param {number} answeredAt */
  note(at, askedAt, answeredAt) {
    const tookMs = answeredAt - askedAt;
    if (tookMs > this.#tookMs) return;
    this.#tookMs = tookMs;
    this.offsetMs = Date.parse(at) - (askedAt + answeredAt) / 2;
  }

  /** How long ago that was. @param {string} at the server's time @param {number} now ours */
  since(at, now) {
    return Math.max(0, now + this.offsetMs - Date.parse(at));
  }
}
