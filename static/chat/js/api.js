// @ts-check
import { asChatError, ChatError, errorOfAnswer, readBatch } from "./wire.js";

/** @import { Batch, Env, Message, Request, State } from "./types.d.ts" */

const ANSWER_MS = 15_000; // longer than any answer that is not held takes

/** The JSON endpoints of one room. Everything rejects with a `ChatError`. */
export class Api {
  #env;
  #root;

  /** @param {Env} env @param {string} slug */
  constructor(env, slug) {
    this.#env = env;
    this.#root = `/api/rooms/${encodeURIComponent(slug)}`;
  }

  /** @returns {Promise<State>} */
  state() {
    return this.request("GET", "");
  }

  /** @param {number} seq @param {number} limit @returns {Promise<{ messages: Message[], more: boolean }>} */
  before(seq, limit) {
    return this.request("GET", `/messages?${query({ before: seq, limit })}`);
  }

  /** @param {number} seq @returns {Promise<Message | null>} */
  async one(seq) {
    const { messages } = await this.before(seq + 1, 1);
    return messages.find((message) => message.seq === seq) ?? null;
  }

  /** @param {number} seq @returns {Promise<{ last_read_seq: number }>} */
  read(seq) {
    return this.request("POST", "/read", { seq });
  }

  /** What comes after a cursor. @param {"poll" | "longpoll"} way @param {Record<string, string | number>} fields @param {AbortSignal} signal @returns {Promise<Batch>} */
  async batch(way, fields, signal) {
    return readBatch(await this.#ask("GET", `/${way}?${query(fields)}`, undefined, signal));
  }

  /** Changes the log. @param {Request} request @returns {Promise<Message>} */
  async submit(request) {
    const { message } = await this.#submit(request);
    return message;
  }

  /** @param {Request} request @returns {Promise<{ message: Message }>} */
  #submit(request) {
    if (request.type === "send") {
      const { type: _, ...body } = request;
      return this.request("POST", "/messages", body);
    }
    const path = `/messages/${request.seq}`;
    return request.type === "edit" ? this.request("PATCH", path, { body: request.body }) : this.request("DELETE", path);
  }

  /** @param {string} method @param {string} path below the room @param {object} [body] @returns {Promise<any>} */
  async request(method, path, body) {
    const abort = new AbortController();
    const timer = this.#env.setTimeout(() => abort.abort(), ANSWER_MS);
    try {
      return await this.#ask(method, path, body, abort.signal);
    } catch (error) {
      throw abort.signal.aborted ? new ChatError("timeout") : error;
    } finally {
      this.#env.clearTimeout(timer);
    }
  }

  /** @param {string} method @param {string} path @param {object | undefined} body @param {AbortSignal} signal @returns {Promise<any>} */
  async #ask(method, path, body, signal) {
    try {
      const response = await this.#env.fetch(this.#root + path, this.#options(method, body, signal));
      const said = await response.json().catch(() => null);
      if (response.ok && said) return said;
      throw errorOfAnswer(response.status, said, response.headers.get("Retry-After"));
    } catch (error) {
      throw asChatError(error);
    }
  }

  /** @param {string} method @param {object | undefined} body @param {AbortSignal} signal @returns {RequestInit} */
  #options(method, body, signal) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRFToken"] = this.#env.csrf();
    if (body) headers["Content-Type"] = "application/json";
    return {
      method,
      headers,
      signal,
      cache: "no-store",
      credentials: "same-origin",
      body: body ? JSON.stringify(body) : null,
    };
  }
}

/** @param {Record<string, string | number>} fields */
const query = (fields) => new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
