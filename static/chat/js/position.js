// @ts-check
import { distance, parseCursor } from "./wire.js";

/** @import { Batch, Message } from "./types.d.ts" */

/** The place of this page in the log, shared by all transports: what is news, and what it has already. */
export class Position {
  #cursor;
  /** Versions that came ahead of the log, as the answer to a send. */
  #early = new Set();

  /** @param {string} cursor */
  constructor(cursor) {
    this.#cursor = cursor;
  }

  get cursor() {
    return this.#cursor;
  }

  /**
   * Moves with a batch, never backwards within an epoch.
   * @param {Batch} batch @param {string} after the cursor that the batch answers
   * @returns {{ messages: Message[], reset: boolean } | null} what is new; null when the batch belongs to a line that must start again
   */
  take(batch, after) {
    if (batch.reset) return this.#reset(batch, after);
    const ahead = distance(batch.cursor, this.#cursor);
    if (Number.isNaN(ahead)) return null;
    const messages = batch.messages.filter((message) => this.#isNews(message));
    if (ahead > 0) this.#moveTo(batch.cursor);
    return { messages, reset: false };
  }

  /** Takes an answer to a send, which does not move the cursor. @param {Message} message @returns {boolean} whether it is news */
  takeEarly(message) {
    if (!this.#isNews(message)) return false;
    this.#early.add(message.version);
    return true;
  }

  /** @param {Batch} batch @param {string} after @returns {{ messages: Message[], reset: boolean }} */
  #reset(batch, after) {
    if (this.#isOldReset(batch, after)) return { messages: [], reset: false };
    this.#early.clear();
    this.#cursor = batch.cursor;
    return { messages: batch.messages, reset: true };
  }

  /** Two lines may be told the same: the second reset must not undo what has come since the first. @param {Batch} batch @param {string} after */
  #isOldReset(batch, after) {
    const resetSince = !(distance(after, this.#cursor) <= 0);
    return resetSince && distance(batch.cursor, this.#cursor) <= 0;
  }

  /** @param {Message} message */
  #isNews({ version }) {
    return version > this.#number && !this.#early.has(version);
  }

  /** @param {string} cursor */
  #moveTo(cursor) {
    this.#cursor = cursor;
    for (const version of this.#early) if (version <= this.#number) this.#early.delete(version);
  }

  get #number() {
    return parseCursor(this.#cursor)?.number ?? 0;
  }
}
