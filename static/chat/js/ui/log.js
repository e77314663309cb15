// @ts-check
import { retried } from "../retried.js";
import { byId } from "./dom.js";
import { Part } from "./part.js";
import { Rows } from "./rows.js";
import { Scroller } from "./scroller.js";
import { Window } from "./window.js";

/** @import { Client } from "../client.js" */
/** @import { Message, State } from "../types.d.ts" */

const AHEAD = 1.5; // screens of history that are loaded before the reader gets there

/** The conversation: follows the end while the reader is there, stays put while not. */
export class Log {
  #client;
  #window;
  #reader;
  #scroller;
  #news = new Part(
    retried("ui/news.js", () => import("./news.js")),
    ({ News }) => new News(this),
  );

  /** @param {Client} client @param {State} state @param {(keys: string[]) => void} settle drops the pending rows of messages that have come */
  constructor(client, state, settle) {
    this.#client = client;
    this.settle = settle;
    this.#window = new Window(state.messages, state.more);
    this.rows = new Rows(client, this.#window, state.timings.group_s);
    this.#reader = new Part(
      retried("ui/reader.js", () => import("./reader.js")),
      ({ Reader }) => new Reader(client, this, this.#window, state.timings.page),
    );
    this.#scroller = new Scroller(byId("log"), () => this.#onScroll());
    byId("latest").addEventListener("click", () => this.toLatest());
    document.addEventListener("visibilitychange", () => this.#onScroll());
    client.addEventListener("batch", (event) => this.#onBatch(/** @type {CustomEvent} */ (event).detail));
    this.draw(() => {});
    this.#onScroll();
  }

  get last() {
    return this.#window.isAtEnd ? this.#window.last : undefined;
  }

  /** What is on the page, ascending. */
  get messages() {
    return this.#window.messages;
  }

  /** Where the reader is, or null at the end. */
  get place() {
    const place = this.#scroller.isAtEnd ? null : this.#scroller.place;
    return place && { seq: this.rows.messageOf(place.row)?.seq ?? 0, top: place.top };
  }

  /** Changes the page; what is being read stays where it is. @param {() => void} change */
  draw(change) {
    this.#scroller.keeping(() => {
      change();
      this.rows.sync();
      byId("log-start").hidden = this.#window.more;
    }, this.#window.isAtEnd);
  }

  /** Moves a row to a distance from the upper edge. @param {HTMLElement} row @param {number} top */
  put(row, top) {
    this.#scroller.put(row, top);
  }

  /** Goes to the newest message, also when it is not on the page. */
  async toLatest() {
    if (!this.#window.isAtEnd) await this.#reader.use((reader) => reader.around(this.#window.head));
    this.#scroller.toEnd();
    this.#onScroll();
  }

  /** Goes to a message and marks it for a moment. @param {number} seq */
  jump(seq) {
    return this.#reader.use((reader) => reader.jump(seq));
  }

  /** Goes back to where the reader was. @param {{ seq: number, top: number }} place */
  restore(place) {
    return this.#reader.use((reader) => reader.restore(place));
  }

  /** @param {string} before @param {string} name of the room from now on */
  rename(before, name) {
    this.#news.use((news) => news.rename(before, name));
  }

  /** Takes the line away once one answers. */
  clearNew() {
    document.getElementById("new-line")?.remove();
  }

  /** @param {{ messages: Message[], reset: boolean }} batch */
  async #onBatch({ messages, reset }) {
    const newest = this.#window.head;
    const wasAtEnd = this.#isReadingEnd;
    const others = messages.filter(
      ({ seq, author, deleted }) => seq > newest && author.id !== this.#client.you.id && !deleted,
    );
    this.draw(() => {
      this.settle(messages.filter(({ author }) => author.id === this.#client.you.id).map(({ key }) => key));
      if (reset) this.#window.reset(messages);
      else for (const message of messages) this.rows.take(message);
      this.#window.trim(this.#scroller.isAtEnd ? "start" : "end");
    });
    if (!reset && others[0]) await this.#news.use((news) => news.take(others, wasAtEnd));
    this.#onScroll();
  }

  get #isReadingEnd() {
    return this.#scroller.isAtEnd && this.#window.isAtEnd && document.visibilityState === "visible";
  }

  #onScroll() {
    const { above, below, height } = this.#scroller;
    if (above < height * AHEAD && this.#window.more) this.#reader.use((reader) => reader.older());
    if (below < height * AHEAD && !this.#window.isAtEnd) this.#readOn();
    if (this.#isReadingEnd) this.#readAll();
    const isFar = below > height || !this.#window.isAtEnd;
    if (isFar || this.#news.now) this.#news.use((news) => news.draw(!this.#scroller.isAtEnd, isFar));
  }

  async #readOn() {
    const { last } = this.#window;
    await this.#reader.use((reader) => reader.newer());
    if (this.#window.last !== last) this.#onScroll();
  }

  #readAll() {
    this.#news.now?.clear();
    if (this.#window.last) this.#client.markRead(this.#window.last.seq);
  }
}
