// @ts-check
import { byId, part, setText } from "./dom.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Entry } from "../types.d.ts" */

const QUIET_MS = 2000; // a send that takes no longer is not worth a word

/** What pending rows say of their sends, and what one can do about those that failed. */
export class PendingNotes {
  #client;
  #redraw;
  /** @type {number | undefined} */
  #timer;

  /** @param {Client} client @param {HTMLElement} element of the rows @param {() => void} redraw */
  constructor(client, element, redraw) {
    this.#client = client;
    this.#redraw = redraw;
    element.addEventListener("click", (event) => this.#onClick(event));
  }

  /** @param {Entry[]} entries @param {Map<string, HTMLElement>} rows by key */
  draw(entries, rows) {
    for (const entry of entries) drawNote(rows.get(entry.key), entry);
    this.#lookAgain(entries);
  }

  /** @param {Entry[]} entries whose word changes when a send takes long */
  #lookAgain(entries) {
    clearTimeout(this.#timer);
    const isQuiet = entries.some(({ phase, at }) => phase !== "failed" && Date.now() - at < QUIET_MS);
    if (isQuiet) this.#timer = window.setTimeout(() => this.#redraw(), QUIET_MS);
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = /** @type {HTMLElement} */ (target).closest("button");
    const key = /** @type {HTMLElement | null | undefined} */ (button?.closest(".row"))?.dataset.key;
    if (!button || !key) return;
    if (button.dataset.action === "retry") this.#client.retry(key);
    else this.#client.discard(key);
    byId("write").focus();
  }
}

/** @param {HTMLElement | undefined} row @param {Entry} entry */
function drawNote(row, { phase, at, error }) {
  if (!row) return;
  const isFailed = phase === "failed";
  const word = phase === "waiting" ? say("waiting") : say("sending");
  for (const part_ of row.querySelectorAll("[data-action], .pending-warn")) part_.toggleAttribute("hidden", !isFailed);
  part(row, ".pending-clock").toggleAttribute("hidden", isFailed);
  const text = isFailed ? say("failed", { reason: error?.message ?? "" }) : Date.now() - at < QUIET_MS ? "" : word;
  setText(part(row, ".pending-word"), text);
}
