// @ts-check
import { byId, clone, part, setText } from "./dom.js";
import { continues } from "./format.js";
import { drawAuthor, drawBody, drawQuote, newRow } from "./row.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Entry, Message } from "../types.d.ts" */
/** @import { Log } from "./log.js" */

const QUIET_MS = 2000; // a send that takes no longer is not worth a word

/** Rows of what is still to be sent, below the log. */
export class Pending {
  #client;
  #log;
  #groupS;
  #element = byId("pending");
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** @type {number | undefined} */
  #timer;

  /** @param {Client} client @param {Log} log @param {number} groupS */
  constructor(client, log, groupS) {
    this.#client = client;
    this.#log = log;
    this.#groupS = groupS;
    this.#element.addEventListener("click", (event) => this.#onClick(event));
    client.addEventListener("outbox", () => this.#redraw());
    this.#redraw();
  }

  /** @param {string[]} keys of messages that are in the log now */
  settle(keys) {
    for (const key of keys) this.#drop(key);
  }

  /** Without moving what is being read. */
  #redraw() {
    this.#log.draw(() => this.#draw());
  }

  #draw() {
    const entries = this.#client.pending;
    const kept = new Set(entries.map(({ key }) => key));
    for (const key of this.#rows.keys()) if (!kept.has(key)) this.#drop(key);
    let before = this.#log.last;
    for (const entry of entries) before = this.#drawEntry(entry, before);
    this.#lookAgain(entries);
  }

  /** @param {Entry} entry @param {Message | undefined} before @returns {Message} what the log will have, about */
  #drawEntry(entry, before) {
    const { you } = this.#client;
    const message = /** @type {Message} */ (
      /** @type {unknown} */ ({
        kind: "text",
        author: you,
        reply_to: entry.replyTo,
        created_at: new Date(entry.at).toISOString(),
      })
    );
    const row = this.#rows.get(entry.key) ?? this.#add(entry);
    row.classList.toggle("is-grouped", continues(before, message, this.#groupS));
    row.classList.toggle("is-failed", entry.phase === "failed");
    drawNote(row, entry);
    return message;
  }

  /** @param {Entry} entry */
  #add({ key, body, replyTo }) {
    const row = newRow();
    row.classList.add("is-own", "is-pending");
    row.dataset.key = key;
    drawAuthor(row, this.#client.you);
    drawBody(row, body);
    part(row, ".row-note").replaceChildren(clone("pending-note"));
    part(row, ".row-note").hidden = false;
    const quoted = replyTo === null ? undefined : this.#log.rows.get(replyTo);
    drawQuote(row, this.#log.rows.messageOf(quoted ?? null) ?? null);
    this.#rows.set(key, row);
    this.#element.append(row);
    return row;
  }

  /** @param {string} key */
  #drop(key) {
    this.#rows.get(key)?.remove();
    this.#rows.delete(key);
  }

  /** @param {Entry[]} entries whose word changes when a send takes long */
  #lookAgain(entries) {
    clearTimeout(this.#timer);
    const isQuiet = entries.some(({ phase, at }) => phase !== "failed" && Date.now() - at < QUIET_MS);
    if (isQuiet) this.#timer = setTimeout(() => this.#redraw(), QUIET_MS);
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

/** @param {HTMLElement} row @param {Entry} entry */
function drawNote(row, { phase, at, error }) {
  const isFailed = phase === "failed";
  const word = phase === "waiting" ? say("waiting") : say("sending");
  for (const part_ of row.querySelectorAll("[data-action], .pending-warn")) part_.toggleAttribute("hidden", !isFailed);
  part(row, ".pending-clock").toggleAttribute("hidden", isFailed);
  const text = isFailed ? say("failed", { reason: error?.message ?? "" }) : Date.now() - at < QUIET_MS ? "" : word;
  setText(part(row, ".pending-word"), text);
}
