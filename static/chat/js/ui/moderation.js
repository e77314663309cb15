// @ts-check
import { byId, clone, part, setText } from "./dom.js";
import { longTime } from "./format.js";
import { ask } from "./question.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Author, Message, Problem } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */

/** What members report and moderators look into: reports, restoring, and what a message said before. */
export class Moderation {
  #client;
  #composer;

  /** @param {Client} client @param {Composer} composer */
  constructor(client, composer) {
    this.#client = client;
    this.#composer = composer;
  }

  /** @param {Message} message */
  async report({ seq, body }) {
    this.#say(await ask("report", body, (fields) => this.#client.request("POST", `/messages/${seq}/report`, fields)));
  }

  /** @param {Message} message */
  async restore({ seq, author }) {
    const act = (/** @type {object} */ fields) => this.#client.request("POST", `/messages/${seq}/restore`, fields);
    this.#say(await ask("restore", author.name, act));
  }

  /** @param {Message} message */
  async showEarlier({ seq }) {
    const state = byId("earlier-state");
    byId("earlier-list").replaceChildren();
    setText(state, "");
    /** @type {HTMLDialogElement} */ (byId("earlier")).showModal();
    await this.#client.request("GET", `/messages/${seq}/earlier`).then(
      ({ earlier }) => {
        setText(state, earlier.length ? "" : (state.dataset.none ?? ""));
        byId("earlier-list").replaceChildren(...earlier.map(drawEarlier));
      },
      (/** @type {Problem} */ { message }) => setText(state, message),
    );
  }

  /** @param {string} text */
  #say(text) {
    if (text) this.#composer.say(text);
  }
}

/** @param {{ body: string, by: Author | null, at: string }} earlier */
function drawEarlier({ body, by, at }) {
  const item = clone("earlier-item");
  const [time, name] = [longTime(new Date(at)), by?.name ?? ""];
  setText(part(item, "p"), name ? say("untilBy", { time, name }) : say("untilThen", { time }));
  setText(part(item, "blockquote"), body || "—");
  return item;
}
