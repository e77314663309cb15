// @ts-check
import { announce, byId, clone, part, setText } from "./dom.js";
import { say } from "./words.js";

/** @import { Message } from "../types.d.ts" */
/** @import { Log } from "./log.js" */

const SPOKEN = 3; // messages of one batch that are read out one by one

/** What has come while the reader was elsewhere: the line above it, its count, and the way there. */
export class News {
  #log;
  #count = 0;
  /** Of the document, without the count. */
  #title = document.title;

  /** @param {Log} log */
  constructor(log) {
    this.#log = log;
  }

  /** @param {Message[]} messages of others @param {boolean} wasAtEnd whether the reader was there when they came */
  take(messages, wasAtEnd) {
    if (!wasAtEnd) this.#add(messages);
    if (document.visibilityState === "visible") speak(messages);
  }

  /** All of it has been read. */
  clear() {
    this.#count = 0;
  }

  /** @param {string} before @param {string} name of the room from now on */
  rename(before, name) {
    this.#title = this.#title.replace(before, name);
    this.#drawTitle();
  }

  /** @param {boolean} isAway whether the newest message is out of reach: this far, or with news, the way there is shown @param {boolean} isFar */
  draw(isAway, isFar) {
    const button = byId("latest");
    button.hidden = !isFar && !(isAway && this.#count);
    button.classList.toggle("has-new", this.#count > 0);
    setText(part(button, "span"), this.#count ? say("below", { count: this.#count }) : say("latest"));
    this.#drawTitle();
  }

  /** @param {Message[]} messages */
  #add(messages) {
    const first = this.#log.rows.get(messages[0]?.seq ?? 0);
    if (!this.#count)
      this.#log.draw(() => {
        this.#log.clearNew();
        first?.before(clone("new-divider"));
      });
    this.#count += messages.length;
  }

  #drawTitle() {
    document.title = this.#count ? `(${this.#count}) ${this.#title}` : this.#title;
  }
}

/** @param {Message[]} messages */
function speak(messages) {
  if (messages.length > SPOKEN) return announce(say("many", { count: messages.length }));
  announce(messages.map(({ author, body }) => say("another", { name: author.name, text: body })).join("\n"));
}
