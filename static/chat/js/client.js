// @ts-check

import { Announcer } from "./announcer.js";
import { Api } from "./api.js";
import { Courier } from "./courier.js";
import { browserEnv } from "./env.js";
import { Feed } from "./feed.js";
import { Lines } from "./lines.js";
import { Outbox } from "./outbox.js";
import { PageLife } from "./page.js";
import { ReadMark } from "./readmark.js";
import { NO_OPINION, statusOf } from "./status.js";
import { loadTransport, transportMaker } from "./transports/make.js";
import { turns } from "./turn.js";
import { asChatError, ChatError } from "./wire.js";

/** @import { Link } from "./link.js" */
/** @import { Pilot, Ways } from "./automatic/pilot.js" */
/** @import { Env, Message, Room, State, Status, Via } from "./types.d.ts" */

/**
 * One room in one page: the log over any transport, the outbox, and the truth about both.
 * Events: `batch` {messages, room, reset}, `status`, `outbox` {entries}, `you` {you}, `room` {room}, `switch` {to, reason}.
 */
export class Client extends Announcer {
  #env;
  #api;
  #feed;
  #lines;
  #courier;
  #readMark;
  #life;
  #hadContact = false;
  /** @type {Pilot | null} who chooses, where the person leaves it to the page */
  #pilot = null;
  isAutomatic;
  /** The longest hold that this network has been seen to bear. */
  longestHoldS;

  /** @param {{ slug: string, state: State, via: Via, everyMs?: number | null, isAutomatic?: boolean, longestHoldS?: number, env?: Env }} options */
  constructor(options) {
    const { slug, state, via, everyMs = null, env = browserEnv() } = options;
    super();
    this.isAutomatic = options.isAutomatic ?? false;
    this.longestHoldS = options.longestHoldS ?? Number.POSITIVE_INFINITY;
    const { allowed, default: usual } = state.room.transports;
    const bounds = { minMs: state.timings.retry_min_ms, maxMs: state.timings.retry_max_ms };
    const name = `chat.outbox.${state.you.id}.${slug}`;
    this.#env = env;
    this.#api = new Api(env, slug);
    this.#readMark = new ReadMark(env, state.you.last_read_seq, (seq) => this.#api.read(seq));
    this.#feed = new Feed(env, state, {
      ask: () => this.#api.state(),
      onNews: (news) => this.announce("batch", news),
      onLogged: (keys) => this.#courier.forget(keys),
      onRoom: (room) => this.#onRoom(room),
      onYou: (you) => this.announce("you", { you }),
      onStranger: (error) => this.#lines.current.onEnd(error),
    });
    this.#lines = new Lines(env, bounds, allowed.includes(via) ? via : usual, everyMs, {
      load: loadTransport,
      make: transportMaker({ env, slug, api: this.#api, feed: this.#feed, longestHoldS: () => this.longestHoldS }),
      position: () => this.#feed.cursor,
      onHello: (hello) => this.#feed.greet(hello),
      onBatch: (batch, after) => this.#feed.take(batch, after, this.#lines.current.phase === "live"),
      onSwitch: (asked) => this.announce("switch", asked),
      onChange: (link) => this.#onLink(link),
      note: (fact) => this.#pilot?.note(fact),
    });
    this.#courier = new Courier(env, new Outbox(env, name), bounds, {
      turn: turns(env, `${name}:turn`),
      submit: (send) => this.#lines.send(send),
      onSent: (...sent) => this.#feed.takeSent(...sent),
      onRefused: ({ code }) => void (code === "forbidden" && this.#feed.standing.refresh()),
      onChange: () => this.#tell(),
    });
    this.#life = new PageLife(env, {
      open: () => this.#lines.open(),
      close: () => this.#close(),
      wake: (isNewNetwork) => this.#lines.current.wake(isNewNetwork),
      // What another tab has taken out of the outbox is in the log.
      onStored: (item) => void (this.#courier.hear(item) && this.#lines.current.wake()),
    });
    this.#courier.forget(state.messages.map(({ key }) => key));
  }

  get room() {
    return this.#feed.standing.room;
  }

  get you() {
    return this.#feed.standing.you;
  }

  get pending() {
    return this.#courier.entries;
  }

  /** @returns {Status} */
  get status() {
    return {
      ...statusOf(this.#lines, this.#feed, this.#life.isAwake, this.#env.online()),
      ...(this.#pilot?.opinion ?? NO_OPINION),
      isAutomatic: this.isAutomatic,
      waitingToSend: this.pending.filter(({ phase }) => phase !== "failed").length,
    };
  }

  /** Goes to work; once started, tries again now. */
  start() {
    if (this.#life.isStarted) this.#lines.retry();
    else this.#life.start();
  }

  stop() {
    this.#life.stop();
  }

  /** Puts a message into the outbox. @param {string} body @returns {string} its key */
  send(body, { replyTo = /** @type {number | null} */ (null) } = {}) {
    return this.#courier.send(body, replyTo);
  }

  /** @param {number} seq @param {string} body @returns {Promise<Message>} */
  async edit(seq, body) {
    return this.#feed.takeAnswer(await this.#lines.send({ type: "edit", seq, body }));
  }

  /** @param {number} seq @returns {Promise<Message>} the tombstone */
  async remove(seq) {
    return this.#feed.takeAnswer(await this.#lines.send({ type: "delete", seq }));
  }

  /** @param {string} key */
  retry(key) {
    this.#courier.retry(key);
  }

  /** @param {string} key */
  discard(key) {
    this.#courier.forget([key]);
  }

  /** Hands over to another transport; rejects, and stays, when that one does not work. @param {Via} via @param {number | null} [everyMs] */
  async switchTo(via, everyMs = this.#lines.everyMs) {
    const { isAutomatic } = this;
    this.#lines.notice = null;
    this.isAutomatic = false;
    try {
      if (!this.room.transports.allowed.includes(via)) throw new ChatError("transport_not_allowed");
      await this.#lines.switchTo(via, everyMs);
      this.#feed.delivery.ms = null;
      this.#courier.kick();
    } catch (error) {
      const isOver = asChatError(error).code === "superseded"; // by another choice
      if (!isOver) this.isAutomatic = isAutomatic;
      this.#lines.notice = isOver ? null : asChatError(error);
      this.#tell();
      throw error;
    }
  }

  /** Asks for, or does, what the log does not tell of. @param {string} method @param {string} path below the room @param {object} [body] @returns {Promise<any>} */
  async request(method, path, body) {
    const answer = await this.#api.request(method, path, body);
    if (answer.message) this.#feed.takeAnswer(answer.message);
    return answer;
  }

  /** What is behind the lines, for those who look there. @returns {Ways} */
  get ways() {
    return {
      env: this.#env,
      client: this,
      lines: this.#lines,
      feed: this.#feed,
      api: this.#api,
      tell: () => this.#tell(),
    };
  }

  /** Gives the choice to a pilot, who is told what the lines do. @param {(ways: Ways) => Pilot} make */
  steer(make) {
    this.#pilot = make(this.ways);
    return this.#pilot;
  }

  /** Leaves the choice of the transport to the page. */
  goAutomatic() {
    this.isAutomatic = true;
    this.#lines.notice = null;
    this.#pilot?.begin();
    this.#tell();
  }

  /** @param {number} seq @param {number} [limit] */
  loadBefore(seq, limit = this.#feed.timings.page) {
    return this.#api.before(seq, limit);
  }

  /** @param {number} seq */
  loadOne(seq) {
    return this.#api.one(seq);
  }

  /** @param {number} seq */
  markRead(seq) {
    this.#readMark.move(seq);
  }

  #close() {
    this.#courier.stop();
    this.#lines.close();
    this.#tell();
  }

  /** @param {Link} link */
  #onLink(link) {
    const isBack = link.inContact && !this.#hadContact;
    this.#hadContact = link.inContact;
    if (isBack) this.#courier.start();
    this.#pilot?.see(link);
    if (link.inContact && this.#feed.standing.isStale) this.#feed.standing.refresh();
    const { error } = link;
    // The server may know a newer policy than this page.
    if (link.phase === "refused" && error?.code === "transport_not_allowed")
      this.#feed.standing.refresh().then(() => this.#lines.moveTo(this.room.transports.default, error));
    this.#tell();
  }

  /** @param {Room} room */
  #onRoom(room) {
    this.announce("room", { room });
    const { allowed, default: usual } = room.transports;
    if (!allowed.includes(this.#lines.via)) this.#lines.moveTo(usual, new ChatError("transport_not_allowed"));
  }

  #tell() {
    this.announceChange("outbox", { entries: this.pending });
    this.announceChange("status", this.status);
  }
}
