// @ts-check
import { ServerClock } from "../recorder/clock.js";
import { BLANK } from "../recorder/trace.js";
import { loadTransport } from "../transports/make.js";
import { ChatError } from "../wire.js";
import { DemoFeed, sleep } from "./feed.js";
import { Lane } from "./lane.js";

/** @import { Env, State, Via } from "../types.d.ts" */

/** @type {Via[]} */
export const VIAS = ["poll", "longpoll", "websocket"];

const LOOK_MS = 50;
const OPEN_MS = 15_000;
const WARM_UP = 5; // messages before anything is measured; they set the clocks
const GOLDEN = (Math.sqrt(5) - 1) / 2; // its multiples fall evenly between whole numbers: Weyl's equidistribution

/** One room, three lanes, and the feed that they all read. */
export class Lab {
  #env;
  #everyMs;
  lanes;
  feed;

  /** @param {{ env: Env, state: State, everyMs: number, holdS: number }} options */
  constructor({ env, state, everyMs, holdS }) {
    const clock = new ServerClock();
    this.#env = env;
    this.#everyMs = everyMs;
    this.feed = new DemoFeed(env, state.room.slug, clock);
    this.lanes = VIAS.map((via) => new Lane({ env, clock, via, state, everyMs, holdS }));
  }

  /** Opens all lanes; rejects when one does not work. @param {AbortSignal} signal */
  async open(signal) {
    await Promise.all(VIAS.map(loadTransport));
    for (const { client } of this.lanes) client.start();
    const isOpen = await this.until(() => this.lanes.every(({ isLive }) => isLive), OPEN_MS, signal);
    if (!isOpen && !signal.aborted) throw new ChatError("timeout");
    for (let number = 0; number < WARM_UP; number += 1) await this.feed.post(signal);
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
      // Out of step with polls, which come at regular intervals, too; and the same in every run.
      const due = began + (number + ((number * GOLDEN) % 1)) * everyMs;
      await this.sleep(Math.max(0, due - this.#env.now()), signal);
      const key = await this.feed.post(signal);
      if (key) told(key);
    }
  }

  /** Waits until a share of the interval has passed since a poll: how late the next one comes must not be luck. @param {number} share @param {AbortSignal} signal */
  async afterPoll(share, signal) {
    const left = () => {
      const { at, tookMs } = this.lanes[0]?.recorder.traces.findLast(({ asks }) => asks) ?? BLANK;
      return at + tookMs + share * this.#everyMs - this.#env.now();
    };
    await this.until(() => left() > 0, OPEN_MS, signal);
    await this.sleep(left(), signal);
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
