// @ts-check
import { announce, byId, part, setText } from "./dom.js";

/** @import { Client } from "../client.js" */
/** @import { Via } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */

/** Why the page moved when its room does not allow its transport any more; until that is read, or the person chooses. */
export class Moved {
  #client;
  #notice = byId("moved");
  #via;
  /** @type {Via | null} the transport that the page was moved away from */
  #left = null;

  /** @param {Client} client @param {Composer} composer @param {Via} via that the page began with: it may have been moved already */
  constructor(client, composer, via) {
    this.#client = client;
    this.#via = via;
    client.addEventListener("status", () => this.#draw());
    part(this.#notice, "button").addEventListener("click", () => {
      this.#left = null;
      this.#notice.hidden = true;
      composer.focus();
    });
    this.#draw();
  }

  #draw() {
    const { via, error } = this.#client.status;
    if (via !== this.#via) [this.#left, this.#via] = [this.#via, via];
    const isMoved = this.#left !== null && error?.code === "transport_not_allowed";
    if (this.#notice.hidden !== isMoved) return;
    this.#notice.hidden = !isMoved;
    if (!isMoved) return;
    setText(part(this.#notice, ".moved-from"), nameOf(/** @type {Via} */ (this.#left)));
    setText(part(this.#notice, ".moved-to"), nameOf(via));
    announce(this.#notice.textContent?.trim() ?? "");
  }
}

/** @param {Via} via */
const nameOf = (via) =>
  part(byId("transport-form"), `.transport-choice[data-via=${via}] .transport-name`).textContent?.trim() ?? via;
