// @ts-check
import { percentile, Totals, tenths } from "../recorder/totals.js";

/** @import { Counts } from "../recorder/totals.js" */
/** @import { Trace } from "../recorder/trace.js" */
/** @import { Via } from "../types.d.ts" */

const KEPT = 1000; // measurements of a kind; the oldest go
const CHANGE = /^(POST|PATCH|DELETE) [^?]*\/messages\b/; // of the log: what a socket sends on its own line
const UNHELD = /\/poll\?|[?&]wait=0(&|$)/; // answered at once

/**
 * What one transport has done. Times in milliseconds, null without a measurement; percentiles of delivery: from the commit on the server
 * to the screen, of messages of others; `trip`: of what is answered at once.
 * @typedef {Counts & { messages: number, emptyPercent: number | null, p50: number | null, p95: number | null, p99: number | null, trip: number | null }} Figures
 */

/** Which transport it belongs to; null for what a page asks on all of them alike. @param {Trace} trace @param {Via} current the one in use @returns {Via | null} */
export function viaOf({ socket, asks, what }, current) {
  if (socket) return "websocket";
  return asks ?? (CHANGE.test(what) ? current : null);
}

/** The sums of one transport. */
export class Tally {
  #totals = new Totals();
  #questions = 0;
  #messages = 0;
  #dropped = 0;
  /** @type {number[]} */
  #delivery = [];
  /** @type {number[]} */
  #trips = [];
  /** @type {Map<string, number>} when each echo was asked for */
  #echoes = new Map();

  /** @param {Trace} trace */
  add(trace) {
    this.#totals.add(trace);
    this.#messages += trace.messages;
    if (trace.isDropped) this.#dropped += 1;
    if (trace.asks && trace.status === 200) this.#questions += 1;
    if (trace.asks && trace.status === 200 && UNHELD.test(trace.what)) keep(this.#trips, trace.tookMs);
    if (trace.what === "echo") this.#echo(trace);
  }

  /** A message was on the screen so long after its commit. @param {number} ms */
  deliver(ms) {
    keep(this.#delivery, ms);
  }

  /** @returns {Figures} */
  get figures() {
    const { counts } = this.#totals;
    const share = (/** @type {number} */ percent) => tenths(percentile(this.#delivery, percent));
    return {
      ...counts,
      failed: counts.failed - this.#dropped,
      messages: this.#messages,
      emptyPercent: this.#questions ? Math.round((100 * counts.empty) / this.#questions) : null,
      p50: share(50),
      p95: share(95),
      p99: share(99),
      trip: tenths(percentile(this.#trips, 50)),
    };
  }

  /** @param {Trace} trace */
  #echo({ direction, socket, text, at }) {
    const name = `${socket} ${JSON.parse(text).ref}`;
    const askedAt = this.#echoes.get(name);
    if (direction === "out") this.#echoes.set(name, at);
    else if (askedAt !== undefined) keep(this.#trips, at - askedAt);
    if (direction === "in") this.#echoes.delete(name);
  }
}

/** @param {number[]} values @param {number} value */
function keep(values, value) {
  values.push(value);
  if (values.length > KEPT) values.shift();
}
