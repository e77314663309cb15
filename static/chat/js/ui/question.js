// @ts-check
import { announce, byId, part, setText } from "./dom.js";

/** @import { Problem } from "../types.d.ts" */

/**
 * Asks, in a dialog of its own, before something is done: for how long, and why. It stays open until that is done.
 * @param {string} name @param {string} about the person's name, or what the message says
 * @param {(fields: { minutes?: number | null, reason?: string, messages?: boolean }) => Promise<unknown>} act
 * @returns {Promise<string>} what to say when it is done; empty when it is not
 */
export function ask(name, about, act) {
  const dialog = /** @type {HTMLDialogElement} */ (byId(`ask-${name}`));
  const form = /** @type {HTMLFormElement} */ (part(dialog, "form"));
  form.reset();
  part(form, ".field-errors").hidden = true;
  setText(part(form, "blockquote"), about);
  part(form, "button[type=button]").onclick = () => dialog.close();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = (event) => submit(event, dialog, act);
    dialog.onclose = () => {
      if (dialog.returnValue) announce(dialog.returnValue);
      resolve(dialog.returnValue);
    };
  });
}

/** @param {SubmitEvent} event @param {HTMLDialogElement} dialog @param {(fields: any) => Promise<unknown>} act */
async function submit(event, dialog, act) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  await act(fieldsOf(form)).then(
    () => dialog.close(form.dataset.done),
    (/** @type {Problem} */ { message }) => {
      setText(part(form, ".field-errors"), message);
      part(form, ".field-errors").hidden = false;
    },
  );
  form.ariaBusy = null;
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  const fields = new FormData(form);
  const minutes = fields.get("minutes");
  return {
    ...(fields.has("reason") && { reason: String(fields.get("reason")).trim() }),
    ...(fields.has("minutes") && { minutes: minutes ? Number(minutes) : null }),
    ...(fields.has("messages") && { messages: true }),
  };
}
