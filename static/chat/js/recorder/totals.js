// @ts-check

/** @import { Trace } from "./trace.js" */

/**
 * @typedef {object} Counts
 * @property {number} requests handshakes of sockets included
 * @property {number} empty answers without a message, among those that could have had some
 * @property {number} pushed answers and frames with news that the server gave when it had them
 * @property {number} up bytes
 * @property {number} down bytes
 * @property {number} failed requests without an answer, or with a refusal
 */

/** @type {Counts} */
const NOTHING = { requests: 0, empty: 0, pushed: 0, up: 0, down: 0, failed: 0 };
const HELD_MS = 100; // an answer that took longer was held back until there was news

/** Sums of what a recorder has noted. */
export class Totals {
  /** @type {Counts} */
  counts = { ...NOTHING };

  /** @param {Trace} trace */
  add(trace) {
    const { counts } = this;
    counts.up += trace.up;
    counts.down += trace.down;
    if (trace.kind === "hand-over") return;
    if (trace.kind === "frame") counts.pushed += Number(trace.messages > 0 && trace.direction === "in");
    else this.#addRequest(trace);
  }

  /** @param {Counts} since @returns {Counts} what has been added since then */
  after(since) {
    return sum(this.counts, since, -1);
  }

  snapshot() {
    return { ...this.counts };
  }

  /** @param {Trace} trace */
  #addRequest({ status, messages, tookMs, asks }) {
    const { counts } = this;
    counts.requests += 1;
    if (status === 0 || status >= 400) counts.failed += 1;
    if (!asks || status !== 200) return;
    if (messages === 0) counts.empty += 1;
    else if (asks === "longpoll" && tookMs > HELD_MS) counts.pushed += 1;
  }
}

/** @param {Counts} a @param {Counts} b @param {1 | -1} sign @returns {Counts} */
function sum(a, b, sign) {
  const names = /** @type {(keyof Counts)[]} */ (Object.keys(NOTHING));
  return /** @type {Counts} */ (Object.fromEntries(names.map((name) => [name, a[name] + sign * b[name]])));
}

/** The smallest value that `share` per cent do not exceed (nearest rank). @param {number[]} values @param {number} share @returns {number | null} null without values */
export function percentile(values, share) {
  if (!values.length) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? null;
}

/** As exactly as browsers' clocks go. @param {number | null} ms */
export const tenths = (ms) => (ms === null ? null : Math.round(10 * ms) / 10);
