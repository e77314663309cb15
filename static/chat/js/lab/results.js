// @ts-check
import { announce, byId, part, setText } from "../ui/dom.js";
import { choose, fill } from "../ui/figures.js";
import { words } from "./words.js";

/** @import { Part } from "./scenario.js" */

/** What is compared: the part in which people talk. @param {Part[]} parts */
export const talked = (parts) => parts.find(({ name }) => name === "talk")?.lanes ?? [];

/** Fills the table that everybody draws by hand, and the one of the parts. @param {Part[]} parts @param {number} heldMs for which limits held messages back */
export function showResults(parts, heldMs) {
  for (const lane of talked(parts)) fill(byId(`answer-${lane.via}`), words(lane));
  byId("parts").replaceChildren(...parts.flatMap(rowsOf));
  setText(byId("held"), (heldMs / 1000).toFixed(0));
  byId("held-line").hidden = heldMs === 0;
  byId("results").hidden = false;
  announce(byId("results-title").textContent ?? "");
}

/** @param {Part} of @returns {HTMLElement[]} */
function rowsOf({ name, lanes }) {
  const { content } = /** @type {HTMLTemplateElement} */ (byId("part-row"));
  return lanes.map((lane) => {
    const row = /** @type {HTMLElement} */ (part(content, "tr").cloneNode(true));
    choose(row, "part", name);
    choose(row, "via", lane.via);
    fill(row, words(lane));
    return row;
  });
}
