// @ts-check
import { Delivery } from "./delivery.js";
import { Position } from "./position.js";
import { Standing } from "./standing.js";
import { distance } from "./wire.js";

/** @import { Batch, Env, Hello, Message, Room, State, StoredEntry } from "./types.d.ts" */
/** @import { Ways as StandingWays } from "./standing.js" */

const FIRST_TRY_MS = 1000; // a send so soon after its entry is the first one

/**
 * @typedef {object} News
 * @property {(news: { messages: Message[], room: Room | null, reset: boolean }) => void} onNews
 * @property {(keys: string[]) => void} onLogged keys of messages that are in the log
 * @typedef {StandingWays & News} Ways
 */

/** What comes in, from whichever line: passed on once, in order, and measured. */
export class Feed {
  #env;
  #ways;
  #position;
  delivery = new Delivery();
  standing;
  timings;

  /** @param {Env} env @param {State} state @param {Ways} ways */
  constructor(env, state, ways) {
    this.#env = env;
    this.#ways = ways;
    this.#position = new Position(state.cursor);
    this.standing = new Standing(state, ways);
    this.timings = state.timings;
  }

  get cursor() {
    return this.#position.cursor;
  }

  /** @param {Hello} hello */
  greet({ cursor, room, you, timings }) {
    this.timings = timings;
    if (this.standing.isNews(room, Number.isNaN(distance(cursor, this.cursor)))) this.standing.setRoom(room);
    this.standing.setYou(you);
  }

  /**
   * @param {Batch} batch @param {string} after @param {boolean} isLive whether its messages have just been written
   * @returns {boolean} whether the line is on our track
   */
  take(batch, after, isLive) {
    const news = this.#position.take(batch, after);
    if (!news) return false;
    const room = batch.room && this.standing.isNews(batch.room, news.reset) ? batch.room : null;
    const isJoining = this.standing.you.role === null && batch.messages.some((message) => this.#isOwn(message));
    this.standing.isStale ||= isJoining;
    if (news.messages.length || news.reset || room) this.#ways.onNews({ ...news, room });
    if (isLive && !news.reset) this.#measure(news.messages);
    this.#ways.onLogged(batch.messages.map(({ key }) => key));
    if (room) this.standing.setRoom(room);
    if (batch.you) this.standing.setYou(batch.you);
    return true;
  }

  /** Takes the answer to a request. @param {Message} message */
  takeAnswer(message) {
    if (this.#position.takeEarly(message)) this.#ways.onNews({ messages: [message], room: null, reset: false });
    return message;
  }

  /** The same for a send of the outbox. @param {Message} message @param {StoredEntry} entry @param {number} askedAt */
  takeSent(message, { at }, askedAt) {
    // A later try may be answered with what an earlier one has stored.
    if (askedAt - at < FIRST_TRY_MS) this.delivery.sent(message, askedAt, this.#env.now());
    this.takeAnswer(message);
  }

  /** @param {Message[]} messages */
  #measure(messages) {
    for (const message of messages) if (!this.#isOwn(message)) this.delivery.received(message, this.#env.now());
  }

  /** @param {Message} message */
  #isOwn({ author }) {
    return author.id === this.standing.you.id;
  }
}
