// @ts-check

/** @import { Message } from "./types.d.ts" */

const SHARE = 0.3; // of a new measurement in the figure shown

/**
 * Measures how long other people's messages take from being stored to being here. The server's clock is set against ours
 * by our own sends: they are stored between question and answer.
 */
export class Delivery {
  #skewMs = 0;
  #tookMs = Number.POSITIVE_INFINITY;
  /** @type {number | null} */
  ms = null;

  /** @param {Message} message @param {number} askedAt @param {number} answeredAt */
  sent(message, askedAt, answeredAt) {
    const tookMs = answeredAt - askedAt;
    if (tookMs > this.#tookMs) return;
    this.#tookMs = tookMs;
    this.#skewMs = Date.parse(message.created_at) - (askedAt + answeredAt) / 2;
  }

  /** @param {Message} message @param {number} at */
  received(message, at) {
    if (message.version !== message.seq || this.#tookMs === Number.POSITIVE_INFINITY) return;
    const ms = Math.max(0, at + this.#skewMs - Date.parse(message.created_at));
    this.ms = Math.round(this.ms === null ? ms : this.ms * (1 - SHARE) + ms * SHARE);
  }
}
