// @ts-check
import { Timeline } from "../timeline.js";

/** @import { Message } from "../types.d.ts" */

/**
 * The part of a room's log that is on the page: without a gap, and at most `limit` messages long.
 * Away from the end, newer messages are known by the highest seq alone, until somebody reads on to them.
 */
export class Window {
  #timeline;
  #limit;
  /** The highest seq that exists. */
  head = 0;

  /** @param {Message[]} messages the newest ones @param {boolean} more @param {number} [limit] */
  constructor(messages, more, limit = 400) {
    this.#timeline = new Timeline(messages, more);
    this.#limit = limit;
    this.#raiseHead();
  }

  get messages() {
    return this.#timeline.messages;
  }

  /** Whether older messages exist. */
  get more() {
    return this.#timeline.more;
  }

  get last() {
    return this.messages.at(-1);
  }

  get isAtEnd() {
    return (this.last?.seq ?? 0) >= this.head;
  }

  /** @param {number} seq */
  get(seq) {
    return this.#timeline.get(seq);
  }

  /** Shows another part of the log. @param {Message[]} messages @param {boolean} more */
  show(messages, more) {
    this.#timeline.reset(messages, more);
    this.#raiseHead();
  }

  /** Shows the newest part of a log that may have gone back. @param {Message[]} messages */
  reset(messages) {
    this.head = 0;
    this.show(messages, true);
  }

  /** @param {Message} message a change that just came @returns {"insert" | "replace" | "ignored" | "later"} later: it is after the part shown */
  take(message) {
    const isLater = !this.isAtEnd && message.seq > (this.last?.seq ?? 0);
    this.head = Math.max(this.head, message.seq);
    return isLater ? "later" : this.#timeline.upsert(message).kind;
  }

  /** @param {Message[]} messages @param {boolean} more */
  prepend(messages, more) {
    this.#timeline.prepend(messages, more);
    this.trim("end");
  }

  /** @param {Message[]} messages @returns {number} how many of them were new */
  append(messages) {
    const newest = this.last?.seq ?? 0;
    const fresh = messages.filter(({ seq }) => seq > newest);
    this.show([...this.messages, ...fresh], this.more);
    this.trim("start");
    return fresh.length;
  }

  /** Lets go of what is too much. @param {"start" | "end"} side where nobody reads */
  trim(side) {
    if (this.messages.length <= this.#limit) return;
    const isStart = side === "start";
    const kept = isStart ? this.messages.slice(-this.#limit) : this.messages.slice(0, this.#limit);
    this.#timeline.reset(kept, isStart || this.more);
  }

  #raiseHead() {
    this.head = Math.max(this.head, this.last?.seq ?? 0);
  }
}
