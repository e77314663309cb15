// @ts-check
import { percentile, tenths } from "../recorder/totals.js";

/** @import { Counts } from "../recorder/totals.js" */
/** @import { Via } from "../types.d.ts" */
/** @import { Lane } from "./lane.js" */

/**
 * What one lane has done since a moment. Latencies from the commit of a message to its being here, in milliseconds.
 * @typedef {Counts & { via: Via, messages: number, p50: number | null, p95: number | null, p99: number | null, emptyPercent: number, upEach: number | null, downEach: number | null, missing: number, doubled: number }} Figures
 */

/** @typedef {{ counts: Counts, arrivals: number, keys: Set<string> }} Mark a moment of a lane; `keys`: of the messages that count from here on */

/** @param {Lane} lane @returns {Mark} */
export const mark = (lane) => ({
  counts: lane.recorder.totals.snapshot(),
  arrivals: lane.arrivals.length,
  keys: new Set(),
});

/** @param {Lane} lane @param {Mark} since @returns {Figures} */
export function figures(lane, { counts: before, arrivals: first, keys }) {
  const counts = lane.recorder.totals.after(before);
  const took = lane.arrivals.slice(first).map(({ ms }) => ms);
  const share = (/** @type {number} */ percent) => tenths(percentile(took, percent));
  return {
    via: lane.via,
    messages: took.length,
    p50: share(50),
    p95: share(95),
    p99: share(99),
    ...counts,
    emptyPercent: counts.requests ? Math.round((100 * counts.empty) / counts.requests) : 0,
    upEach: each(counts.up, took.length),
    downEach: each(counts.down, took.length),
    missing: keys.size - lane.count(keys),
    doubled: lane.doubled,
  };
}

/** @param {number} bytes @param {number} messages */
const each = (bytes, messages) => (messages ? Math.round(bytes / messages) : null);
