// @ts-check
import { ServerClock } from "../recorder/clock.js";
import { loadTransport } from "../transports/make.js";
import { ChatError, errorOfAnswer } from "../wire.js";
import { DemoFeed, sleep } from "./feed.js";
import { Lane } from "./lane.js";

/** @import { Env, State, Via } from "../types.d.ts" */

/** @type {Via[]} */
export const VIAS = ["poll", "longpoll", "websocket"];

const LOOK_MS = 50;
const OPEN_MS = 15_000;

/** One room, three lanes, and the feed that they all read. */
export class Lab {
  #env;
  lanes;
  feed;

  /** @param {{ env: Env, state: State, everyMs: number, holdS: number }} options */
  constructor({ env, state, everyMs, holdS }) {
    const clock = new ServerClock();
    this.#env = env;
    this.feed = new DemoFeed(env, state.room.slug, clock);
    this.lanes = VIAS.map((via) => new Lane({ env, clock, via, state, everyMs, holdS }));
  }

  /** Opens all lanes; rejects when one does not work. @param {AbortSignal} signal */
  async open(signal) {
    await Promise.all(VIAS.map(loadTransport));
    for (const { client } of this.lanes) client.start();
    const isOpen = await this.until(() => this.lanes.every(({ isLive }) => isLive), OPEN_MS, signal);
    if (!isOpen && !signal.aborted) throw new ChatError("timeout");
    await this.feed.post(signal); // sets the clocks before anything is measured
    await this.until(() => this.#haveAll(this.feed.keys), OPEN_MS, signal);
  }

  close() {
    for (const { client } of this.lanes) client.stop();
  }

  /** @param {number} ms @param {AbortSignal} signal */
  sleep(ms, signal) {
    return sleep(this.#env, ms, signal);
  }

  /** Posts one message after another. @param {{ everyMs: number, count: number, signal: AbortSignal, told: (key: string) => void }} options */
  async talk({ everyMs, count, signal, told }) {
    const began = this.#env.now();
    for (let number = 0; number < count && !signal.aborted; number += 1) {
      // Out of step with polls, which come at regular intervals, too.
      const due = began + (number + this.#env.random() * 0.5) * everyMs;
      await this.sleep(Math.max(0, due - this.#env.now()), signal);
      const key = await this.feed.post(signal);
      if (key) told(key);
    }
  }

  /** Two hundred messages at one moment, by the server. @returns {Promise<string[]>} their keys */
  async burst() {
    const headers = { "X-CSRFToken": this.#env.csrf(), "Content-Type": "application/json" };
    const response = await this.#env.fetch("/api/lab/burst", { method: "POST", body: "{}", headers });
    const said = await response.json().catch(() => null);
    if (!response.ok) throw errorOfAnswer(response.status, said, response.headers.get("Retry-After"));
    return said.keys;
  }

  /** Waits until every lane has all of them. @param {Set<string>} keys @param {number} ms @param {AbortSignal} signal @returns {Promise<boolean>} whether they came in time */
  arrived(keys, ms, signal) {
    return this.until(() => this.#haveAll(keys), ms, signal);
  }

  /** @param {() => boolean} reached @param {number} ms @param {AbortSignal} signal @returns {Promise<boolean>} */
  async until(reached, ms, signal) {
    const deadline = this.#env.now() + ms;
    while (!reached() && this.#env.now() < deadline && !signal.aborted) await this.sleep(LOOK_MS, signal);
    return reached();
  }

  /** @param {Set<string>} keys */
  #haveAll(keys) {
    return this.lanes.every((lane) => lane.count(keys) === keys.size);
  }
}
