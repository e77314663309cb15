// @ts-check

/** @import { Env } from "../types.d.ts" */

/** A socket whose texts are waited for one at a time, each with a bound. */
export class Wire {
  #env;
  #socket;
  /** @type {string[]} */
  #texts = [];
  /** @type {(() => void) | null} */
  #wake = null;
  #openedAt = 0;
  isOpen = false;
  isClosed = false;
  /** Milliseconds from its opening to its end. */
  livedMs = 0;

  /** @param {Env} env @param {string} path */
  constructor(env, path) {
    const { protocol, host } = env.location;
    this.#env = env;
    this.#socket = new env.WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${path}`);
    this.#socket.onopen = () => this.#change(() => this.#open());
    this.#socket.onclose = () => this.#change(() => this.#close());
    this.#socket.onmessage = ({ data }) => this.#change(() => this.#texts.push(String(data)));
  }

  /** @param {number} ms @returns {Promise<boolean>} whether it is open within that time */
  async opened(ms) {
    await this.#until(() => this.isOpen, ms);
    return this.isOpen;
  }

  /** @param {number} ms @returns {Promise<string | null>} the next text; null when none comes, or no more can */
  async next(ms) {
    await this.#until(() => this.#texts.length > 0, ms);
    return this.#texts.shift() ?? null;
  }

  /** @param {string} text @param {number} ms @returns {Promise<boolean>} whether the same text comes back */
  async echoes(text, ms) {
    if (this.isClosed) return false;
    this.#socket.send(text);
    return (await this.next(ms)) === text;
  }

  /** @param {number} ms @returns {Promise<boolean>} whether it stays open for so long */
  async stays(ms) {
    await this.#until(() => false, ms);
    return !this.isClosed;
  }

  close() {
    this.#socket.close(1000);
  }

  #open() {
    this.isOpen = true;
    this.#openedAt = this.#env.now();
  }

  #close() {
    this.isClosed = true;
    if (this.isOpen) this.livedMs = this.#env.now() - this.#openedAt;
  }

  /** @param {() => void} note */
  #change(note) {
    note();
    this.#wake?.();
  }

  /** @param {() => boolean} reached @param {number} ms */
  async #until(reached, ms) {
    const deadline = this.#env.now() + ms;
    while (!reached() && !this.isClosed && this.#env.now() < deadline) {
      /** @type {number | undefined} */
      let timer;
      await new Promise((done) => {
        this.#wake = () => done(undefined);
        timer = this.#env.setTimeout(this.#wake, deadline - this.#env.now());
      });
      this.#env.clearTimeout(timer);
    }
    this.#wake = null;
  }
}
