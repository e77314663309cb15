// @ts-check
import { Announcements } from "./announcements.js";
import { announce, byId, part, setText } from "./dom.js";
import { Moved } from "./moved.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Via } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */
/** @import { Log } from "./log.js" */
/** @import { Part } from "./part.js" */
/** @import { Rail } from "./rail.js" */

/** What the page says of its room: name, state and announcements, whether one is a member, how long messages may be. */
export class Head {
  #client;
  #log;
  #rail;
  #composer;
  #announcements = new Announcements(byId("announcements"));

  /** @param {Client} client @param {Log} log @param {Part<any, Rail>} rail @param {Composer} composer @param {Via} via that the page began with */
  constructor(client, log, rail, composer, via) {
    this.#client = client;
    this.#log = log;
    this.#rail = rail;
    this.#composer = composer;
    new Moved(client, composer, via);
    for (const type of ["room", "you"]) client.addEventListener(type, (event) => this.take(event));
  }

  /** Also what happened before it was here. @param {Event} event */
  take({ type }) {
    if (type === "room") this.#drawRoom();
    else this.#drawStanding();
  }

  #drawRoom() {
    const { name, topic, state, max_length: longest, announcements } = this.#client.room;
    this.#log.rename(byId("room-name").textContent?.trim() ?? "", name);
    setText(part(byId("room-name"), "bdi"), name);
    setText(byId("room-topic"), topic);
    byId("room-state").hidden = state === "open";
    if (state !== "open") setText(byId("room-state"), say(state));
    this.#drawLongest(longest);
    for (const { text } of this.#announcements.draw(announcements)) announce(text);
    this.#rail.use((rail) => rail.refresh());
  }

  /** @param {number} longest characters */
  #drawLongest(longest) {
    const { content } = /** @type {HTMLTemplateElement} */ (byId("editor"));
    const fields = /** @type {HTMLTextAreaElement[]} */ ([byId("write"), part(content, "textarea")]);
    for (const field of fields) field.maxLength = longest;
    this.#composer.draw();
  }

  #drawStanding() {
    const isMember = this.#client.you.role !== null;
    byId("join").hidden = isMember;
    byId("leave").hidden = !isMember;
  }
}
