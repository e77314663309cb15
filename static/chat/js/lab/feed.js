// @ts-check
import { Api } from "../api.js";
import { asChatError, errorOfAnswer } from "../wire.js";

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
    return this.#allowed(async () => {
      const askedAt = this.#env.now();
      const { created_at } = await this.#api.submit({ type: "send", key, body, reply_to: null });
      this.#clock.note(created_at, askedAt, this.#env.now());
      this.keys.add(key);
      return key;
    }, signal);
  }

  /** Two hundred messages at one moment, by the server; waits when it asks for it. @param {AbortSignal} signal @returns {Promise<string[] | null>} their keys */
  burst(signal) {
    const headers = { "X-CSRFToken": this.#env.csrf(), "Content-Type": "application/json" };
    return this.#allowed(async () => {
      const response = await this.#env.fetch("/api/lab/burst", { method: "POST", body: "{}", headers });
      const said = await response.json().catch(() => null);
      if (!response.ok) throw errorOfAnswer(response.status, said, response.headers.get("Retry-After"));
      return said.keys;
    }, signal);
  }

  /** @template T @param {() => Promise<T>} work as often as the server wants it to be tried again later @param {AbortSignal} signal @returns {Promise<T | null>} */
  async #allowed(work, signal) {
    while (!signal.aborted) {
      try {
        return await work();
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
