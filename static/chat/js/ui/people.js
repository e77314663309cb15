// @ts-check
import { byId, clone, part, setText } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Person } from "./person.js";
import { drawAvatar } from "./row.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Author, Member, Problem } from "../types.d.ts" */
/** @import { Log } from "./log.js" */

const PAGE = 50;
const MANY = 12; // from so many people on one may search
const TYPING_MS = 250;

/** The people of the room: the drawer that lists them, and the way to each from there and from what they wrote. */
export class People {
  #client;
  #log;
  #person;
  #drawer = new Drawer("people", { opens: "[data-opens-people]", onOpen: () => this.#onOpen() });
  #list = byId("people-list");
  #search = /** @type {HTMLFormElement} */ (byId("people-search"));
  /** @type {Member[]} those who are shown */
  #members = [];
  /** Counts the requests: the last one holds. */
  #asked = 0;
  #typing = 0;

  /** @param {Client} client @param {Log} log */
  constructor(client, log) {
    this.#client = client;
    this.#log = log;
    this.#person = new Person(client, (member) => this.#onChange(member));
    document.addEventListener("click", (event) => this.take(event));
    byId("people-more").addEventListener("click", () => this.#load(this.#members.at(-1)?.id));
    this.#search.addEventListener("submit", (event) => event.preventDefault());
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => this.#load(), TYPING_MS);
    });
  }

  /** Also what happened before it was here. @param {Event} event */
  take({ target }) {
    const element = /** @type {HTMLElement} */ (target);
    const row = element.closest(".row-name, .row-line > .row-avatar")?.closest("#rows .row");
    const author = this.#log.rows.messageOf(row ?? null)?.author;
    if (author) this.open(author);
    else if (element.closest("[data-opens-people]")) this.#drawer.toggle();
  }

  /** @param {Author} author */
  open(author) {
    return this.#person.open(author);
  }

  #onOpen() {
    const mayModerate = this.#client.you.may_moderate;
    if (!mayModerate) this.#search.reset(); // they may have looked at who is banned when they still could
    byId("people-shown").hidden = !mayModerate;
    this.#load();
  }

  /** @param {number} [after] the last one who is shown; from the beginning without */
  async #load(after) {
    const asked = ++this.#asked;
    const fields = new FormData(this.#search);
    const [find, banned] = [String(fields.get("find") ?? ""), String(fields.get("banned") ?? "0")];
    const query = new URLSearchParams({ limit: String(PAGE), find, banned, ...(after && { after: String(after) }) });
    try {
      const answer = await this.#client.request("GET", `/members?${query}`);
      if (asked !== this.#asked) return;
      this.#members = after ? [...this.#members, ...answer.members] : answer.members;
      this.#draw(answer.more);
      if (!find && banned === "0" && !after) drawCount(answer.count);
    } catch (error) {
      if (asked === this.#asked) setText(byId("people-state"), /** @type {Problem} */ (error).message);
    }
  }

  /** @param {boolean} more */
  #draw(more) {
    const state = byId("people-state");
    this.#list.replaceChildren(...this.#members.map((member) => this.#item(member)));
    setText(state, this.#members.length ? "" : (state.dataset.none ?? ""));
    byId("people-more").hidden = !more;
    if (more || this.#members.length >= MANY) byId("people-words").hidden = false;
  }

  /** @param {Member} member */
  #item(member) {
    const item = clone("people-item");
    const { name, guest, role, muted, banned } = member;
    drawAvatar(part(item, ".row-avatar"), member);
    setText(part(item, ".people-name"), name);
    const marks = [role && role !== "member" ? role : null, guest ? "guest" : null].filter((mark) => mark !== null);
    part(item, ".people-tags").append(...marks.map((mark) => tag(say(/** @type {"owner"} */ (mark)))));
    if (muted) part(item, ".people-tags").append(tag(say("muted"), true));
    if (banned) part(item, ".people-tags").append(tag(say("banned"), true));
    part(item, "button").addEventListener("click", () => this.open(member));
    return item;
  }

  /** @param {Member} member as somebody has just made them */
  #onChange(member) {
    const at = this.#members.findIndex(({ id }) => id === member.id);
    if (!this.#drawer.isOpen || at < 0) return;
    this.#members[at] = member;
    this.#list.children[at]?.replaceWith(this.#item(member));
  }
}

/** @param {number} count */
function drawCount(count) {
  for (const element of document.querySelectorAll("[data-people-count]")) setText(element, String(count));
}

/** @param {string} text @param {boolean} [warns] */
function tag(text, warns = false) {
  const made = document.createElement("span");
  made.className = warns ? "tag tag-warn" : "tag";
  made.textContent = text;
  return made;
}
