// @ts-check
import { announce, byId, clone, part, setText } from "./dom.js";

/** @import { Client } from "../client.js" */
/** @import { Announcement, Problem } from "../types.d.ts" */

/** Where moderators announce something to their room, and end it. */
export class Announcing {
  #client;
  #dialog = /** @type {HTMLDialogElement} */ (byId("announcing"));
  #form = /** @type {HTMLFormElement} */ (byId("announcing-form"));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
    this.#form.addEventListener("submit", (event) => this.#onSubmit(event));
    for (const opener of this.#openers) opener.addEventListener("click", () => this.#open());
    client.addEventListener("you", () => this.#draw());
    this.#draw();
  }

  /** @returns {HTMLElement[]} */
  get #openers() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-announces]"))];
  }

  #draw() {
    for (const opener of this.#openers) opener.hidden = !this.#client.you.may_moderate;
  }

  #open() {
    byId("room-menu").removeAttribute("open");
    this.#form.reset();
    byId("announcing-list").replaceChildren();
    this.#dialog.showModal();
    this.#try(() => this.#list());
  }

  async #list() {
    const { announcements } = await this.#client.request("GET", "/announcements");
    byId("announcing-list").replaceChildren(...announcements.map((/** @type {Announcement} */ one) => this.#item(one)));
  }

  /** @param {Announcement} announcement */
  #item({ id, text }) {
    const item = clone("announcing-item");
    setText(part(item, "p"), text);
    part(item, "button").addEventListener("click", () =>
      this.#try(async () => {
        await this.#client.request("DELETE", `/announcements/${id}`);
        item.remove();
        part(this.#form, "textarea").focus();
      }),
    );
    return item;
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    const fields = new FormData(this.#form);
    const minutes = Number(fields.get("minutes")) || null;
    this.#try(async () => {
      await this.#client.request("POST", "/announcements", { text: String(fields.get("text")), minutes });
      this.#dialog.close();
      announce(this.#form.dataset.done ?? "");
    });
  }

  /** @param {() => Promise<void>} work */
  async #try(work) {
    const line = byId("announcing-error");
    line.hidden = true;
    await work().catch((/** @type {Problem} */ { message }) => {
      setText(line, message);
      line.hidden = false;
    });
  }
}
