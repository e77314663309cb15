// @ts-check
import { byId, clone, part, setText } from "./dom.js";

/** @import { Room } from "../types.d.ts" */
/** @typedef {Room & { unread: number, member: boolean }} Listed */

const REFRESH_MS = 30_000;

/** The list of rooms beside the conversation; on a narrow page it slides over it. */
export class Rail {
  #slug;
  #rail = byId("rail");
  #list = byId("rail-list");

  /** @param {string} slug of the open room */
  constructor(slug) {
    this.#slug = slug;
    byId("rail-open").addEventListener("click", (event) => this.#open(event));
    for (const id of ["rail-close", "scrim"]) byId(id).addEventListener("click", () => this.close());
    this.#rail.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.close();
    });
    matchMedia("(min-width: 700px)").addEventListener("change", () => this.close());
    window.addEventListener("focus", () => this.refresh());
    window.setInterval(() => {
      if (document.visibilityState === "visible") this.refresh();
    }, REFRESH_MS);
    this.#drawElsewhere();
  }

  /** Those who cannot be asked now are asked again soon. */
  async refresh() {
    const answer = await fetch("/api/rooms", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { rooms } = /** @type {{ rooms: Listed[] }} */ (await answer.json());
    this.#draw(rooms.filter(({ member, slug }) => member || slug === this.#slug));
  }

  close() {
    if (!this.#rail.classList.contains("is-open")) return;
    this.#rail.classList.remove("is-open");
    byId("scrim").hidden = true;
    byId("room").inert = false;
    byId("rail-open").focus();
  }

  /** @param {Event} event */
  #open(event) {
    event.preventDefault();
    this.#rail.classList.add("is-open");
    byId("scrim").hidden = false;
    byId("room").inert = true;
    byId("rail-close").focus();
  }

  /** @param {Listed[]} rooms in the server's order */
  #draw(rooms) {
    const items = new Map(
      [...this.#list.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.slug, item]),
    );
    const wanted = rooms.map((room) => this.#item(items.get(room.slug) ?? clone("rail-item"), room));
    // Nothing moves, and no focus is lost, as long as the rooms are the same.
    if (wanted.some((item, index) => this.#list.children[index] !== item) || wanted.length !== items.size)
      this.#list.replaceChildren(...wanted);
    this.#drawElsewhere();
  }

  /** @param {Element} item @param {Listed} room */
  #item(item, { slug, name, kind, unread }) {
    /** @type {HTMLElement} */ (item).dataset.slug = slug;
    part(item, "a").setAttribute("href", `/rooms/${slug}/`);
    setText(part(item, "bdi"), name);
    part(item, ".icon").toggleAttribute("hidden", kind !== "private");
    const isHere = slug === this.#slug;
    if (isHere) part(item, "a").setAttribute("aria-current", "page");
    drawCount(part(item, ".unread"), isHere ? 0 : unread);
    return item;
  }

  #drawElsewhere() {
    const counts = [...this.#list.querySelectorAll(".rail-item .unread:not([hidden])")];
    drawCount(
      byId("elsewhere"),
      counts.reduce((sum, count) => sum + Number(count.textContent), 0),
    );
  }
}

/** @param {HTMLElement} element @param {number} count */
function drawCount(element, count) {
  element.hidden = !count;
  setText(element, String(count));
}
