// @ts-check
import { byId, part, setText } from "./dom.js";
import { countdown } from "./format.js";
import { firstLine } from "./quotes.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Message } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */

const SAID_MS = 5000;

/** What stands around the composer: the message that is answered, and what there is to know. */
export class Notes {
  #client;
  #composer;
  #note = byId("composer-note");
  #reply = byId("reply");
  #said = "";

  /** @param {Client} client @param {Composer} composer */
  constructor(client, composer) {
    this.#client = client;
    this.#composer = composer;
    part(this.#reply, "button").addEventListener("click", () => composer.replyTo(null));
  }

  /** For a moment. @param {string} text */
  say(text) {
    this.#said = text;
    this.draw();
    window.setTimeout(() => {
      if (this.#said === text) this.say("");
    }, SAID_MS);
  }

  /** @param {Message | null} message */
  drawReply(message) {
    this.#reply.hidden = !message;
    setText(part(this.#reply, "bdi"), message?.author.name ?? "");
    setText(part(this.#reply, "[dir=auto]"), message ? `: ${firstLine(message.body)}` : "");
  }

  draw() {
    const [text, isUrgent] = this.#words();
    setText(this.#note, text);
    this.#note.classList.toggle("is-urgent", isUrgent);
  }

  /** @returns {[text: string, isUrgent: boolean]} */
  #words() {
    const { you, status } = this.#client;
    const { left, slowMs, mayPost } = this.#composer;
    if (this.#said) return [this.#said, false];
    if (!mayPost) return [you.why_not?.message ?? "", false];
    if (slowMs) return [say("slow", { when: countdown(slowMs) }), false];
    if (left !== null && left < 0) return [say("over", { count: -left }), true];
    if (left !== null) return [say("left", { count: left }), left === 0];
    const isAway = status.phase !== "live" && status.phase !== "catching_up";
    if (isAway && status.waitingToSend) return [say("waitingToSend", { count: status.waitingToSend }), false];
    return ["", false];
  }
}
