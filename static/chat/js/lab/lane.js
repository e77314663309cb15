// @ts-check
import { Announcer } from "../announcer.js";
import { Client } from "../client.js";
import { timeOf } from "../recorder/clock.js";
import { Recorder } from "../recorder/recorder.js";
import { Weather } from "./weather.js";

/** @import { ServerClock } from "../recorder/clock.js" */
/** @import { Env, Message, State, Via } from "../types.d.ts" */

const EVEN = 0.5; // each pause before another try has its mean length

/** A message that was here at a moment. */
class Arrival {
  #clock;
  #createdMs;

  /** @param {ServerClock} clock @param {{ key: string, body: string, createdAt: string, at: number }} of */
  constructor(clock, { key, body, createdAt, at }) {
    this.#clock = clock;
    this.#createdMs = timeOf(createdAt); // once: it is asked for at each drawing
    this.key = key;
    this.body = body;
    this.at = at;
  }

  /** How long it took from its commit to here, by what is known of the clocks by now. */
  get ms() {
    return this.#clock.since(this.#createdMs, this.at);
  }
}

/** One transport of the lab: a client of its own, what it received and what that cost. Tells `arrivals` and `status`. */
export class Lane extends Announcer {
  #env;
  #clock;
  /** @type {Set<string>} */
  #seen = new Set();
  via;
  recorder;
  weather;
  client;
  /** @type {Arrival[]} */
  arrivals = [];
  doubled = 0;

  /** @param {{ env: Env, clock: ServerClock, via: Via, state: State, everyMs: number, holdS: number }} options */
  constructor({ env, clock, via, state, everyMs, holdS }) {
    super();
    this.#env = env;
    this.#clock = clock;
    this.via = via;
    this.recorder = new Recorder(env);
    this.weather = new Weather(this.recorder.env);
    const own = structuredClone(state);
    own.room.transports.hold_s = holdS;
    // Neither what other tabs do nor luck may decide what is measured here.
    const alone = { ...this.weather.env, storage: null, locks: null, random: () => EVEN };
    this.client = new Client({ slug: state.room.slug, state: own, via, everyMs, env: alone });
    this.client.addEventListener("batch", (event) => this.#take(/** @type {CustomEvent} */ (event).detail.messages));
    this.client.addEventListener("status", () => this.announce("status", {}));
  }

  get isLive() {
    return this.client.status.phase === "live";
  }

  /** @param {Set<string>} keys @returns {number} how many of these messages are here */
  count(keys) {
    let count = 0;
    for (const key of keys) if (this.#seen.has(key)) count += 1;
    return count;
  }

  /** @param {Message[]} messages */
  #take(messages) {
    const now = this.#env.now();
    for (const { key, kind, seq, version, body, created_at } of messages) {
      if (kind !== "text" || version !== seq) continue;
      if (this.#seen.has(key)) this.doubled += 1;
      this.#seen.add(key);
      this.arrivals.push(new Arrival(this.#clock, { key, body, createdAt: created_at, at: now }));
    }
    this.announce("arrivals", {});
  }
}
