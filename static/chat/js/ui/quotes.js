// @ts-check
import { part, setText } from "./dom.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Message } from "../types.d.ts" */
/** @import { Window } from "./window.js" */

/** What rows quote of the messages that they answer. */
export class Quotes {
  #client;
  #window;
  #element;
  /** @type {Map<number, Promise<Message | null>>} messages that are not on the page */
  #asked = new Map();

  /** @param {Client} client @param {Window} window @param {HTMLElement} element of the rows */
  constructor(client, window, element) {
    this.#client = client;
    this.#window = window;
    this.#element = element;
  }

  /** @param {HTMLElement} row @param {number} seq of the message that it answers */
  async draw(row, seq) {
    const known = this.#window.get(seq);
    if (known) return drawQuote(row, known);
    const asked = this.#asked.get(seq) ?? this.#client.loadOne(seq).catch(() => null);
    this.#asked.set(seq, asked);
    drawQuote(row, await asked);
  }

  /** @param {Message} message that has changed */
  redraw(message) {
    this.#asked.delete(message.seq);
    for (const link of this.#element.querySelectorAll(`.row-quote[href="#m-${message.seq}"]`)) {
      drawQuote(/** @type {HTMLElement} */ (link.closest(".row")), message);
    }
  }
}

/** @param {HTMLElement} row @param {Message | null} quoted null when it cannot be read */
function drawQuote(row, quoted) {
  part(row, ".row-quote").hidden = !quoted;
  if (!quoted) return;
  setText(part(row, ".quote-name"), quoted.author.name);
  setText(part(row, ".quote-text"), quoted.deleted ? say("deleted") : firstLine(quoted.body));
}

/** @param {string} text */
export const firstLine = (text) => (text.split("\n", 1)[0] ?? "").slice(0, 120);
