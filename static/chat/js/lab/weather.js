// @ts-check

/** @import { Env } from "../types.d.ts" */

const CLOSED = 3;
const LOST = { code: 1006 };

/** A network that is as bad as one wants, between a client and the real one: give the client `env`. */
export class Weather {
  #env;
  #storm = new AbortController();
  /** @type {Set<() => void>} ends of open sockets */
  #sockets = new Set();
  isDown = false;
  /** Milliseconds that everything takes longer, there and back together. */
  delayMs = 0;
  /** Held questions are cut after so many milliseconds; 0: never. */
  cutHoldsMs = 0;

  /** @param {Env} env */
  constructor(env) {
    this.#env = env;
  }

  /** @returns {Env} */
  get env() {
    const fetch = (/** @type {any} */ path, /** @type {RequestInit} */ init = {}) => this.#fetch(String(path), init);
    return { ...this.#env, fetch, WebSocket: /** @type {any} */ (this.#stormySocket()), online: () => true };
  }

  /** All that is under way is lost, and nothing more passes. */
  goDown() {
    this.isDown = true;
    this.#storm.abort();
    for (const end of [...this.#sockets]) end();
  }

  comeBack() {
    this.isDown = false;
    this.#storm = new AbortController();
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  async #fetch(path, init) {
    const cut = new AbortController();
    const isCut = this.cutHoldsMs > 0 && path.includes("/longpoll?");
    const timer = isCut ? this.#env.setTimeout(() => cut.abort(), this.cutHoldsMs) : undefined;
    const signal = AbortSignal.any([this.#storm.signal, cut.signal, ...(init.signal ? [init.signal] : [])]);
    try {
      await this.#pass();
      const response = await this.#env.fetch(path, { ...init, signal });
      await this.#pass();
      return response;
    } finally {
      this.#env.clearTimeout(timer);
    }
  }

  /** Half of the way; rejects when there is no network at its beginning or at its end. */
  async #pass() {
    if (this.delayMs && !this.isDown)
      await new Promise((done) => this.#env.setTimeout(() => done(undefined), this.delayMs / 2));
    if (this.isDown) throw new TypeError("no network");
  }

  /** @param {() => void} work */
  #later(work) {
    if (this.delayMs) this.#env.setTimeout(work, this.delayMs / 2);
    else work();
  }

  /** A socket of the real network, whose every word comes through here. */
  #stormySocket() {
    const weather = this;
    return class {
      /** @type {((event: any) => void) | null} */ onopen = null;
      /** @type {((event: any) => void) | null} */ onmessage = null;
      /** @type {((event: any) => void) | null} */ onclose = null;
      /** @type {WebSocket | null} */ #real = null;
      #end = () => this.#lose();

      /** @param {string} url */
      constructor(url) {
        if (weather.isDown) {
          weather.#env.setTimeout(() => this.onclose?.(LOST), 0);
          return;
        }
        const real = new weather.#env.WebSocket(url);
        weather.#sockets.add(this.#end);
        real.onopen = (event) => weather.#later(() => this.#real && this.onopen?.(event));
        real.onmessage = (event) => weather.#later(() => this.#real && this.onmessage?.(event));
        real.onclose = (event) => weather.#later(() => this.#real && this.#drop() && this.onclose?.(event));
        this.#real = real;
      }

      get readyState() {
        return this.#real?.readyState ?? CLOSED;
      }

      /** @param {string} data */
      send(data) {
        const real = this.#real;
        weather.#later(() => real?.readyState === 1 && real.send(data));
      }

      /** @param {number} code */
      close(code) {
        this.#drop()?.close(code);
      }

      #lose() {
        this.#drop()?.close();
        this.onclose?.(LOST);
      }

      #drop() {
        const real = this.#real;
        this.#real = null;
        weather.#sockets.delete(this.#end);
        return real;
      }
    };
  }
}
