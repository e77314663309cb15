// @ts-check
import { Asking, LIMIT } from "./asking.js";
import { takePlace } from "./holds.js";

/** @import { Batch } from "../types.d.ts" */

const MARGIN_MS = 10_000; // for the way, on top of the hold
const TOO_SOON_MS = 500; // an empty answer before this was not held
const CALM_MS = 1000;
const LATE_MS = 3000; // an answer so long after the end of its hold was kept back on the way

/** Read, else let the server hold the question until there is something. Where too many tabs hold already, this one polls. */
export class LongPolling extends Asking {
  #holdS;
  #page;
  #locks;
  #pollMs;
  #caughtUp = false;
  #mayHold = false;

  /** @param {ConstructorParameters<typeof Asking>[0] & { holdS: number, page: string, timings: { poll_interval_ms: number } }} tools `page`: a random id, the same for all questions of this page */
  constructor(tools) {
    super(tools);
    this.#locks = tools.env.locks;
    this.#pollMs = tools.timings.poll_interval_ms;
    this.#holdS = tools.holdS;
    this.#page = tools.page;
  }

  /** @override */
  get silenceMs() {
    return this.#holdS * 1000 + MARGIN_MS;
  }

  /** The first question is not held: its answer says at once that the line works. @override @param {string} after @param {AbortSignal} signal @returns {Promise<Batch>} */
  async request(after, signal) {
    if (this.#caughtUp) this.#mayHold ||= !this.#locks || (await takePlace(this.#locks, signal));
    const wait = this.#mayHold ? this.#holdS : 0;
    return this.api.batch("longpoll", { after, limit: LIMIT, wait, page: this.#page }, signal);
  }

  /** Never spins, even if something on the way does not hold. @override @param {Batch} batch @param {number} tookMs */
  pauseMs(batch, tookMs) {
    const isFirst = !this.#caughtUp;
    this.#caughtUp = true;
    if (!isFirst && this.#mayHold && tookMs > this.#holdS * 1100 + LATE_MS) this.line?.onLate(tookMs);
    if (!isFirst && !this.#mayHold) return this.#pollMs;
    return !isFirst && !batch.messages.length && !batch.room && tookMs < TOO_SOON_MS ? CALM_MS : 0;
  }
}
