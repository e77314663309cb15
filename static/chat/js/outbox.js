// @ts-check

/** @import { ChatError } from "./wire.js" */
/** @import { Env, StoredEntry } from "./types.d.ts" */

/**
 * What one account still has to send to one room, in order. It survives a reload and is shared by all tabs:
 * each entry is a stored item of its own, so that two tabs never overwrite each other's.
 */
export class Outbox {
  #env;
  #prefix;
  /** @type {Map<string, StoredEntry>} what could not be stored lives as long as this page */
  #memory = new Map();

  /** @param {Env} env @param {string} name unique for account and room */
  constructor(env, name) {
    this.#env = env;
    this.#prefix = `${name}.`;
  }

  /** Oldest first. */
  get entries() {
    const stored = this.#stored().filter(({ key }) => !this.#memory.has(key));
    return [...stored, ...this.#memory.values()].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  }

  /** The next one to send; refused ones do not hold up the others. */
  get next() {
    return this.entries.find(({ error }) => !error);
  }

  /** @param {string} body @param {number | null} replyTo */
  add(body, replyTo) {
    const last = this.entries.at(-1)?.at ?? 0;
    const entry = { key: this.#env.newKey(), body, replyTo, at: Math.max(this.#env.now(), last + 1), error: null };
    this.#put(entry);
    return entry.key;
  }

  /** Marks an entry as refused for good. @param {string} key @param {ChatError} error */
  refuse(key, error) {
    const entry = this.#find(key);
    if (entry) this.#put({ ...entry, error: error.toJSON() });
  }

  /** Makes a refused entry ready again. @param {string} key */
  retry(key) {
    const entry = this.#find(key);
    if (!entry?.error) return;
    this.remove(key);
    // A key that stands for another text already can never be used.
    this.#put({ ...entry, key: entry.error.code === "conflict" ? this.#env.newKey() : key, error: null });
  }

  /** @param {string} key */
  remove(key) {
    this.#memory.delete(key);
    this.#env.storage?.removeItem(this.#prefix + key);
  }

  /** Whether a stored item is an entry of this outbox. @param {string | null} item */
  owns(item) {
    return item === null || item.startsWith(this.#prefix);
  }

  /** @param {string} key */
  #find(key) {
    return this.entries.find((entry) => entry.key === key);
  }

  /** @param {StoredEntry} entry */
  #put(entry) {
    try {
      if (!this.#env.storage) throw new Error("nothing is kept");
      this.#env.storage.setItem(this.#prefix + entry.key, JSON.stringify(entry));
      this.#memory.delete(entry.key);
    } catch {
      this.#memory.set(entry.key, entry);
    }
  }

  /** @returns {StoredEntry[]} */
  #stored() {
    const { storage } = this.#env;
    if (!storage) return [];
    const items = Object.keys(storage).filter((item) => item.startsWith(this.#prefix));
    return items.flatMap((item) => parsed(storage.getItem(item)));
  }
}

/** @param {string | null} text @returns {StoredEntry[]} none for an item that is damaged or has just gone */
function parsed(text) {
  try {
    const entry = JSON.parse(text ?? "null");
    return entry?.key ? [entry] : [];
  } catch {
    return [];
  }
}
