// @ts-check

/** @import { Message } from "./types.d.ts" */
/** @typedef {{ index: number, kind: "insert" | "replace" | "ignored" }} Placed */

/** Whether `first` shows a later state than `second`. @param {Message} first @param {Message | undefined} second */
const isNewer = (first, second) => !second || first.version > second.version;

/**
 * The messages of a page, ascending by `seq`, without a gap: everything from the oldest one shown up to the newest.
 * A change of a message that lies before them waits until history is loaded down to it.
 */
export class Timeline {
  /** @type {Message[]} */
  #messages = [];
  /** @type {Map<number, Message>} changed states of messages that are not loaded yet */
  #waiting = new Map();
  #more = false;

  /** @param {Message[]} [messages] @param {boolean} [more] whether older ones exist */
  constructor(messages = [], more = false) {
    this.reset(messages, more);
  }

  get messages() {
    return this.#messages;
  }

  /** Whether history goes on before the first message. */
  get more() {
    return this.#more;
  }

  /** @param {number} seq */
  get(seq) {
    const message = this.#messages[this.#place(seq)];
    return message?.seq === seq ? message : undefined;
  }

  /** @param {Message[]} messages @param {boolean} [more] */
  reset(messages, more = true) {
    this.#messages = [...messages].sort((a, b) => a.seq - b.seq);
    this.#waiting.clear();
    this.#more = more;
  }

  /** Puts a message in its place. @param {Message} message @returns {Placed} */
  upsert(message) {
    const index = this.#place(message.seq);
    const known = this.#messages[index];
    if (known?.seq === message.seq) return this.#replace(index, message);
    if (index === 0 && known && this.#more) return this.#keep(message);
    this.#messages.splice(index, 0, message);
    return { index, kind: "insert" };
  }

  /** Puts loaded history before the first message. @param {Message[]} messages @param {boolean} more @returns {Message[]} those that are new, ascending */
  prepend(messages, more) {
    const first = this.#messages[0]?.seq ?? Number.POSITIVE_INFINITY;
    const older = messages.filter(({ seq }) => seq < first).sort((a, b) => a.seq - b.seq);
    const newest = older.map((message) => this.#newest(message));
    this.#messages.unshift(...newest);
    this.#more = more;
    return newest;
  }

  /** @param {number} seq index of the first message that is not before it */
  #place(seq) {
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Message} */ (this.#messages[middle]).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} index @param {Message} message @returns {Placed} */
  #replace(index, message) {
    if (!isNewer(message, this.#messages[index])) return { index, kind: "ignored" };
    this.#messages[index] = message;
    return { index, kind: "replace" };
  }

  /** @param {Message} message @returns {Placed} */
  #keep(message) {
    if (isNewer(message, this.#waiting.get(message.seq))) this.#waiting.set(message.seq, message);
    return { index: -1, kind: "ignored" };
  }

  /** @param {Message} message */
  #newest(message) {
    const waiting = this.#waiting.get(message.seq);
    this.#waiting.delete(message.seq);
    return waiting && isNewer(waiting, message) ? waiting : message;
  }
}
