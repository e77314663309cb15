// @ts-check
import { Api } from "./api.js";
import { Courier } from "./courier.js";
import { Delivery } from "./delivery.js";
import { browserEnv } from "./env.js";
import { Lines } from "./lines.js";
import { Outbox } from "./outbox.js";
import { watchPage } from "./page.js";
import { Position } from "./position.js";
import { ReadMark } from "./readmark.js";
import { LongPolling } from "./transports/longpoll.js";
import { Polling } from "./transports/polling.js";
import { WebSocketTransport } from "./transports/websocket.js";
import { turns } from "./turn.js";
import { ChatError, asChatError, distance } from "./wire.js";

/** @import { Link } from "./link.js" */
/** @import { Batch, Env, Hello, Message, Room, State, Status, StoredEntry, Transport, Via, You } from "./types.d.ts" */

const OTHER_TAB_MS = 3000; // an entry of another tab is left to that tab for so long
const FIRST_TRY_MS = 1000; // a send so soon after its entry is the first one
const SOMEONE_ELSE = "You are signed in as somebody else now. Reload the page to go on.";

/**
 * One room in one page: the log over any transport, the outbox, and the truth about both.
 * Events: `batch` {messages, room, reset}, `status`, `outbox` {entries}, `you` {you}, `room` {room}.
 */
export class Client extends EventTarget {
  #env;
  #slug;
  #api;
  #state;
  #position;
  #outbox;
  #courier;
  #lines;
  #readMark;
  #page;
  #delivery = new Delivery();
  #youAreStale = false;
  #isAwake = false;
  #hadContact = false;
  /** @type {AbortController | null} */
  #watching = null;
  /** @type {Record<string, string>} the last event of each kind */
  #said = {};

  /** @param {{ slug: string, state: State, via: Via, everyMs?: number | null, env?: Env }} options */
  constructor({ slug, state, via, everyMs = null, env = browserEnv() }) {
    super();
    const { allowed, default: usual } = state.room.transports;
    const bounds = { minMs: state.timings.retry_min_ms, maxMs: state.timings.retry_max_ms };
    const name = `chat.outbox.${state.you.id}.${slug}`;
    this.#env = env;
    this.#slug = slug;
    this.#state = { ...state };
    this.#page = env.newKey();
    this.#api = new Api(env, slug);
    this.#position = new Position(state.cursor);
    this.#readMark = new ReadMark(env, state.you.last_read_seq, (seq) => this.#api.read(seq));
    this.#outbox = new Outbox(env, name);
    this.#lines = new Lines(env, bounds, allowed.includes(via) ? via : usual, everyMs, {
      make: (...choice) => this.#transport(...choice),
      position: () => this.#position.cursor,
      onHello: (hello) => this.#onHello(hello),
      onBatch: (batch, after) => this.#onBatch(batch, after),
      onChange: (link) => this.#onLink(link),
    });
    this.#courier = new Courier(env, this.#outbox, bounds, {
      turn: turns(env, `${name}:turn`),
      submit: (send) => this.#lines.send(send),
      onSent: (...sent) => this.#onSent(...sent),
      onRefused: (error) => this.#onRefused(error),
      onChange: () => this.#tell(),
    });
    this.#said.you = JSON.stringify({ you: state.you });
    this.#confirm(state.messages);
  }

  get room() {
    return this.#state.room;
  }

  get you() {
    return this.#state.you;
  }

  get pending() {
    return this.#courier.entries;
  }

  /** @returns {Status} */
  get status() {
    const { via, everyMs, current, notice } = this.#lines;
    const isOffline = !this.#isAwake || (current.phase === "waiting" && !this.#env.online());
    return {
      via,
      everyMs: via === "poll" ? this.#interval(everyMs) : null,
      phase: isOffline ? "offline" : current.phase,
      upToDateAt: current.upToDateAt,
      retryAt: current.retryAt,
      error: (current.error ?? notice)?.toJSON() ?? null,
      deliveryMs: this.#delivery.ms,
      waitingToSend: this.pending.filter(({ phase }) => phase !== "failed").length,
    };
  }

  start() {
    if (this.#watching) return this.#lines.current.inContact ? this.#wake() : this.#lines.open();
    this.#watching = new AbortController();
    const calls = {
      sleep: () => this.#sleep(),
      wake: () => this.#wake(),
      change: () => this.#tell(),
      stored: (/** @type {string | null} */ item) => this.#onStored(item),
    };
    watchPage(this.#env, calls, this.#watching.signal);
    this.#wake();
  }

  stop() {
    this.#watching?.abort();
    this.#watching = null;
    this.#sleep();
  }

  /** Puts a message into the outbox. @param {string} body @returns {string} its key */
  send(body, { replyTo = /** @type {number | null} */ (null) } = {}) {
    const key = this.#outbox.add(body, replyTo);
    this.#tell();
    this.#courier.kick();
    return key;
  }

  /** @param {number} seq @param {string} body @returns {Promise<Message>} */
  async edit(seq, body) {
    return this.#deliver(await this.#lines.send({ type: "edit", seq, body }));
  }

  /** @param {number} seq @returns {Promise<Message>} the tombstone */
  async remove(seq) {
    return this.#deliver(await this.#lines.send({ type: "delete", seq }));
  }

  /** @param {string} key */
  retry(key) {
    this.#outbox.retry(key);
    this.#tell();
    this.#courier.kick();
  }

  /** @param {string} key */
  discard(key) {
    this.#outbox.remove(key);
    this.#tell();
  }

  /** Hands over to another transport; rejects, and stays, when that one does not work. @param {Via} via @param {number | null} [everyMs] */
  async switchTo(via, everyMs = this.#lines.everyMs) {
    this.#lines.notice = null;
    try {
      if (!this.room.transports.allowed.includes(via)) throw new ChatError("transport_not_allowed");
      if (via === this.#lines.via && everyMs === this.#lines.everyMs) return this.#lines.current.wake();
      await this.#lines.switchTo(via, everyMs);
      this.#delivery.ms = null;
      this.#courier.kick();
    } catch (error) {
      this.#lines.notice = asChatError(error).code === "superseded" ? null : asChatError(error);
      this.#tell();
      throw error;
    }
  }

  /** @param {number} seq @param {number} [limit] */
  loadBefore(seq, limit = this.#state.timings.page) {
    return this.#api.before(seq, limit);
  }

  /** @param {number} seq @returns {Promise<Message | null>} */
  async loadOne(seq) {
    const { messages } = await this.#api.before(seq + 1, 1);
    return messages.find((message) => message.seq === seq) ?? null;
  }

  /** @param {number} seq */
  markRead(seq) {
    this.#readMark.move(seq);
  }

  /** @param {Via} via @param {number | null} everyMs @returns {Transport} */
  #transport(via, everyMs) {
    const tools = { env: this.#env, api: this.#api, slug: this.#slug, timings: this.#state.timings };
    if (via === "websocket") return new WebSocketTransport(tools);
    if (via === "longpoll") return new LongPolling({ ...tools, holdS: this.room.transports.hold_s, page: this.#page });
    return new Polling({ ...tools, everyMs: () => this.#interval(everyMs) });
  }

  /** @param {number | null} everyMs the choice, which the room may slow down */
  #interval(everyMs) {
    return Math.max(everyMs ?? 0, this.room.transports.poll_interval_ms);
  }

  #wake() {
    if (this.#isAwake) return this.#lines.current.wake();
    this.#isAwake = true;
    this.#courier.start();
    this.#lines.open();
  }

  #sleep() {
    this.#isAwake = false;
    this.#courier.stop();
    this.#lines.close();
    this.#tell();
  }

  /** @param {Hello} hello */
  #onHello({ cursor, room, you, timings }) {
    this.#state.timings = timings;
    if (Number.isNaN(distance(cursor, this.#position.cursor)) || room.version > this.room.version) this.#setRoom(room);
    this.#setYou(you);
  }

  /** @param {Batch} batch @param {string} after @returns {boolean} whether the line is on our track */
  #onBatch(batch, after) {
    const news = this.#position.take(batch, after);
    if (!news) return false;
    const room = batch.room && (news.reset || batch.room.version > this.room.version) ? batch.room : null;
    const isSilent = !batch.messages.length && !batch.room; // a change of access moves the cursor without content
    if (news.messages.length || news.reset || room) this.#emit("batch", { ...news, room });
    if (!news.reset) this.#measure(news.messages);
    this.#confirm(batch.messages);
    this.#youAreStale ||= news.reset || room !== null || (isSilent && batch.cursor !== after);
    if (room) this.#setRoom(room);
    return true;
  }

  /** @param {Link} link */
  #onLink(link) {
    const isBack = link.inContact && !this.#hadContact;
    this.#hadContact = link.inContact;
    if (isBack) this.#courier.kick();
    if (link.inContact && this.#youAreStale) this.#refresh();
    if (link.phase === "refused" && link.error?.code === "transport_not_allowed") this.#leave(link.error);
    this.#tell();
  }

  /** @param {Message} message @param {StoredEntry} entry @param {number} askedAt */
  #onSent(message, { at }, askedAt) {
    // A later try may be answered with what an earlier one has stored.
    if (askedAt - at < FIRST_TRY_MS) this.#delivery.sent(message, askedAt, this.#env.now());
    this.#deliver(message);
  }

  /** @param {ChatError} error */
  #onRefused({ code }) {
    if (code === "forbidden") this.#refresh();
  }

  /** Another tab has changed the outbox. @param {string | null} item */
  #onStored(item) {
    if (!this.#outbox.owns(item)) return;
    this.#tell();
    this.#lines.current.wake(); // what is gone from it is in the log
    this.#env.setTimeout(() => this.#courier.kick(), OTHER_TAB_MS);
  }

  /** @param {Message} message the answer to a request */
  #deliver(message) {
    if (this.#position.takeEarly(message)) this.#emit("batch", { messages: [message], room: null, reset: false });
    return message;
  }

  /** @param {Message[]} messages that are in the log */
  #confirm(messages) {
    const keys = new Set(messages.map(({ key }) => key));
    for (const { key } of this.#outbox.entries) if (keys.has(key)) this.#outbox.remove(key);
  }

  /** @param {Message[]} messages */
  #measure(messages) {
    if (this.#lines.current.phase !== "live") return;
    const others = messages.filter(({ author }) => author.id !== this.you.id);
    for (const message of others) this.#delivery.received(message, this.#env.now());
  }

  /** Asks what this person may do now. */
  async #refresh() {
    this.#youAreStale = false;
    try {
      const { room, you } = await this.#api.state();
      if (room.version > this.room.version) this.#setRoom(room);
      this.#setYou(you);
    } catch (error) {
      this.#youAreStale = !asChatError(error).isStop;
    }
  }

  /** @param {Room} room */
  #setRoom(room) {
    this.#state.room = room;
    this.#emit("room", { room });
    if (!room.transports.allowed.includes(this.#lines.via)) this.#moveToDefault(new ChatError("transport_not_allowed"));
  }

  /** @param {You} you */
  #setYou(you) {
    if (you.id !== this.you.id) return this.#lines.current.onEnd(new ChatError("not_authenticated", SOMEONE_ELSE));
    this.#state.you = you;
    this.#emitChange("you", { you });
  }

  /** The server does not allow the transport in use; it may know a newer policy. @param {ChatError} error */
  async #leave(error) {
    await this.#refresh();
    await this.#moveToDefault(error);
  }

  /** @param {ChatError} error why */
  async #moveToDefault(error) {
    const via = this.room.transports.default;
    if (via === this.#lines.via) return;
    await this.#lines.switchTo(via, this.#lines.everyMs).catch(() => {}); // then the server ends the old line
    this.#lines.notice = error;
    this.#tell();
  }

  #tell() {
    this.#emitChange("outbox", { entries: this.pending });
    this.#emitChange("status", this.status);
  }

  /** @param {string} type @param {object} detail */
  #emitChange(type, detail) {
    const said = JSON.stringify(detail);
    if (this.#said[type] === said) return;
    this.#said[type] = said;
    this.#emit(type, detail);
  }

  /** @param {string} type @param {object} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
