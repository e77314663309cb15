// @ts-check
import { golden } from "./golden.js";
import { Target } from "./target.js";

/** @import { Batch, Message, Room, Switch, You } from "../../../static/chat/js/types.d.ts" */
/** @typedef {{ status?: number, body?: any, headers?: Record<string, string> }} Answer */

/** A room of the protocol in memory, for all three transports, with faults to order. */
export class FakeServer {
  epoch = "k3f9";
  number = 0;
  /** @type {Map<number, Message>} */
  messages = new Map();
  /** @type {Room} */
  room = golden("room");
  /** @type {You} */
  you = golden("you");
  access = 0;
  /** @type {Switch | null} what the next answer asks for */
  asked = null;
  /** @type {FakeSocket[]} */
  sockets = [];
  /** @type {{ method: string, path: string, query: URLSearchParams, body: any }[]} */
  requests = [];
  /** Answers the next matching requests in the place of the room; return undefined to let one pass. @type {((request: { method: string, path: string, body: any }) => Answer | "lose" | "lose answer" | "hang" | undefined) | null} */
  fault = null;
  /** @type {((frame: any, socket: FakeSocket) => boolean) | null} true: the frame gets no answer */
  socketFault = null;
  refuseSockets = 0;
  /** What happens to sockets on the way. @type {"" | "refused" | "cut" | "mute"} */
  blocked = "";
  /** Where holds end by themselves. @type {((call: () => void, ms: number) => number) | null} */
  setTimeout = null;
  /** When a proxy cuts what is held, and by how much it delays what was. */
  cutMs = Number.POSITIVE_INFINITY;
  lateMs = 0;
  /** By how much a proxy delays what was held, whatever ended it. */
  keptMs = 0;
  network = golden("state").network;
  timings = golden("hello").timings;
  isDown = false;
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #now;

  /** @param {() => number} now */
  constructor(now) {
    this.#now = now;
    this.room.version = 0;
    const server = this;
    this.WebSocket = class extends FakeSocket {
      /** @param {string} url */
      constructor(url) {
        super(url, server);
      }
    };
  }

  get cursor() {
    return `${this.epoch}:${this.number}`;
  }

  get held() {
    return this.#waiting.size;
  }

  /** @param {string} body @param {{ key?: string, author?: { id: number, name: string }, reply_to?: number | null }} [more] @returns {Message} */
  post(body, { key = `other-key-${this.number + 1}`, author = { id: 9, name: "Zoe" }, reply_to = null } = {}) {
    const known = [...this.messages.values()].find((message) => message.key === key && message.author.id === author.id);
    if (known) return known;
    const seq = ++this.number;
    const created_at = new Date(this.#now()).toISOString();
    return this.#put({
      seq,
      version: seq,
      kind: "text",
      author,
      body,
      key,
      reply_to,
      created_at,
      edited_at: null,
      deleted: false,
    });
  }

  /** @param {number} seq @param {Partial<Message>} change */
  change(seq, change) {
    const message = this.messages.get(seq);
    if (!message) throw new Error(`no message ${seq}`);
    return this.#put({ ...message, ...change, version: ++this.number });
  }

  /** @param {Partial<Room>} change */
  changeRoom(change) {
    this.room = { ...this.room, ...change, version: ++this.number };
    this.wake();
  }

  /** A role, a mute, a door of the room: it takes a number and has no content but for the one concerned. @param {You} you */
  changeAccess(you) {
    this.you = you;
    this.access = ++this.number;
    this.wake();
  }

  /** A restored backup: the log has fewer changes, and another epoch. @param {string} epoch @param {number} keep */
  restore(epoch, keep) {
    this.epoch = epoch;
    this.number = keep;
    for (const [seq, { version }] of this.messages) if (version > keep) this.messages.delete(seq);
    this.wake();
  }

  /** Asks every page to take another transport. @param {Switch} asked */
  ask(asked) {
    for (const socket of this.sockets) socket.say({ type: "switch", ...asked });
    this.asked = asked;
  }

  wake() {
    for (const call of [...this.#waiting]) call();
    for (const socket of this.sockets) socket.follow();
  }

  state(page = 50) {
    const messages = [...this.messages.values()].sort((a, b) => a.seq - b.seq);
    return {
      room: this.room,
      you: this.you,
      messages: messages.slice(-page),
      cursor: this.cursor,
      more: messages.length > page,
      timings: this.timings,
      network: this.network,
    };
  }

  /** @param {string} after @param {number} [limit] @returns {Batch} */
  batch(after, limit = 100) {
    const [epoch, number] = after.split(":");
    const from = Number(number);
    if (epoch !== this.epoch || from > this.number) {
      return {
        type: "batch",
        cursor: this.cursor,
        messages: this.state().messages,
        room: this.room,
        more: false,
        reset: true,
        you: this.you,
      };
    }
    const changed = [...this.messages.values()]
      .filter(({ version }) => version > from)
      .sort((a, b) => a.version - b.version);
    const messages = changed.slice(0, limit);
    const more = changed.length > limit;
    const end = more ? Number(messages.at(-1)?.version) : this.number;
    const room = this.room.version > from && this.room.version <= end ? this.room : null;
    const own = from < this.access && this.access <= end ? { you: this.you } : {};
    return { type: "batch", cursor: `${this.epoch}:${end}`, messages, room, more, reset: false, ...own };
  }

  /** @type {any} */
  fetch = async (/** @type {string} */ url, /** @type {RequestInit} */ options = {}) => {
    const { pathname, searchParams } = new URL(url, "http://chat.test");
    const path = pathname.replace("/api/rooms/lobby", "");
    const request = {
      method: options.method ?? "GET",
      path,
      query: searchParams,
      body: JSON.parse(String(options.body ?? "null")),
    };
    this.requests.push(request);
    const answer = await abortable(this.#answer(request, options.signal ?? null), options.signal ?? null);
    return new Response(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: answer.headers ?? {},
    });
  };

  /** @param {any} request @param {AbortSignal | null} signal @returns {Promise<Answer>} */
  async #answer(request, signal) {
    const fault = this.isDown ? "lose" : this.fault?.(request);
    if (fault === "hang") return new Promise(() => {});
    if (fault === "lose") throw new TypeError("Failed to fetch");
    if (fault && fault !== "lose answer") return fault;
    const answer = await this.#serve(request, signal);
    if (fault === "lose answer") throw new TypeError("Failed to fetch");
    return answer;
  }

  /** @param {any} request @param {AbortSignal | null} signal @returns {Promise<Answer>} */
  async #serve({ method, path, query, body }, signal) {
    const author = { id: this.you.id, name: this.you.name };
    if (path === "") return { body: this.state() };
    if (path === "/read") return { body: { last_read_seq: body.seq } };
    if (path === "/poll")
      return { body: this.#asking(this.batch(query.get("after") ?? "", Number(query.get("limit")))) };
    if (path === "/longpoll") return { body: this.#asking(await this.#hold(query, signal)) };
    if (method === "POST")
      return {
        status: 201,
        body: { message: this.post(body.body, { key: body.key, author, reply_to: body.reply_to }) },
      };
    if (method === "GET") return { body: this.#history(Number(query.get("before")), Number(query.get("limit"))) };
    const seq = Number(path.split("/").at(-1));
    const change =
      method === "PATCH"
        ? { body: body.body, edited_at: new Date(this.#now()).toISOString() }
        : { body: "", deleted: true };
    return { body: { message: this.change(seq, change) } };
  }

  /** @param {Batch} batch @returns {Batch} */
  #asking(batch) {
    const { asked } = this;
    this.asked = null;
    return asked ? { ...batch, switch: asked } : batch;
  }

  /** @param {number} before @param {number} limit */
  #history(before, limit) {
    const older = [...this.messages.values()].filter(({ seq }) => seq < before).sort((a, b) => a.seq - b.seq);
    return { messages: older.slice(-limit), more: older.length > limit };
  }

  /** @param {URLSearchParams} query @param {AbortSignal | null} signal @returns {Promise<Batch>} */
  #hold(query, signal) {
    const [after, limit] = [query.get("after") ?? "", Number(query.get("limit"))];
    const now = this.batch(after, limit);
    if (now.cursor !== after || Number(query.get("wait")) === 0) return Promise.resolve(now);
    const waitMs = Number(query.get("wait")) * 1000;
    return new Promise((resolve, reject) => {
      const cut = () => {
        forget();
        reject(new TypeError("Failed to fetch"));
      };
      if (waitMs > this.cutMs) this.setTimeout?.(cut, this.cutMs);
      else this.setTimeout?.(() => done(), waitMs + this.lateMs);
      const done = () => {
        const batch = this.batch(after, limit);
        forget();
        signal?.removeEventListener("abort", forget);
        if (this.keptMs) this.setTimeout?.(() => resolve(batch), this.keptMs);
        else resolve(batch);
      };
      const forget = () => this.#waiting.delete(done);
      signal?.addEventListener("abort", forget);
      this.#waiting.add(done);
    });
  }

  /** @param {Message} message */
  #put(message) {
    this.messages.set(message.seq, message);
    this.wake();
    return message;
  }
}

/** @template T @param {Promise<T>} promise @param {AbortSignal | null} signal @returns {Promise<T>} */
const abortable = (promise, signal) =>
  new Promise((resolve, reject) => {
    const abort = () => reject(new DOMException("aborted", "AbortError"));
    signal?.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });

/** The browser's WebSocket, whose other end is the room. */
export class FakeSocket extends Target {
  readyState = 0;
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number, reason: string }) => void) | null} */
  onclose = null;
  /** @type {any[]} */
  received = [];
  isSilent = false;
  isMute = false;
  #server;
  #cursor;

  /** @param {string} url @param {FakeServer} server */
  constructor(url, server) {
    super();
    this.url = url;
    this.#server = server;
    this.#cursor = new URL(url).searchParams.get("after") ?? "";
    server.sockets.push(this);
    queueMicrotask(() => this.#open());
  }

  /** @param {string} data */
  send(data) {
    if (this.readyState !== 1) throw new DOMException("not open", "InvalidStateError");
    const frame = JSON.parse(data);
    this.received.push(frame);
    if (!this.isMute && !this.#server.socketFault?.(frame, this)) this.#handle(frame);
  }

  close(code = 1005) {
    this.drop(code);
  }

  /** The connection ends, by whichever side. @param {number} code */
  drop(code) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#server.sockets = this.#server.sockets.filter((socket) => socket !== this);
    queueMicrotask(() => {
      this.dispatchEvent(new Event("close"));
      this.onclose?.({ code, reason: "" });
    });
  }

  /** @param {object} frame */
  say(frame) {
    if (this.readyState !== 1) return;
    const data = JSON.stringify(frame);
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
    this.onmessage?.({ data });
  }

  follow() {
    if (this.readyState !== 1 || this.isSilent || this.isMute) return;
    let batch = this.#server.batch(this.#cursor, 20);
    while (batch.cursor !== this.#cursor || batch.reset) {
      this.#cursor = batch.cursor;
      this.say(batch);
      batch = this.#server.batch(this.#cursor, 20);
    }
  }

  #open() {
    if (this.readyState !== 0) return;
    const { blocked, isDown } = this.#server;
    if (isDown || blocked === "refused") return this.drop(1006);
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    this.onopen?.();
    if (blocked === "cut") this.#server.setTimeout?.(() => this.drop(1006), 200);
    this.isMute = blocked === "mute";
    if (this.isMute) return;
    if (this.#server.refuseSockets) return this.drop(this.#server.refuseSockets);
    const { room, you, timings } = this.#server;
    this.say({ ...golden("hello"), cursor: this.#cursor, room, you, timings });
    this.follow();
  }

  /** @param {any} frame */
  #handle(frame) {
    const server = this.#server;
    const author = { id: server.you.id, name: server.you.name };
    if (frame.type === "echo") this.say(frame);
    if (frame.type === "send")
      this.#sent(server.post(frame.body, { key: frame.key, author, reply_to: frame.reply_to }));
    if (frame.type === "edit")
      this.#sent(server.change(frame.seq, { body: frame.body, edited_at: "2026-11-17T10:00:00.000001Z" }));
    if (frame.type === "delete") this.#sent(server.change(frame.seq, { body: "", deleted: true }));
  }

  /** @param {Message} message */
  #sent(message) {
    this.say({ type: "sent", key: message.key, message });
  }
}
