// @ts-check
import { byId, part } from "./dom.js";

const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });

/** The list of the room switcher. */
export class Switcher {
  #words = /** @type {HTMLInputElement} */ (byId("switcher-words"));
  #list = byId("switcher-list");

  constructor() {
    this.#words.addEventListener("input", () => this.#draw());
    this.#words.addEventListener("keydown", (event) => this.#onKey(event));
  }

  start() {
    this.#words.value = "";
    this.#words.focus();
    this.#draw();
  }

  /** The rooms of the rail whose name holds the words; those with news first. */
  #draw() {
    const needle = this.#words.value.trim().toLocaleLowerCase();
    const links = [...document.querySelectorAll("#rail-list a:not([aria-current])")];
    const found = links.filter((link) => part(link, "bdi").textContent?.toLocaleLowerCase().includes(needle));
    found.sort((a, b) => Number(part(a, ".unread").hidden) - Number(part(b, ".unread").hidden));
    this.#list.replaceChildren(...found.map((link, index) => option(link, index)));
    byId("switcher-none").hidden = found.length > 0;
    this.#select(0);
  }

  get #options() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll("[role=option]"))];
  }

  /** @param {number} index */
  #select(index) {
    const all = this.#options;
    for (const [at, one] of all.entries()) one.ariaSelected = String(at === index);
    all[index]?.scrollIntoView({ block: "nearest" });
    this.#words.setAttribute("aria-activedescendant", all[index]?.id ?? "");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const all = this.#options;
    const at = all.findIndex((one) => one.ariaSelected === "true");
    if (event.key === "Enter" && !event.isComposing) all[at]?.click();
    else if (event.key in STEPS) this.#select((at + (STEPS[event.key] ?? 0) + all.length) % (all.length || 1));
    else return;
    event.preventDefault();
  }
}

/** @param {Element} link @param {number} index */
function option(link, index) {
  const made = document.createElement("div");
  made.id = `switcher-${index}`;
  made.role = "option";
  made.append(...[...link.children].map((child) => child.cloneNode(true)));
  made.addEventListener("click", () => location.assign(/** @type {HTMLAnchorElement} */ (link).href));
  return made;
}
