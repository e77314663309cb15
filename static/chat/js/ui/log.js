// @ts-check
import { announce, byId, clone, part, setText } from "./dom.js";
import { Part } from "./part.js";
import { Rows } from "./rows.js";
import { Scroller } from "./scroller.js";
import { say } from "./strings.js";
import { Window } from "./window.js";

/** @import { Client } from "../client.js" */
/** @import { Message, State } from "../types.d.ts" */

const AHEAD = 1.5; // screens of history that are loaded before the reader gets there
const SPOKEN = 3; // messages of one batch that are read out one by one

/** The conversation: follows the end while the reader is there, stays put while not. */
export class Log {
  #client;
  #window;
  #reader;
  #scroller;
  #newCount = 0;

  /** Of the document, without the count of what is new. */
  title = document.title;

  /** @param {Client} client @param {State} state @param {(keys: string[]) => void} settle drops the pending rows of messages that have come */
  constructor(client, state, settle) {
    this.#client = client;
    this.settle = settle;
    this.#window = new Window(state.messages, state.more);
    this.rows = new Rows(client, this.#window, state.timings.group_s);
    this.#reader = new Part(
      () => import("./reader.js"),
      ({ Reader }) => new Reader(client, this.#window, state.timings.page, (change) => this.draw(change)),
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

  /** The newest message of one's own that can be edited. */
  get lastOwn() {
    return this.#window.messages.findLast(
      (one) => one.author.id === this.#client.you.id && !one.deleted && one.kind === "text",
    );
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

  /** Goes to the newest message, also when it is not on the page. */
  async toLatest() {
    if (!this.#window.isAtEnd) await this.#load(this.#window.head);
    this.#scroller.toEnd();
    this.#onScroll();
  }

  /** Goes to a message and marks it for a moment. @param {number} seq */
  async jump(seq) {
    const row = this.rows.get(seq) ?? (await this.#load(seq));
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
    row.classList.remove("is-marked");
    row.getBoundingClientRect(); // lets the animation start anew
    row.classList.add("is-marked");
  }

  /** Goes back to where the reader was. @param {{ seq: number, top: number }} place */
  async restore({ seq, top }) {
    const row = this.rows.get(seq) ?? (await this.#load(seq));
    if (row) this.#scroller.put(row, top);
  }

  /** Takes the line away once one answers. */
  clearNew() {
    document.getElementById("new-line")?.remove();
  }

  /** @param {number} seq @returns {Promise<HTMLElement | undefined>} its row, with the part of the log around it */
  async #load(seq) {
    await this.#reader.use((reader) => reader.around(seq));
    return this.rows.get(seq);
  }

  /** @param {{ messages: Message[], reset: boolean }} batch */
  #onBatch({ messages, reset }) {
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
    if (!reset && others[0]) this.#onNews(others, wasAtEnd);
    this.#onScroll();
  }

  get #isReadingEnd() {
    return this.#scroller.isAtEnd && this.#window.isAtEnd && document.visibilityState === "visible";
  }

  /** @param {Message[]} others @param {boolean} wasAtEnd */
  #onNews(others, wasAtEnd) {
    const row = this.rows.get(/** @type {Message} */ (others[0]).seq);
    if (!wasAtEnd && this.#newCount === 0) this.draw(() => this.#divide(row));
    if (!wasAtEnd) this.#newCount += others.length;
    if (document.visibilityState === "visible") this.#speak(others);
  }

  /** @param {HTMLElement | undefined} row the first new one, when it is on the page */
  #divide(row) {
    this.clearNew();
    row?.before(clone("new-divider"));
  }

  /** @param {Message[]} others */
  #speak(others) {
    if (others.length > SPOKEN) return announce(say("many", { count: others.length }));
    announce(others.map(({ author, body }) => say("another", { name: author.name, text: body })).join("\n"));
  }

  #onScroll() {
    const { above, below, height } = this.#scroller;
    if (above < height * AHEAD && this.#window.more) this.#reader.use((reader) => reader.older());
    if (below < height * AHEAD && !this.#window.isAtEnd) this.#readOn();
    if (this.#isReadingEnd) this.#readAll();
    this.#drawLatest(below > height || !this.#window.isAtEnd);
    this.drawTitle();
  }

  drawTitle() {
    document.title = this.#newCount ? `(${this.#newCount}) ${this.title}` : this.title;
  }

  async #readOn() {
    const { last } = this.#window;
    await this.#reader.use((reader) => reader.newer());
    if (this.#window.last !== last) this.#onScroll();
  }

  #readAll() {
    this.#newCount = 0;
    if (this.#window.last) this.#client.markRead(this.#window.last.seq);
  }

  /** @param {boolean} isFar */
  #drawLatest(isFar) {
    const button = byId("latest");
    button.hidden = this.#scroller.isAtEnd ? this.#window.isAtEnd : !isFar && !this.#newCount;
    button.classList.toggle("has-new", this.#newCount > 0);
    setText(part(button, "span"), this.#newCount ? say("below", { count: this.#newCount }) : say("latest"));
  }
}
