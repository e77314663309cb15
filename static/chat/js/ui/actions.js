// @ts-check
import { byId, isField, part } from "./dom.js";
import { Moderation } from "./moderation.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Composer } from "./composer.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Log } from "./log.js" */
/** @import { Part } from "./part.js" */
/** @import { People } from "./people.js" */
/** @import { Message } from "../types.d.ts" */

const LONG_PRESS_MS = 450;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity });

/** What can be done with a message: on hover, on focus, by a long press and from the keyboard. */
export class Actions {
  #client;
  #log;
  #composer;
  #editor;
  #people;
  #moderation;
  #bar = byId("actions");
  /** @type {HTMLElement | null} */
  #row = null;
  #press = 0;
  /** @type {Record<string, (event: any) => void>} what happens in the log, by type */
  #answers = {
    pointerover: (event) => {
      if (event.pointerType === "mouse" && rowAt(event) !== this.#row) this.#show(rowAt(event));
    },
    pointerleave: ({ pointerType }) => pointerType === "mouse" && this.#leave(),
    pointerdown: (event) => this.#onPress(event),
    pointerup: () => clearTimeout(this.#press),
    pointercancel: () => clearTimeout(this.#press),
    contextmenu: (event) => {
      if (this.#row?.classList.contains("is-active")) event.preventDefault(); // ours is open already
    },
    focusin: (event) => rowAt(event)?.matches(":focus-visible") && this.#show(rowAt(event)),
    keydown: (event) => this.#onKey(event),
    click: (event) => this.#onQuote(event),
  };

  /** @type {Record<string, (message: Message) => void>} what opens a dialog, by action */
  #asked = {
    report: (message) => this.#moderation.report(message),
    restore: (message) => this.#moderation.restore(message),
    earlier: (message) => this.#moderation.showEarlier(message),
    person: ({ author }) => this.#people.use((people) => people.open(author)),
  };

  /** @param {Client} client @param {Log} log @param {Composer} composer @param {Part<any, Editor>} editor @param {Part<any, People>} people */
  constructor(client, log, composer, editor, people) {
    this.#client = client;
    this.#log = log;
    this.#composer = composer;
    this.#editor = editor;
    this.#people = people;
    this.#moderation = new Moderation(client, composer);
    for (const type of Object.keys(this.#answers)) byId("log").addEventListener(type, (event) => this.take(event));
    this.#bar.addEventListener("click", (event) => this.#onAction(event));
    client.addEventListener("you", () => this.#row && this.#show(this.#row));
  }

  /** Also what happened before there were actions. @param {Event} event */
  take(event) {
    this.#answers[event.type]?.(event);
  }

  /** @param {HTMLElement | null} row */
  #show(row) {
    this.#row?.classList.remove("is-active");
    const message = this.#log.rows.messageOf(row);
    const may = message && !row?.classList.contains("is-editing") ? this.#offered(message) : {};
    this.#row = Object.values(may).some(Boolean) ? row : null;
    this.#bar.hidden = !this.#row;
    for (const button of this.#buttons) button.hidden = !may[button.dataset.action ?? ""];
    // Put in again, it would lose the click that is under way.
    if (this.#row && !this.#row.contains(this.#bar)) part(this.#row, ".row-line").append(this.#bar);
  }

  /** @param {Message} message @returns {Record<string, boolean>} */
  #offered({ kind, author, deleted, edited_at }) {
    const { id, role, may_post: mayPost, may_moderate: mayModerate } = this.#client.you;
    const isOwn = author.id === id;
    if (kind !== "text") return {};
    if (deleted) return { restore: mayModerate, earlier: mayModerate, person: mayModerate && !isOwn };
    return {
      reply: mayPost,
      link: true,
      edit: isOwn && mayPost,
      earlier: mayModerate && edited_at !== null,
      report: !isOwn && role !== null && !mayModerate,
      person: !isOwn,
      remove: isOwn || mayModerate,
    };
  }

  #leave() {
    if (!this.#bar.contains(document.activeElement)) this.#show(null);
  }

  /** @returns {HTMLButtonElement[]} */
  get #buttons() {
    return [...this.#bar.querySelectorAll("button")];
  }

  /** @param {PointerEvent} event */
  #onPress(event) {
    const row = rowAt(event);
    if (event.pointerType === "mouse" || this.#bar.contains(/** @type {Node} */ (event.target))) return;
    this.#show(null);
    this.#press = window.setTimeout(() => {
      this.#show(row);
      this.#row?.classList.add("is-active");
    }, LONG_PRESS_MS);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (isField(event.target)) return;
    const isInBar = this.#bar.contains(/** @type {Node} */ (event.target));
    if (event.key === "Escape") this.#onEscape(isInBar);
    else if (isInBar) this.#onBarKey(event);
    else if (event.key in STEPS) this.#step(event, STEPS[event.key] ?? 0);
    else if (isMenuKey(event)) this.#enterBar(event);
  }

  /** @param {boolean} isInBar */
  #onEscape(isInBar) {
    if (isInBar) this.#row?.focus();
    else this.#composer.focus();
  }

  /** @param {KeyboardEvent} event @param {number} step */
  #step(event, step) {
    const rows = this.#log.rows.all;
    const at = rows.indexOf(/** @type {HTMLElement} */ (rowAt(event)));
    const next = at < 0 ? rows.length - 1 : Math.min(Math.max(at + step, 0), rows.length - 1);
    event.preventDefault();
    rows[next]?.focus();
  }

  /** @param {KeyboardEvent} event */
  #enterBar(event) {
    if (event.target !== rowAt(event)) return;
    event.preventDefault();
    const reached = this.#row === event.target && this.#buttons.find((button) => button === document.activeElement);
    if (reached) return reached.click(); // pressed before there were actions, after the key that led here
    this.#show(rowAt(event));
    this.#buttons.find((button) => !button.hidden)?.focus();
  }

  /** @param {KeyboardEvent} event */
  #onBarKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const shown = this.#buttons.filter((button) => !button.hidden);
    const turn = document.dir === "rtl" ? -step : step;
    shown.at((shown.indexOf(/** @type {HTMLButtonElement} */ (event.target)) + turn) % shown.length)?.focus();
    event.preventDefault();
  }

  /** @param {Event} event */
  #onAction({ target }) {
    const action = /** @type {HTMLElement} */ (target).closest("button")?.dataset.action;
    const row = this.#row;
    const message = this.#log.rows.messageOf(row);
    if (!action || !message) return;
    this.#show(null);
    if (action in this.#asked) row?.focus({ preventScroll: true }); // where a dialog leads back to
    this.#asked[action]?.(message);
    if (action === "reply") this.#composer.replyTo(message);
    if (action === "link") this.#copyLink(message.seq);
    if (action === "edit") this.#editor.use((editor) => editor.open(message.seq));
    if (action === "remove") this.#editor.use((editor) => editor.confirmRemove(message.seq));
  }

  /** @param {number} seq */
  async #copyLink(seq) {
    const url = new URL(`#m-${seq}`, location.origin + location.pathname).href;
    const isCopied = await navigator.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    if (!isCopied) history.replaceState(history.state, "", `#m-${seq}`);
    this.#composer.say(say(isCopied ? "copied" : "inAddress"));
  }

  /** @param {Event} event */
  #onQuote(event) {
    const quote = /** @type {HTMLElement} */ (event.target).closest(".row-quote");
    if (!quote) return;
    event.preventDefault();
    this.#log.jump(Number(quote.getAttribute("href")?.slice(3)));
  }
}

/** @param {Event} event @returns {HTMLElement | null} */
const rowAt = ({ target }) => /** @type {HTMLElement} */ (target).closest("#rows .row");

/** @param {KeyboardEvent} event */
const isMenuKey = ({ key, shiftKey }) => key === "ContextMenu" || key === "Enter" || (key === "F10" && shiftKey);
