// @ts-check
import { Announcements } from "./announcements.js";
import { announce, byId, part, setText } from "./dom.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Room, Status, Via } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */
/** @import { Log } from "./log.js" */

/** What the page says about its room: name and state, announcements, how long a message may be, why it moved to another transport. */
export class Header {
  #client;
  #log;
  #composer;
  #announcements = new Announcements(byId("announcements"));
  #moved = byId("moved");
  #via;
  /** @type {Via | null} the transport that the page was moved away from */
  #left = null;

  /** @param {Client} client @param {Log} log @param {Composer} composer */
  constructor(client, log, composer) {
    this.#client = client;
    this.#log = log;
    this.#composer = composer;
    this.#via = client.status.via;
    part(this.#moved, "button").addEventListener("click", () => this.#closeMoved());
    client.addEventListener("room", () => this.#drawRoom(client.room));
    client.addEventListener("you", () => this.#drawStanding());
    client.addEventListener("status", () => this.#drawMoved(client.status));
    this.#drawRoom(client.room);
    this.#drawStanding();
  }

  /** @param {Room} room */
  #drawRoom({ name, topic, state, max_length: longest, announcements }) {
    this.#log.title = this.#log.title.replace(byId("room-name").textContent?.trim() ?? "", name);
    this.#log.drawTitle();
    setText(part(byId("room-name"), "bdi"), name);
    setText(byId("room-topic"), topic);
    byId("room-state").hidden = state === "open";
    if (state !== "open") setText(byId("room-state"), say(state));
    const { content } = /** @type {HTMLTemplateElement} */ (byId("editor"));
    const fields = /** @type {HTMLTextAreaElement[]} */ ([byId("write"), part(content, "textarea")]);
    for (const field of fields) field.maxLength = longest;
    this.#composer.draw();
    for (const { text } of this.#announcements.draw(announcements)) announce(text);
  }

  #drawStanding() {
    const isMember = this.#client.you.role !== null;
    byId("join").hidden = isMember;
    byId("leave").hidden = !isMember;
  }

  /** A page that was moved says so, until that is read or the person chooses again. @param {Status} status */
  #drawMoved({ via, error }) {
    if (via !== this.#via) [this.#left, this.#via] = [this.#via, via];
    const isMoved = this.#left !== null && error?.code === "transport_not_allowed";
    if (this.#moved.hidden !== isMoved) return;
    this.#moved.hidden = !isMoved;
    if (!isMoved) return;
    setText(part(this.#moved, ".moved-from"), nameOf(/** @type {Via} */ (this.#left)));
    setText(part(this.#moved, ".moved-to"), nameOf(via));
    announce(this.#moved.textContent?.trim() ?? "");
  }

  #closeMoved() {
    this.#left = null;
    this.#moved.hidden = true;
    this.#composer.focus();
  }
}

/** @param {Via} via */
const nameOf = (via) =>
  part(byId("transport-form"), `.transport-choice[data-via=${via}] .transport-name`).textContent?.trim() ?? via;
