// @ts-check
import { backoffMs } from "./backoff.js";
import { asChatError } from "./wire.js";

/** @import { Outbox } from "./outbox.js" */
/** @import { ChatError } from "./wire.js" */
/** @import { Entry, Env, Message, Send, StoredEntry } from "./types.d.ts" */

const OTHER_TAB_MS = 3000; // an entry of another tab is left to that tab for so long

/**
 * @typedef {object} Ways
 * @property {(work: () => Promise<void>) => Promise<void>} turn
 * @property {(send: Send) => Promise<Message>} submit
 * @property {(message: Message, entry: StoredEntry, askedAt: number) => void} onSent
 * @property {(error: ChatError) => void} onRefused
 * @property {() => void} onChange
 */

/** Empties an outbox: in order, one at a time, with the same key until there is an answer. */
export class Courier {
  #env;
  #outbox;
  #ways;
  #bounds;
  #open = false;
  #running = false;
  #attempt = 0;
  /** @type {number | undefined} */
  #timer;
  /** When the server has asked us to wait. */
  #notBefore = 0;
  /** @type {string | null} */
  #sending = null;
  /** @type {ChatError | null} why the first entry still waits */
  #trouble = null;

  /** @param {Env} env @param {Outbox} outbox @param {{ minMs: number, maxMs: number }} bounds @param {Ways} ways */
  constructor(env, outbox, bounds, ways) {
    this.#env = env;
    this.#outbox = outbox;
    this.#bounds = bounds;
    this.#ways = ways;
  }

  /** @returns {Entry[]} */
  get entries() {
    const { next, entries } = this.#outbox;
    return entries.map((entry) => ({
      ...entry,
      phase: entry.error ? "failed" : entry.key === this.#sending ? "sending" : "waiting",
      error: entry.error ?? (entry.key === next?.key ? (this.#trouble?.toJSON() ?? null) : null),
    }));
  }

  /** The line is there. */
  start() {
    this.#open = true;
    this.kick();
  }

  stop() {
    this.#open = false;
    this.#env.clearTimeout(this.#timer);
  }

  /** @param {string} body @param {number | null} replyTo @returns {string} its key */
  send(body, replyTo) {
    const key = this.#outbox.add(body, replyTo);
    this.#ways.onChange();
    this.kick();
    return key;
  }

  /** Tries a refused entry again. @param {string} key */
  retry(key) {
    this.#outbox.retry(key);
    this.#ways.onChange();
    this.kick();
  }

  /** Forgets entries that are in the log, or not wanted any more. @param {string[]} keys */
  forget(keys) {
    const known = this.#outbox.entries.filter(({ key }) => keys.includes(key));
    for (const { key } of known) this.#outbox.remove(key);
    if (known.length) this.#ways.onChange();
  }

  /** Another tab may have changed the outbox. @param {string | null} item of the storage @returns {boolean} whether it has */
  hear(item) {
    if (!this.#outbox.owns(item)) return false;
    this.#ways.onChange();
    this.#env.setTimeout(() => this.kick(), OTHER_TAB_MS);
    return true;
  }

  /** Tries now, whatever it waits for of its own accord. */
  kick() {
    if (this.#running || this.#env.now() < this.#notBefore) return;
    this.#env.clearTimeout(this.#timer);
    this.#run();
  }

  async #run() {
    this.#running = true;
    let goesOn = true;
    while (goesOn && this.#open && this.#outbox.next)
      await this.#ways.turn(async () => {
        goesOn = await this.#drain();
      });
    this.#running = false;
  }

  /** @returns {Promise<boolean>} whether the next entry may be tried at once */
  async #drain() {
    for (let entry = this.#outbox.next; entry; entry = this.#outbox.next) {
      if (!this.#open || !(await this.#deliver(entry))) return false;
    }
    return true;
  }

  /** @param {StoredEntry} entry */
  async #deliver(entry) {
    const { key, body, replyTo } = entry;
    const askedAt = this.#env.now();
    this.#show(key, this.#trouble);
    try {
      const message = await this.#ways.submit({ type: "send", key, body, reply_to: replyTo });
      this.#attempt = 0;
      this.#ways.onSent(message, entry, askedAt);
      this.#outbox.remove(key);
      this.#show(null, null);
      return true;
    } catch (error) {
      return this.#refused(entry, asChatError(error));
    }
  }

  /** @param {StoredEntry} entry @param {ChatError} error */
  #refused({ key }, error) {
    if (error.isFinal) this.#outbox.refuse(key, error);
    else this.#wait(error);
    this.#show(null, error.isFinal ? null : error);
    this.#ways.onRefused(error);
    return error.isFinal;
  }

  /** @param {ChatError} error */
  #wait({ code, retryMs }) {
    if (code === "not_authenticated") return; // until the line is back
    const ms = retryMs ?? backoffMs(this.#attempt, this.#env.random(), this.#bounds);
    this.#attempt += 1;
    this.#notBefore = retryMs === null ? 0 : this.#env.now() + ms;
    this.#timer = this.#env.setTimeout(() => this.kick(), ms);
  }

  /** @param {string | null} sending @param {ChatError | null} trouble */
  #show(sending, trouble) {
    this.#sending = sending;
    this.#trouble = trouble;
    this.#ways.onChange();
  }
}
