// @ts-check
import { byId, part, setText } from "./dom.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Room } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */
/** @import { Log } from "./log.js" */

/** What the page says about its room: name, topic and state, whether one is a member, how long a message may be. */
export class Header {
  #client;
  #log;
  #composer;

  /** @param {Client} client @param {Log} log @param {Composer} composer */
  constructor(client, log, composer) {
    this.#client = client;
    this.#log = log;
    this.#composer = composer;
    client.addEventListener("room", () => this.#drawRoom(client.room));
    client.addEventListener("you", () => this.#drawStanding());
    this.#drawRoom(client.room);
    this.#drawStanding();
  }

  /** @param {Room} room */
  #drawRoom({ name, topic, state, max_length: longest }) {
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
  }

  #drawStanding() {
    const isMember = this.#client.you.role !== null;
    byId("join").hidden = isMember;
    byId("leave").hidden = !isMember;
  }
}
