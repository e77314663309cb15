// @ts-check
import { setText } from "./dom.js";

/** @param {ParentNode} root @param {string} selector @returns {NodeListOf<HTMLElement>} */
export const all = (root, selector) => root.querySelectorAll(selector);

/** Writes figures into the places that a template keeps for them. @param {ParentNode} root @param {Record<string, string | number>} figures */
export function fill(root, figures) {
  for (const slot of all(root, "[data-figure]")) setText(slot, String(figures[slot.dataset.figure ?? ""] ?? "–"));
}

/** Shows the one of several words that is meant. @param {ParentNode} root @param {string} name of the data attribute, such as `word` @param {string} value */
export function choose(root, name, value) {
  for (const words of all(root, `[data-${name}]`)) words.hidden = words.dataset[name] !== value;
}

/** "3.5 ms", "12 ms", "1.2 s", and a dash for what was not measured. @param {number | null | undefined} ms */
export function time(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 9.95) return `${Math.round(10 * ms) / 10} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
