// @ts-check

/** @import { Env } from "./types.d.ts" */

/**
 * @typedef {object} Ways
 * @property {() => void} open
 * @property {() => void} close
 * @property {(isNewNetwork: boolean) => void} wake something suggests that the server should be asked again
 * @property {(item: string | null) => void} onStored another tab has changed an item of the storage
 */

/** When a page is at work: from its start to its stop, except while the browser has put it away. */
export class PageLife {
  #env;
  #ways;
  /** @type {AbortController | null} */
  #watching = null;
  isAwake = false;

  /** @param {Env} env @param {Ways} ways */
  constructor(env, ways) {
    this.#env = env;
    this.#ways = ways;
  }

  get isStarted() {
    return this.#watching !== null;
  }

  start() {
    this.#watching = new AbortController();
    this.#watch(this.#watching.signal);
    this.#wake();
  }

  stop() {
    this.#watching?.abort();
    this.#watching = null;
    this.#sleep();
  }

  /** @param {AbortSignal} signal */
  #watch(signal) {
    const { window, document } = this.#env;
    /** @type {(target: EventTarget, type: string, call: (event: any) => void) => void} */
    const on = (target, type, call) => target.addEventListener(type, call, { signal });
    on(window, "pagehide", () => this.#sleep()); // an open line would keep the page out of the back/forward cache
    on(window, "pageshow", () => this.#wake());
    on(window, "online", () => this.#wake(true));
    // The browser may be wrong. A line that is opened again finds out at once, the old one only by its silence.
    on(window, "offline", () => this.isAwake && this.#ways.wake(true));
    on(window, "storage", ({ key }) => this.#ways.onStored(key));
    on(document, "resume", () => this.#wake());
    on(document, "visibilitychange", () => document.visibilityState === "visible" && this.#wake());
  }

  #wake(isNewNetwork = false) {
    if (this.isAwake) return this.#ways.wake(isNewNetwork);
    this.isAwake = true;
    this.#ways.open();
  }

  #sleep() {
    this.isAwake = false;
    this.#ways.close();
  }
}
