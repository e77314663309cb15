// @ts-check

/** @import { Env, Via } from "../types.d.ts" */

export const NAME = "chat.networks";
const MOST = 20; // networks, the latest; a browser is rarely at more places

/** @typedef {{ via?: Via, holdS?: number, tries?: number, nextAt?: number }} Known `tries`: vain ones of something better, `nextAt`: when the next is due */

/** What works where: kept by all tabs of a browser, for each network under the name that the server gives it. */
export class Memory {
  #storage;
  #network;

  /** @param {Pick<Env, "storage">} env @param {string} network */
  constructor({ storage }, network) {
    this.#storage = storage;
    this.#network = network;
  }

  /** @returns {Known} */
  get known() {
    return this.#all[this.#network] ?? {};
  }

  /** @param {Known} news */
  keep(news) {
    const { [this.#network]: known, ...others } = this.#all;
    const kept = Object.entries({ ...others, [this.#network]: { ...known, ...news } }).slice(-MOST);
    try {
      this.#storage?.setItem(NAME, JSON.stringify(Object.fromEntries(kept)));
    } catch {
      // Full: then it is learned again.
    }
  }

  /** @returns {Record<string, Known>} */
  get #all() {
    try {
      return JSON.parse(this.#storage?.getItem(NAME) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }
}
