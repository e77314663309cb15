// @ts-check
import { time } from "../ui/figures.js";

/** @import { Figures } from "./measure.js" */

/** Figures as words, by the names that templates use. @param {Figures & { lastMs?: number | null }} figures @returns {Record<string, string>} */
export function words({ lastMs, p50, p95, p99, ...others }) {
  const plain = Object.entries(others).map(([name, value]) => [name, value === null ? "–" : String(value)]);
  return { ...Object.fromEntries(plain), p50: time(p50), p95: time(p95), p99: time(p99), last: time(lastMs) };
}
