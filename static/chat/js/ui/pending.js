// @ts-check
import { retried } from "../retried.js";
import { byId, clone, part } from "./dom.js";
import { continues } from "./format.js";
import { Part } from "./part.js";
import { drawAuthor, drawBody, newRow } from "./row.js";

/** @import { Client } from "../client.js" */
/** @import { Entry, Message } from "../types.d.ts" */
/** @import { Log } from "./log.js" */

/** Rows of what is still to be sent, below the log. */
export class Pending {
  #client;
  #log;
  #groupS;
  #element = byId("pending");
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #notes;

  /** @param {Client} client @param {Log} log @param {number} groupS */
  constructor(client, log, groupS) {
    this.#client = client;
    this.#log = log;
    this.#groupS = groupS;
    this.#notes = new Part(
      retried("ui/pending_notes.js", () => import("./pending_notes.js")),
      ({ PendingNotes }) => new PendingNotes(client, this.#element, () => this.#redraw()),
    );
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
    if (entries.length) this.#notes.use((notes) => notes.draw(entries, this.#rows));
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
    if (replyTo !== null) this.#log.rows.quote(row, replyTo);
    this.#rows.set(key, row);
    this.#element.append(row);
    return row;
  }

  /** @param {string} key */
  #drop(key) {
    this.#rows.get(key)?.remove();
    this.#rows.delete(key);
  }
}
