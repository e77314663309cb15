// @ts-check
import { retried } from "../retried.js";
import { byId } from "./dom.js";
import { continues, dayOf } from "./format.js";
import { Part } from "./part.js";
import { drawRow, newRow, placeRow } from "./row.js";

/** @import { Client } from "../client.js" */
/** @import { Message } from "../types.d.ts" */
/** @import { Window } from "./window.js" */

/** The rows of the log, kept equal to the window. */
export class Rows {
  #client;
  #window;
  #groupS;
  #element = byId("rows");
  /** @type {Map<number, { row: HTMLElement, message?: Message }>} by seq; adopted rows start without a message, so that they are drawn once */
  #drawn = new Map();
  #quotes;

  /** @param {Client} client @param {Window} window @param {number} groupS */
  constructor(client, window, groupS) {
    this.#client = client;
    this.#window = window;
    this.#groupS = groupS;
    this.#quotes = new Part(
      retried("ui/quotes.js", () => import("./quotes.js")),
      ({ Quotes }) => new Quotes(client, window, this.#element),
    );
    for (const row of this.all) this.#drawn.set(Number(row.id.slice(2)), { row });
  }

  /** @returns {HTMLElement[]} */
  get all() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#element.querySelectorAll(".row"))];
  }

  /** @param {number} seq */
  get(seq) {
    return this.#drawn.get(seq)?.row;
  }

  /** @param {Element | null} row @returns {Message | undefined} */
  messageOf(row) {
    return row ? this.#window.get(Number(row.id.slice(2))) : undefined;
  }

  /** @param {Message} message a change that just came */
  take(message) {
    this.#window.take(message);
    if (message.version !== message.seq) this.#quotes.use((quotes) => quotes.redraw(message));
  }

  /** Brings the page in step with the window; touches only what differs. */
  sync() {
    this.#dropGone();
    /** @type {Message | undefined} */
    let before;
    /** @type {HTMLElement | undefined} */
    let above;
    for (const message of this.#window.messages) {
      const row = this.#draw(message);
      if (!row.isConnected) this.#insert(row, above);
      const isNewDay = !before || dayOf(new Date(before.created_at)) !== dayOf(new Date(message.created_at));
      placeRow(row, new Date(message.created_at), { isNewDay, isGrouped: continues(before, message, this.#groupS) });
      [before, above] = [message, row];
    }
  }

  /** @param {HTMLElement} row @param {number} seq of the message that it answers */
  quote(row, seq) {
    this.#quotes.use((quotes) => quotes.draw(row, seq));
  }

  #dropGone() {
    for (const [seq, { row }] of this.#drawn) {
      if (this.#window.get(seq)) continue;
      row.remove();
      this.#drawn.delete(seq);
    }
  }

  /** @param {Message} message */
  #draw(message) {
    const { row, message: drawn } = this.#drawn.get(message.seq) ?? { row: newRow() };
    // Not by version: after a reset the same one may be of another message.
    if (message !== drawn) {
      drawRow(row, message, this.#client.you.id);
      this.#drawn.set(message.seq, { row, message });
      if (message.reply_to !== null) this.quote(row, message.reply_to);
    }
    return row;
  }

  /** @param {HTMLElement} row @param {HTMLElement | undefined} above */
  #insert(row, above) {
    if (above) above.after(row);
    else this.#element.prepend(row);
  }
}
