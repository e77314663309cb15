// @ts-check
import { asChatError } from "../wire.js";

/** @import { Api } from "../api.js" */
/** @import { Batch, Env, Line, Request, Transport } from "../types.d.ts" */

export const ANSWER_MS = 15_000; // the longest that an answer takes which is not held
export const LIMIT = 200; // messages of one answer, the most that the server gives

/** What both HTTP transports share: ask, hand the answer on, pause, ask again. @abstract @implements {Transport} */
export class Asking {
  #env;
  #abort = new AbortController();
  /** @type {number | undefined} */
  #pause;

  /** @param {{ api: Api, env: Env }} tools */
  constructor({ api, env }) {
    this.api = api;
    this.#env = env;
  }

  get silenceMs() {
    return ANSWER_MS;
  }

  /** @param {Line} line */
  open(line) {
    this.line = line;
    this.#ask();
  }

  /** @param {Request} request */
  async send(request) {
    const message = await this.api.submit(request);
    this.nudge();
    return message;
  }

  nudge() {
    if (this.#pause === undefined) return;
    this.#env.clearTimeout(this.#pause);
    this.#ask();
  }

  close() {
    this.#abort.abort();
    this.#env.clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** @abstract @param {string} _after @param {AbortSignal} _signal @returns {Promise<Batch>} */
  request(_after, _signal) {
    throw new Error("A transport says how it asks.");
  }

  /** @abstract @param {Batch} _batch @param {number} _tookMs @returns {number} milliseconds until the next question */
  pauseMs(_batch, _tookMs) {
    return 0;
  }

  async #ask() {
    this.#pause = undefined;
    const { signal } = this.#abort;
    const [line, askedAt] = [/** @type {Line} */ (this.line), this.#env.now()];
    const after = line.position();
    try {
      const batch = await this.request(after, signal);
      if (signal.aborted) return;
      line.onBatch(batch, after);
      if (batch.switch) line.onSwitch(batch.switch);
      this.#askAfter(Math.max(batch.retry_ms ?? 0, batch.more ? 0 : this.pauseMs(batch, this.#env.now() - askedAt)));
    } catch (error) {
      if (!signal.aborted) line.onEnd(asChatError(error), this.#env.now() - askedAt);
    }
  }

  /** @param {number} ms */
  #askAfter(ms) {
    if (this.#abort.signal.aborted) return;
    // Not by a timer when there is nothing to wait for: hidden pages get theirs late.
    if (ms === 0) this.#ask();
    else this.#pause = this.#env.setTimeout(() => this.#ask(), ms);
  }
}
