// @ts-check
import { byId, part, setText } from "./dom.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Log } from "./log.js" */
/** @import { Part } from "./part.js" */
/** @import { Rail } from "./rail.js" */

/** The header: what the room is called, whether it is open, and whether this person is a member. */
export class Head {
  #client;
  #log;
  #rail;

  /** @param {Client} client @param {Log} log @param {Part<any, Rail>} rail */
  constructor(client, log, rail) {
    this.#client = client;
    this.#log = log;
    this.#rail = rail;
    for (const type of ["room", "you"]) client.addEventListener(type, (event) => this.take(event));
  }

  /** Also what happened before it was here. @param {Event} event */
  take({ type }) {
    if (type === "room") this.#drawRoom();
    else this.#drawStanding();
  }

  #drawRoom() {
    const { name, topic, state } = this.#client.room;
    this.#log.rename(byId("room-name").textContent?.trim() ?? "", name);
    setText(part(byId("room-name"), "bdi"), name);
    setText(byId("room-topic"), topic);
    byId("room-state").hidden = state === "open";
    if (state !== "open") setText(byId("room-state"), say(state));
    this.#rail.use((rail) => rail.refresh());
  }

  #drawStanding() {
    const isMember = this.#client.you.role !== null;
    byId("join").hidden = isMember;
    byId("leave").hidden = !isMember;
  }
}
