// @ts-check
import { Announcer } from "../announcer.js";
import { frameBytes, handshakeBytes, requestBytes, responseBytes } from "./sizes.js";
import { Totals } from "./totals.js";
import { BLANK } from "./trace.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Heads, Trace } from "./trace.js" */

const KEPT = 500; // traces; the oldest go, and stay in the totals
const KEPT_CHARACTERS = 4_000_000; // of their texts together
const QUESTION = /\/(poll|longpoll)\?/; // asks for news
const SECRET = /csrf|cookie|authorization|ticket/i; // heads that nobody may find in a copy

/**
 * Notes all that passes between a client and its server: give the client `env` in the place of its own, or attach it to the one
 * that a running client has. Tells `trace` {trace}. It changes nothing, and whoever does not use it pays nothing.
 */
export class Recorder extends Announcer {
  #env;
  #characters = 0;
  #sockets = 0;
  #end = new AbortController();
  /** @type {Trace[]} the newest ones, oldest first */
  traces = [];
  /** @type {Set<Trace>} requests without an answer yet */
  underWay = new Set();
  totals = new Totals();

  /** @param {Env} env */
  constructor(env) {
    super();
    this.#env = { ...env };
  }

  /** @returns {Env} */
  get env() {
    return {
      ...this.#env,
      fetch: (input, init) => this.#fetch(String(input), init ?? {}),
      WebSocket: this.#recordingSocket(),
    };
  }

  /** What a running client opens from now on is noted. @param {Env} env the client's, which looks its parts up at each use */
  attach(env) {
    const { fetch, WebSocket } = this.env;
    Object.assign(env, { fetch, WebSocket });
    const { fetch: plain, WebSocket: Plain } = this.#env;
    this.#end.signal.addEventListener("abort", () => Object.assign(env, { fetch: plain, WebSocket: Plain }));
  }

  /** Gives the client back what it had; open sockets are plain ones again, and nothing more is noted. */
  detach() {
    this.#end.abort();
    this.underWay.clear();
  }

  /** @param {Trace} trace */
  note(trace) {
    if (this.#end.signal.aborted) return;
    this.traces.push(trace);
    this.#characters += charactersOf(trace);
    while (this.traces.length > KEPT || (this.#characters > KEPT_CHARACTERS && this.traces.length > 1))
      this.#characters -= charactersOf(/** @type {Trace} */ (this.traces.shift()));
    this.totals.add(trace);
    this.announce("trace", { trace });
  }

  /** Forgets the traces; the totals stay. */
  clear() {
    this.traces = [];
    this.#characters = 0;
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  async #fetch(path, init) {
    const began = this.#begin(path, init);
    this.underWay.add(began);
    try {
      const response = await this.#env.fetch(path, init);
      const text = await response.text();
      this.note({ ...began, ...this.#answered(began.at, response, text) });
      const { status, statusText } = response;
      return new Response(text || null, { status, statusText, headers: response.headers });
    } catch (error) {
      this.note({ ...began, tookMs: this.#env.now() - began.at, isDropped: init.signal?.aborted ?? false });
      throw error;
    } finally {
      this.underWay.delete(began);
    }
  }

  /** @param {string} path @param {RequestInit} init @returns {Trace} */
  #begin(path, { method = "GET", headers = {}, body }) {
    const text = typeof body === "string" ? body : "";
    const up = requestBytes(method, path, headers, text);
    const asks = /** @type {Trace["asks"]} */ (QUESTION.exec(path)?.[1] ?? null);
    return { ...BLANK, at: this.#env.now(), what: `${method} ${path}`, up, asks, body: text, sent: open(headers) };
  }

  /** @param {number} at @param {Response} response @param {string} text @returns {Partial<Trace>} */
  #answered(at, { status, headers }, text) {
    const down = responseBytes(headers, text);
    const [tookMs, messages] = [this.#env.now() - at, messagesIn(text)];
    return { status, text, down, tookMs, messages, received: open(headers) };
  }

  /** @returns {Env["WebSocket"]} */
  #recordingSocket() {
    const recorder = this;
    return class extends this.#env.WebSocket {
      /** @param {string} url */
      constructor(url) {
        super(url);
        recorder.#watch(this, url);
      }
    };
  }

  /** @param {WebSocket} socket @param {string} url */
  #watch(socket, url) {
    const { signal } = this.#end;
    const at = this.#env.now();
    const from = { socket: ++this.#sockets, url };
    const told = (/** @type {number} */ status) => {
      const tookMs = this.#env.now() - at;
      this.note({
        ...BLANK,
        ...from,
        kind: "handshake",
        at,
        tookMs,
        status,
        what: `GET ${url}`,
        ...handshakeBytes(url),
      });
    };
    let isOpen = false;
    const opened = () => {
      isOpen = true;
      told(101);
    };
    socket.addEventListener("open", opened, { signal });
    socket.addEventListener("close", () => isOpen || told(0), { signal });
    socket.addEventListener("message", ({ data }) => this.#frame("in", String(data), from), { signal });
    socket.send = (/** @type {string} */ data) => {
      this.#frame("out", data, from);
      Object.getPrototypeOf(socket).send.call(socket, data);
    };
    signal.addEventListener("abort", () => Reflect.deleteProperty(socket, "send"), { once: true });
  }

  /** @param {"in" | "out"} direction @param {string} text @param {{ socket: number, url: string }} from */
  #frame(direction, text, from) {
    const size = frameBytes(text, direction === "out");
    const [up, down] = direction === "out" ? [size, 0] : [0, size];
    const what = /"type": ?"(\w+)"/.exec(text)?.[1] ?? "";
    const messages = what === "batch" ? messagesIn(text) : 0;
    this.note({ ...BLANK, ...from, kind: "frame", at: this.#env.now(), direction, what, up, down, messages, text });
  }
}

/** @param {HeadersInit} headers @returns {Heads} */
const open = (headers) => [...new Headers(headers)].filter(([name]) => !SECRET.test(name));

/** @param {Trace} trace */
const charactersOf = ({ text, body }) => text.length + body.length;

/** @param {string} text of an answer or a frame @returns {number} */
function messagesIn(text) {
  try {
    return JSON.parse(text).messages?.length ?? 0;
  } catch {
    return 0; // not of the protocol
  }
}
