// @ts-check
import { retried } from "../retried.js";
import { byId, setText } from "./dom.js";
import { Part } from "./part.js";

/** @import { Client } from "../client.js" */
/** @import { Message } from "../types.d.ts" */

const NEAR_LIMIT = 200; // characters left from which on they are counted

/** Where one writes. Sending means handing over to the outbox, so it works offline, too. */
export class Composer {
  #client;
  #form = byId("composer");
  #text = /** @type {HTMLTextAreaElement} */ (byId("write"));
  #send = /** @type {HTMLButtonElement} */ (byId("send"));
  #notes;
  /** @type {number | null} */
  #replyTo = null;
  #slowUntil = 0;
  #grows = !CSS.supports("field-sizing", "content");

  /** @param {Client} client @param {{ onSend: () => void, onEditLast: () => void }} calls */
  constructor(client, { onSend, onEditLast }) {
    this.#client = client;
    this.#notes = new Part(
      retried("ui/notes.js", () => import("./notes.js")),
      ({ Notes }) => new Notes(client, this),
    );
    this.onSend = onSend;
    this.onEditLast = onEditLast;
    this.#form.addEventListener("submit", (event) => this.#onSubmit(event));
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#text.addEventListener("input", () => this.#onInput());
    for (const type of ["you", "room", "status"]) client.addEventListener(type, () => this.draw());
    client.addEventListener("batch", (event) => this.#onBatch(/** @type {CustomEvent} */ (event).detail.messages));
    setInterval(() => {
      if (this.#slowUntil || this.#until) this.draw();
    }, 1000);
    this.text ||= this.#draft ?? "";
    this.draw();
  }

  get text() {
    return this.#text.value;
  }

  set text(text) {
    this.#text.value = text;
    this.#onInput();
  }

  focus() {
    this.#text.focus();
  }

  /** Says something for a moment. @param {string} text */
  say(text) {
    setText(byId("composer-note"), text);
    this.#notes.use((notes) => notes.say(text));
  }

  /** @param {Message | null} message */
  replyTo(message) {
    if (message || this.#replyTo !== null) this.#notes.use((notes) => notes.drawReply(message));
    this.#replyTo = message?.seq ?? null;
    this.focus();
  }

  draw() {
    const isOpen = this.mayPost;
    this.#form.classList.toggle("is-closed", !isOpen);
    this.#text.readOnly = !isOpen && !this.text;
    this.#send.disabled = !isOpen || this.slowMs > 0 || Number(this.left) < 0 || !this.text.trim();
    const isQuiet = isOpen && !this.slowMs && this.left === null && !this.#client.status.waitingToSend;
    if (!isQuiet || this.#notes.now) this.#notes.use((notes) => notes.draw());
  }

  get #until() {
    return Date.parse(this.#client.you.why_not?.until ?? "") || 0;
  }

  /** A reason that ends by itself does not wait for the server to say so. */
  get mayPost() {
    return this.#client.you.may_post || (this.#until > 0 && this.#until <= Date.now());
  }

  /** How long slow mode lasts yet. */
  get slowMs() {
    return Math.max(0, this.#slowUntil - Date.now());
  }

  /** How many characters may follow, once they are few; below 0 when the room was given a limit meanwhile. */
  get left() {
    const left = this.#text.maxLength - this.text.length;
    return left < NEAR_LIMIT ? left : null;
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    this.draw();
    if (this.#send.disabled) return;
    this.#client.send(this.text.trimEnd(), { replyTo: this.#replyTo });
    this.text = "";
    this.replyTo(null);
    this.onSend();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // Enter ends a composition first
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) return this.#onSubmit(/** @type {any} */ (event));
    if (event.key === "Escape" && this.#replyTo !== null) return this.replyTo(null);
    if (event.key !== "ArrowUp" || this.text) return;
    event.preventDefault();
    this.onEditLast();
  }

  #onInput() {
    if (this.#grows) {
      this.#text.style.blockSize = "auto";
      this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
    }
    this.#draft = this.text;
    this.draw();
  }

  /** @param {Message[]} messages */
  #onBatch(messages) {
    const { you, room } = this.#client;
    const own = messages.filter(({ author, version, seq }) => author.id === you.id && version === seq);
    if (!room.slow_mode_s || you.may_moderate || !own.length) return;
    this.#slowUntil = Date.now() + room.slow_mode_s * 1000;
    this.draw();
  }

  get #draftName() {
    return `chat.draft.${this.#client.you.id}.${this.#client.room.slug}`;
  }

  get #draft() {
    return stored(() => localStorage.getItem(this.#draftName));
  }

  set #draft(text) {
    stored(() => (text ? localStorage.setItem(this.#draftName, text) : localStorage.removeItem(this.#draftName)));
  }
}

/** Null where the browser keeps nothing for us. @template T @param {() => T} use @returns {T | null} */
export function stored(use) {
  try {
    return use();
  } catch {
    return null;
  }
}
