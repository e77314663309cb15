// @ts-check
import { byId, isField, part } from "./dom.js";
import { Inspecting } from "./inspecting.js";
import { Switcher } from "./switcher.js";

/** @import { Client } from "../client.js" */

/** @type {Record<string, string>} with Ctrl or ⌘ */
const COMMANDS = { k: "switcher", i: "inspector" };

/** The list of keys, the room switcher, the inspector, and the sheets that hang from the header. */
export class Dialogs {
  #inspecting;
  #switcher = new Switcher();
  /** @type {Record<string, (event: any) => void>} what happens on the page, by type */
  #answers = {
    keydown: (event) => this.#onKey(event),
    pointerdown: ({ target }) => closeSheets(target),
    focusin: ({ target }) => closeSheets(target),
  };

  /** @param {Client} client */
  constructor(client) {
    this.#inspecting = new Inspecting(client);
    for (const opener of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-opens]"))) {
      opener.hidden = false;
      opener.addEventListener("click", () => this.#open(opener.dataset.opens ?? ""));
    }
    for (const type of Object.keys(this.#answers)) document.addEventListener(type, (event) => this.take(event));
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("click", ({ target }) => {
        if (target === dialog) dialog.close();
      });
    }
  }

  /** @param {Event} event */
  take(event) {
    this.#answers[event.type]?.(event);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isCommand = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    const asked = isCommand ? COMMANDS[event.key.toLowerCase()] : undefined;
    const opens = asked ?? (event.key === "?" && !isField(event.target) ? "keys" : null);
    if (event.key === "Escape") closeSheets(null, true);
    if (!opens) return;
    event.preventDefault();
    this.#open(opens);
  }

  /** @param {string} id */
  #open(id) {
    closeSheets(null);
    if (document.querySelector("dialog[open]")) return;
    if (id === "inspector") return this.#inspecting.toggle();
    /** @type {HTMLDialogElement} */ (byId(id)).showModal();
    if (id === "switcher") this.#switcher.start();
  }
}

/** @param {Node | null} except what is inside stays open @param {boolean} [focus] back to the button */
function closeSheets(except, focus = false) {
  for (const sheet of document.querySelectorAll(".menu[open]")) {
    if (except && sheet.contains(except)) continue;
    sheet.removeAttribute("open");
    if (focus) part(sheet, "summary").focus();
  }
}
