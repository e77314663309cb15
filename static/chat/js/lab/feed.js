// @ts-check
import { Api } from "../api.js";
import { asChatError } from "../wire.js";

/** @import { ServerClock } from "../recorder/clock.js" */
/** @import { Env } from "../types.d.ts" */

const TICKERS = ["HARB", "MILL", "QUAY", "FERN"];
const TEAMS = ["Harbour", "Mill End", "Quayside", "Fern Hill"];
const PATIENCE_MS = 1000; // when a refusal does not say how long to wait

/** @typedef {"ticker" | "scores"} Kind */

/** What the lab's lanes read: posted by this page into the room of the lab, over the plain network. */
export class DemoFeed {
  #env;
  #api;
  #clock;
  #goals = [0, 0, 0, 0];
  /** @type {Kind} */
  kind = "ticker";
  /** @type {Set<string>} keys of what was stored */
  keys = new Set();
  /** Milliseconds for which the server's limits held messages back. */
  heldMs = 0;

  /** @param {Env} env @param {string} slug @param {ServerClock} clock */
  constructor(env, slug, clock) {
    this.#env = env;
    this.#api = new Api(env, slug);
    this.#clock = clock;
  }

  /** Posts one message; waits when the server asks for it. @param {AbortSignal} signal @returns {Promise<string | null>} its key; null when it was not stored */
  async post(signal) {
    const key = this.#env.newKey();
    const body = this.#line();
    while (!signal.aborted) {
      const askedAt = this.#env.now();
      try {
        const { created_at } = await this.#api.submit({ type: "send", key, body, reply_to: null });
        this.#clock.note(created_at, askedAt, this.#env.now());
        this.keys.add(key);
        return key;
      } catch (error) {
        const { isFinal, isStop, retryMs } = asChatError(error);
        if (isFinal || isStop) throw error;
        await this.#hold(retryMs ?? PATIENCE_MS, signal);
      }
    }
    return null;
  }

  /** @param {number} ms @param {AbortSignal} signal */
  async #hold(ms, signal) {
    this.heldMs += ms;
    await sleep(this.#env, ms, signal);
  }

  #line() {
    const { random } = this.#env;
    const index = Math.floor(random() * TICKERS.length);
    if (this.kind === "ticker") return `${TICKERS[index]} ${(95 + 10 * random()).toFixed(2)}`;
    this.#goals[index] = (this.#goals[index] ?? 0) + 1;
    const other = (index + 1) % TEAMS.length;
    return `${TEAMS[index]} ${this.#goals[index]} : ${this.#goals[other]} ${TEAMS[other]}`;
  }
}

/** @param {Env} env @param {number} ms @param {AbortSignal} signal ends it early @returns {Promise<void>} */
export function sleep(env, ms, signal) {
  return new Promise((done) => {
    const end = () => {
      env.clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = env.setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
