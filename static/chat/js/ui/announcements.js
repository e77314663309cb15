// @ts-check
import { clone, part, setText } from "./dom.js";

/** @import { Announcement } from "../types.d.ts" */

const COOKIE = "chat_dismissed"; // read by the server, so that the next page comes without them
const MOST = 40; // remembered: many more than are shown at a time
const YEAR_S = 31_536_000;
const LOOK_MS = 1000;

/** Announcements on a page. The server draws them first; one that is dismissed, or whose time is over, goes. */
export class Announcements {
  #region;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.#region = region;
    for (const item of this.#items) this.#bind(item);
    setInterval(() => this.#dropOver(), LOOK_MS);
  }

  /** Shows these, the newest first. @param {Announcement[]} announcements @returns {Announcement[]} those that are new */
  draw(announcements) {
    const wanted = announcements.filter(({ id, until }) => !dismissed().includes(String(id)) && !isOver(until));
    for (const item of this.#items) if (!wanted.some(({ id }) => String(id) === item.dataset.id)) item.remove();
    const fresh = wanted.filter(({ id }) => !this.#items.some((item) => item.dataset.id === String(id)));
    for (const one of [...fresh].reverse()) this.#add(one);
    return fresh;
  }

  get #items() {
    return [.../** @type {HTMLCollectionOf<HTMLElement>} */ (this.#region.children)];
  }

  /** @param {Announcement} announcement */
  #add({ id, text, until }) {
    const item = clone("announcement");
    Object.assign(item.dataset, { id, until: until ?? "" });
    setText(part(item, "p"), text);
    this.#bind(item);
    this.#region.prepend(item);
  }

  /** @param {HTMLElement} item */
  #bind(item) {
    const button = part(item, "button");
    button.hidden = false;
    button.addEventListener("click", () => this.#dismiss(item));
  }

  /** Who works with the keyboard goes on to the next one, else to writing. @param {HTMLElement} item */
  #dismiss(item) {
    const kept = [...dismissed(), item.dataset.id].slice(-MOST).join(".");
    // biome-ignore lint/suspicious/noDocumentCookie: the other way does not exist in all browsers, nor without HTTPS
    document.cookie = `${COOKIE}=${kept}; path=/; max-age=${YEAR_S}; samesite=lax`;
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    (next ? part(next, "button") : document.getElementById("write"))?.focus();
  }

  #dropOver() {
    for (const item of this.#items) if (isOver(item.dataset.until ?? "")) item.remove();
  }
}

const dismissed = () => (new RegExp(`${COOKIE}=([\\d.]+)`).exec(document.cookie)?.[1] ?? "").split(".").filter(Boolean);

/** @param {string | null} until */
const isOver = (until) => Boolean(until) && Date.parse(String(until)) <= Date.now();
