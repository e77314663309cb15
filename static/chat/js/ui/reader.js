// @ts-check

/** @import { Client } from "../client.js" */
/** @import { Window } from "./window.js" */

/** Loads the parts of the log that a reader comes to, one request at a time. */
export class Reader {
  #client;
  #window;
  #size;
  #draw;
  /** @type {Promise<void> | null} the request under way */
  #current = null;

  /**
   * @param {Client} client @param {Window} window @param {number} size messages of one page
   * @param {(change: () => void) => void} draw
   */
  constructor(client, window, size, draw) {
    this.#client = client;
    this.#window = window;
    this.#size = size;
    this.#draw = draw;
  }

  older() {
    const first = this.#window.messages[0];
    if (!first || this.#current) return;
    return this.#alone(async () => {
      const { messages, more } = await this.#client.loadBefore(first.seq, this.#size);
      this.#draw(() => this.#window.prepend(messages, more));
    });
  }

  /** The next ones after a part from the middle. Only "before" can be asked for, and some numbers belong to no message. */
  newer() {
    if (this.#current) return;
    return this.#alone(async () => {
      let count = 0;
      for (let probe = this.#after(); !count && probe <= this.#window.head + this.#size; probe += this.#size) {
        const { messages } = await this.#client.loadBefore(probe, this.#size);
        this.#draw(() => {
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
      if (messages.length) this.#draw(() => this.#window.show(messages, more));
    });
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
