// @ts-check
import { Memory } from "./memory.js";

/** @import { Api } from "../api.js" */
/** @import { Env } from "../types.d.ts" */
/** @import { Known } from "./memory.js" */

/** The network that the page is on. The browser does not tell, and the server sees it. */
export class Place {
  #env;
  #api;
  #network;
  #memory;
  #isInDoubt = false;

  /** @param {Env} env @param {Api} api @param {string} network */
  constructor(env, api, network) {
    this.#env = env;
    this.#api = api;
    this.#network = network;
    this.#memory = new Memory(env, network);
    env.window.addEventListener("online", () => {
      this.#isInDoubt = true;
    });
  }

  get known() {
    return this.#memory.known;
  }

  /** @param {Known} news */
  keep(news) {
    this.#memory.keep(news);
  }

  /** Asks where we are, when that is in doubt. @returns {Promise<boolean>} whether it is somewhere else */
  async ask() {
    if (!this.#isInDoubt) return false;
    this.#isInDoubt = false;
    const state = await this.#api.state().catch(() => null);
    this.#isInDoubt ||= state === null;
    if (!state || state.network === this.#network) return false;
    this.#network = state.network;
    this.#memory = new Memory(this.#env, state.network);
    return true;
  }
}
