// @ts-check

/** @import { Env } from "./types.d.ts" */

const PAUSE_MS = 1000; // between two requests

/** Tells the server how far this person has read: seldom, and never backwards. */
export class ReadMark {
  #env;
  #tell;
  #told;
  #seq;
  /** @type {number | undefined} */
  #timer;

  /** @param {Env} env @param {number} seq read before @param {(seq: number) => Promise<unknown>} tell */
  constructor(env, seq, tell) {
    this.#env = env;
    this.#tell = tell;
    this.#told = this.#seq = seq;
  }

  /** @param {number} seq */
  move(seq) {
    this.#seq = Math.max(this.#seq, seq);
    if (this.#timer === undefined) this.#send();
  }

  #send() {
    this.#timer = undefined;
    if (this.#seq <= this.#told) return;
    const before = this.#told;
    this.#told = this.#seq;
    // What could not be told is told with the next move.
    this.#tell(this.#told).catch(() => {
      this.#told = before;
    });
    this.#timer = this.#env.setTimeout(() => this.#send(), PAUSE_MS);
  }
}
