// @ts-check
import { byId, clone, isField, part, setText } from "./dom.js";

/** @import { Client } from "../client.js" */
/** @import { Problem } from "../types.d.ts" */
/** @import { Composer } from "./composer.js" */
/** @import { Log } from "./log.js" */

/** Changes messages where they stand: an editor in the row, and a question before one is deleted. */
export class Editor {
  #client;
  #log;
  #composer;

  /** @param {Client} client @param {Log} log @param {Composer} composer */
  constructor(client, log, composer) {
    this.#client = client;
    this.#log = log;
    this.#composer = composer;
  }

  /** Opens the editor for the newest message of one's own. */
  openLast() {
    const { you } = this.#client;
    const last = this.#log.messages.findLast((one) => one.author.id === you.id && !one.deleted && one.kind === "text");
    if (last) this.open(last.seq);
  }

  /** Opens the editor in the row of a message. @param {number} seq */
  open(seq) {
    const row = this.#log.rows.get(seq);
    const message = this.#log.rows.messageOf(row ?? null);
    if (!row || !message || row.classList.contains("is-editing")) return;
    const editor = /** @type {HTMLFormElement} */ (clone("editor"));
    const text = /** @type {HTMLTextAreaElement} */ (part(editor, "textarea"));
    const close = () => this.#closeEditor(row, editor);
    text.value = message.body;
    this.#log.draw(() => {
      row.classList.add("is-editing");
      part(row, ".row-body").hidden = true;
      part(row, ".row-body").after(editor);
    });
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(seq, editor, close);
    });
    editor.addEventListener("keydown", (event) => onEditorKey(event, editor, close));
    part(editor, "button[type=button]").addEventListener("click", close);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  /** @param {number} seq @param {HTMLFormElement} editor @param {() => void} close */
  async #save(seq, editor, close) {
    const body = /** @type {HTMLTextAreaElement} */ (part(editor, "textarea")).value.trimEnd();
    if (body === this.#log.rows.messageOf(this.#log.rows.get(seq) ?? null)?.body) return close();
    if (!body.trim()) return this.confirmRemove(seq);
    await this.#client.edit(seq, body).then(close, (/** @type {Problem} */ { message }) => {
      part(editor, ".field-errors").hidden = false;
      setText(part(editor, ".field-errors"), message);
    });
  }

  /** @param {HTMLElement} row @param {HTMLElement} editor */
  #closeEditor(row, editor) {
    // An edit is answered when it is: by then the person may be somewhere else.
    const isHere = editor.contains(document.activeElement);
    this.#log.draw(() => {
      editor.remove();
      row.classList.remove("is-editing");
      part(row, ".row-body").hidden = false;
    });
    if (isHere) this.#composer.focus();
  }

  /** @param {number} seq */
  confirmRemove(seq) {
    const message = this.#log.rows.messageOf(this.#log.rows.get(seq) ?? null);
    const dialog = /** @type {HTMLDialogElement} */ (byId("confirm"));
    if (!message) return;
    const isOwn = message.author.id === this.#client.you.id;
    const reason = /** @type {HTMLInputElement} */ (part(dialog, "[name=reason]"));
    setText(part(dialog, ".confirm-quote"), message.body);
    part(dialog, ".confirm-reason").hidden = isOwn;
    reason.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.onclose = () => {
      this.#composer.focus();
      if (dialog.returnValue === "yes") this.#remove(seq, reason.value.trim());
    };
  }

  /** @param {number} seq @param {string} reason for the record of acts */
  async #remove(seq, reason) {
    const removing = reason
      ? this.#client.request("POST", `/messages/${seq}/delete`, { reason })
      : this.#client.remove(seq);
    await removing.catch((/** @type {Problem} */ { message }) => this.#composer.say(message));
  }
}

/** @param {KeyboardEvent} event @param {HTMLFormElement} editor @param {() => void} close */
function onEditorKey(event, editor, close) {
  if (event.isComposing || !isField(event.target)) return;
  if (event.key === "Escape") close();
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  editor.requestSubmit();
}
