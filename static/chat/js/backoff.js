// @ts-check

/**
 * How long to wait before try number `attempt` (from 0): exponential with full jitter, so that pages
 * which lost the server together do not come back together; and never longer than the trouble has lasted
 * already, since tries that fail at once say little about how long it will.
 * @param {number} attempt @param {number} random from 0 to 1
 * @param {{ minMs: number, maxMs: number }} bounds of the jitter's upper end @param {number} [sinceMs]
 * @returns {number} milliseconds
 */
export function backoffMs(attempt, random, { minMs, maxMs }, sinceMs = maxMs) {
  return Math.round(random * Math.min(maxMs, minMs * 2 ** attempt, Math.max(minMs, sinceMs)));
}
