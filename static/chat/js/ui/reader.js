// @ts-check

/** @import { Client } from "../client.js" */
/** @import { Log } from "./log.js" */
/** @import { Window } from "./window.js" */

/** Takes the reader to any place of the log; loads what is missing on the way, one request at a time. */
export class Reader {
  #client;
  #log;
  #window;
  #size;
  /** @type {Promise<void> | null} the request under way */
  #current = null;

  /** @param {Client} client @param {Log} log @param {Window} window @param {number} size messages of one page */
  constructor(client, log, window, size) {
    this.#client = client;
    this.#log = log;
    this.#window = window;
    this.#size = size;
  }

  /** Goes to a message and marks it for a moment. @param {number} seq */
  async jump(seq) {
    const row = await this.#row(seq);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
    row.classList.remove("is-marked");
    row.getBoundingClientRect(); // lets the animation start anew
    row.classList.add("is-marked");
  }

  /** Goes back to where the reader was. @param {{ seq: number, top: number }} place */
  async restore({ seq, top }) {
    const row = await this.#row(seq);
    if (row) this.#log.put(row, top);
  }

  older() {
    const first = this.#window.messages[0];
    if (!first || this.#current) return;
    return this.#alone(async () => {
      const { messages, more } = await this.#client.loadBefore(first.seq, this.#size);
      this.#log.draw(() => this.#window.prepend(messages, more));
    });
  }

  /** The next ones after a part from the middle. Only "before" can be asked for, and some numbers belong to no message. */
  newer() {
    if (this.#current) return;
    return this.#alone(async () => {
      let count = 0;
      for (let probe = this.#after(); !count && probe <= this.#window.head + this.#size; probe += this.#size) {
        const { messages } = await this.#client.loadBefore(probe, this.#size);
        this.#log.draw(() => {
          count = this.#window.append(messages);
        });
      }
    });
  }

  /** A part with this message in its middle. @param {number} seq */
  async around(seq) {
    await this.#current;
    await this.#alone(async () => {
      const { messages, more } = await this.#client.loadBefore(seq + this.#size, this.#size * 2);
      if (messages.length) this.#log.draw(() => this.#window.show(messages, more));
    });
  }

  /** @param {number} seq @returns {Promise<HTMLElement | undefined>} its row, with the part of the log around it */
  async #row(seq) {
    const { rows } = this.#log;
    if (!rows.get(seq)) await this.around(seq);
    return rows.get(seq);
  }

  #after() {
    return (this.#window.last?.seq ?? 0) + 1 + this.#size;
  }

  /** What cannot be loaded now is asked for again at the next scroll. @param {() => Promise<void>} load */
  #alone(load) {
    this.#current ??= load()
      .catch(() => {})
      .finally(() => {
        this.#current = null;
      });
    return this.#current;
  }
}
