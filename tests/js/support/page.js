// @ts-check
import { Client } from "../../../static/chat/js/client.js";
import { Timeline } from "../../../static/chat/js/timeline.js";
import { loadTransport } from "../../../static/chat/js/transports/make.js";
import { Clock, settle } from "./clock.js";
import { FakeServer } from "./server.js";
import { Browser } from "./storage.js";
import { Target } from "./target.js";

/** @import { Env, State, Status, Via } from "../../../static/chat/js/types.d.ts" */

for (const via of /** @type {Via[]} */ (["websocket", "longpoll", "poll"])) await loadTransport(via);

let keys = 0;

/** An environment of fakes. @param {Clock} clock @param {Partial<Env>} [parts] @returns {Env & { window: EventTarget, document: any }} */
export function fakeEnv(clock, parts = {}) {
  return {
    fetch: () => Promise.reject(new TypeError("no network here")),
    WebSocket: /** @type {any} */ (null),
    storage: null,
    locks: null,
    now: clock.now,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    random: () => 0.5,
    newKey: () => `test-key-${String(++keys).padStart(5, "0")}`,
    location: { protocol: "http:", host: "chat.test" },
    document: Object.assign(new Target(), { visibilityState: "visible" }),
    window: new Target(),
    online: () => true,
    csrf: () => "token",
    ...parts,
  };
}

/** A browser, a server and pages of one person in one room. */
export class World {
  clock = new Clock();
  server = new FakeServer(this.clock.now);
  browser = new Browser();

  /** @param {Via} via @param {{ everyMs?: number | null, isAutomatic?: boolean, state?: State, parts?: Partial<Env> }} [options] */
  page(via, { everyMs = null, isAutomatic = false, state = this.server.state(), parts = {} } = {}) {
    const window = new Target();
    const { fetch, WebSocket } = this.server;
    const env = fakeEnv(this.clock, {
      window,
      fetch,
      WebSocket: /** @type {any} */ (WebSocket),
      storage: this.browser.tab(window),
      locks: /** @type {any} */ (this.browser.locks),
      ...parts,
    });
    const client = new Client({ slug: "lobby", state: structuredClone(state), via, everyMs, isAutomatic, env });
    return new Page(client, env, state);
  }
}

/** A page that shows what its client tells, and remembers it. */
class Page {
  /** @type {Status[]} */
  statuses = [];
  /** @type {any[]} */
  batches = [];
  /** @type {string[]} */
  events = [];

  /** @param {Client} client @param {ReturnType<typeof fakeEnv>} env @param {State} state */
  constructor(client, env, state) {
    this.client = client;
    this.env = env;
    this.timeline = new Timeline(state.messages, state.more);
    for (const type of ["batch", "status", "outbox", "you", "room"])
      client.addEventListener(type, (event) => this.#note(type, /** @type {any} */ (event).detail));
  }

  async start() {
    this.client.start();
    await settle();
    return this;
  }

  /** The texts on the page, in order. */
  get texts() {
    return this.timeline.messages.map(({ body }) => body);
  }

  get phase() {
    return this.client.status.phase;
  }

  /** @param {string} type @param {any} detail */
  #note(type, detail) {
    this.events.push(type);
    if (type === "status") this.statuses.push(detail);
    if (type !== "batch") return;
    this.batches.push(detail);
    if (detail.reset) this.timeline.reset(detail.messages);
    else for (const message of detail.messages) this.timeline.upsert(message);
  }
}
