// @ts-check
import { Announcer } from "../announcer.js";
import { frameBytes, handshakeBytes, requestBytes, responseBytes } from "./sizes.js";
import { Totals } from "./totals.js";

/** @import { Env } from "../types.d.ts" */

const KEPT = 500; // traces; the oldest go, and stay in the totals
const QUESTION = /\/(poll|longpoll)\?/; // asks for news

/**
 * A request with its answer, a handshake, or a frame. Sizes in bytes, estimated where a browser hides them.
 * @typedef {object} Trace
 * @property {"request" | "handshake" | "frame"} kind
 * @property {number} at when it began
 * @property {number} tookMs until the whole answer was here; 0 for a frame
 * @property {string} what method and path, or the type of the frame
 * @property {"in" | "out"} direction
 * @property {number} status of HTTP, 101 for a socket that opened; 0 without an answer, and for a frame
 * @property {number} up
 * @property {number} down
 * @property {"poll" | "longpoll" | null} asks for news, and how; null for what is no question
 * @property {number} messages that it brought
 * @property {string} text of the answer or the frame
 */

/** @type {Trace} */
const BLANK = {
  kind: "request",
  at: 0,
  tookMs: 0,
  what: "",
  direction: "out",
  status: 0,
  up: 0,
  down: 0,
  asks: null,
  messages: 0,
  text: "",
};

/**
 * Notes all that passes between a client and its server: give the client `env` in the place of its own.
 * Tells `trace` {trace}. It changes nothing, and whoever does not use it pays nothing.
 */
export class Recorder extends Announcer {
  #env;
  /** @type {Trace[]} the newest ones, oldest first */
  traces = [];
  totals = new Totals();

  /** @param {Env} env */
  constructor(env) {
    super();
    this.#env = env;
  }

  /** @returns {Env} */
  get env() {
    return {
      ...this.#env,
      fetch: (input, init) => this.#fetch(String(input), init ?? {}),
      WebSocket: this.#recordingSocket(),
    };
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  async #fetch(path, init) {
    const { method = "GET", headers = {}, body } = init;
    const up = requestBytes(method, path, headers, typeof body === "string" ? body : "");
    const asks = /** @type {Trace["asks"]} */ (QUESTION.exec(path)?.[1] ?? null);
    const began = { ...BLANK, at: this.#env.now(), what: `${method} ${path}`, up, asks };
    try {
      const response = await this.#env.fetch(path, init);
      const text = await response.text();
      this.#note({ ...began, ...this.#answered(began.at, response, text) });
      const { status, statusText } = response;
      return new Response(text || null, { status, statusText, headers: response.headers });
    } catch (error) {
      this.#note({ ...began, tookMs: this.#env.now() - began.at });
      throw error;
    }
  }

  /** @param {number} at @param {Response} response @param {string} text @returns {Partial<Trace>} */
  #answered(at, { status, headers }, text) {
    const down = responseBytes(headers, text);
    return { status, text, down, tookMs: this.#env.now() - at, messages: messagesIn(text) };
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

      /** @override @param {string} data */
      send(data) {
        recorder.#frame("out", data);
        super.send(data);
      }
    };
  }

  /** @param {WebSocket} socket @param {string} url */
  #watch(socket, url) {
    const at = this.#env.now();
    const told = (/** @type {number} */ status) => {
      const tookMs = this.#env.now() - at;
      this.#note({ ...BLANK, kind: "handshake", at, tookMs, status, what: `GET ${url}`, ...handshakeBytes(url) });
    };
    let isOpen = false;
    socket.addEventListener("open", () => {
      isOpen = true;
      told(101);
    });
    socket.addEventListener("close", () => isOpen || told(0));
    socket.addEventListener("message", ({ data }) => this.#frame("in", String(data)));
  }

  /** @param {"in" | "out"} direction @param {string} text */
  #frame(direction, text) {
    const size = frameBytes(text, direction === "out");
    const [up, down] = direction === "out" ? [size, 0] : [0, size];
    const what = /"type": ?"(\w+)"/.exec(text)?.[1] ?? "";
    const messages = what === "batch" ? messagesIn(text) : 0;
    this.#note({ ...BLANK, kind: "frame", at: this.#env.now(), direction, what, up, down, messages, text });
  }

  /** @param {Trace} trace */
  #note(trace) {
    this.traces.push(trace);
    if (this.traces.length > KEPT) this.traces.shift();
    this.totals.add(trace);
    this.announce("trace", { trace });
  }
}

/** @param {string} text of an answer or a frame @returns {number} */
function messagesIn(text) {
  try {
    return JSON.parse(text).messages?.length ?? 0;
  } catch {
    return 0; // not of the protocol
  }
}
