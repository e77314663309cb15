// @ts-check

/** @import { Figures } from "./measure.js" */

/** "3.5 ms", "1.2 s", and a dash for what was not measured. @param {number | null | undefined} ms */
export function time(ms) {
  if (ms === null || ms === undefined) return "–";
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Figures as words, by the names that templates use. @param {Figures & { lastMs?: number | null }} figures @returns {Record<string, string>} */
export function words({ lastMs, p50, p95, p99, ...others }) {
  const plain = Object.entries(others).map(([name, value]) => [name, value === null ? "–" : String(value)]);
  return { ...Object.fromEntries(plain), p50: time(p50), p95: time(p95), p99: time(p99), last: time(lastMs) };
}
