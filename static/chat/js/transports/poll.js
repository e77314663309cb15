// @ts-check
import { ANSWER_MS, Asking, LIMIT } from "./asking.js";

/** @import { Batch } from "../types.d.ts" */

/** Read, pause, read again. */
export class Polling extends Asking {
  #everyMs;

  /** @param {ConstructorParameters<typeof Asking>[0] & { everyMs: () => number }} tools `everyMs`: the pause after each answer */
  constructor(tools) {
    super(tools);
    this.#everyMs = tools.everyMs;
  }

  /** @override */
  get silenceMs() {
    return this.#everyMs() + ANSWER_MS;
  }

  /** @override @param {string} after @param {AbortSignal} signal @returns {Promise<Batch>} */
  request(after, signal) {
    return this.api.batch("poll", { after, limit: LIMIT }, signal);
  }

  /** @override */
  pauseMs() {
    return this.#everyMs();
  }
}
