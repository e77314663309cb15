// @ts-check
import { byId, part } from "./dom.js";

/** @typedef {{ opens: string, onOpen: () => void, onClose?: () => void }} Ways `opens` finds what opens it */

/** What opens at the side of the conversation, and over it where there is no place beside it. One at a time. */
export class Drawer {
  /** @type {Drawer | null} */
  static #open = null;
  #element;
  #ways;
  #wide = matchMedia("(min-width: 1100px)");
  /** @type {Element | null} where the person came from */
  #from = null;

  /** @param {string} id @param {Ways} ways */
  constructor(id, ways) {
    this.#element = byId(id);
    this.#ways = ways;
    for (const closer of [part(this.#element, ".drawer-close"), byId("scrim")])
      closer.addEventListener("click", () => this.close());
    this.#element.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.#wide.addEventListener("change", () => this.isOpen && this.#cover());
    for (const opener of this.#openers) opener.hidden = false;
  }

  get isOpen() {
    return Drawer.#open === this;
  }

  toggle() {
    if (this.isOpen) return this.close();
    this.#from = document.activeElement;
    for (const menu of document.querySelectorAll(".room-head .menu[open]")) menu.removeAttribute("open");
    byId("scrim").click(); // what lies over the conversation goes, and the other drawer
    Drawer.#open = this;
    this.#draw();
    part(this.#element, "h2").focus();
    this.#ways.onOpen();
  }

  close() {
    if (!this.isOpen) return;
    this.#leave();
    const places = [this.#from, ...this.#openers].filter((place) => place && place !== document.body);
    const place =
      places.find((one) => one?.checkVisibility()) ?? places.at(-1)?.closest("details")?.querySelector("summary");
    /** @type {HTMLElement | undefined | null} */ (place)?.focus();
  }

  #leave() {
    Drawer.#open = null;
    this.#draw();
    this.#ways.onClose?.();
  }

  #draw() {
    this.#element.hidden = !this.isOpen;
    for (const opener of this.#openers) opener.ariaExpanded = String(this.isOpen);
    this.#cover();
  }

  /** Where there is no place beside the conversation it lies over it. */
  #cover() {
    const covers = Drawer.#open !== null && !this.#wide.matches;
    byId("room").inert = byId("rail").inert = covers;
    byId("scrim").hidden = !covers;
  }

  /** @returns {HTMLElement[]} */
  get #openers() {
    return [...document.querySelectorAll(this.#ways.opens)].map((one) => /** @type {HTMLElement} */ (one));
  }
}
