// @ts-check
import { byId, isField, part } from "./dom.js";

const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });

/** The list of keys, the room switcher, and the sheets that hang from the header. */
export function startDialogs() {
  for (const opener of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-opens]"))) {
    opener.hidden = false;
    opener.addEventListener("click", () => open(opener.dataset.opens ?? ""));
  }
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", ({ target }) => closeSheets(/** @type {Node} */ (target)));
  document.addEventListener("focusin", ({ target }) => closeSheets(/** @type {Node} */ (target)));
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog) dialog.close();
    });
  }
  byId("switcher-words").addEventListener("input", drawRooms);
  byId("switcher-words").addEventListener("keydown", onSwitcherKey);
}

/** @param {string} id */
function open(id) {
  closeSheets(null);
  if (document.querySelector("dialog[open]")) return;
  /** @type {HTMLDialogElement} */ (byId(id)).showModal();
  if (id === "switcher") resetSwitcher();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const isSwitcher = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k";
  const isHelp = event.key === "?" && !isField(event.target);
  if (event.key === "Escape") closeSheets(null, true);
  if (!isSwitcher && !isHelp) return;
  event.preventDefault();
  open(isSwitcher ? "switcher" : "keys");
}

/** @param {Node | null} except what is inside stays open @param {boolean} [focus] back to the button */
function closeSheets(except, focus = false) {
  for (const sheet of document.querySelectorAll("details[open]")) {
    if (except && sheet.contains(except)) continue;
    sheet.removeAttribute("open");
    if (focus) part(sheet, "summary").focus();
  }
}

const words = () => /** @type {HTMLInputElement} */ (byId("switcher-words"));
/** @returns {HTMLElement[]} */
const options = () => [
  .../** @type {NodeListOf<HTMLElement>} */ (byId("switcher-list").querySelectorAll("[role=option]")),
];

function resetSwitcher() {
  words().value = "";
  words().focus();
  drawRooms();
}

/** The rooms of the rail whose name holds the words; those with news first. */
function drawRooms() {
  const needle = words().value.trim().toLocaleLowerCase();
  const links = [...document.querySelectorAll("#rail-list a:not([aria-current])")];
  const found = links.filter((link) => part(link, "bdi").textContent?.toLocaleLowerCase().includes(needle));
  found.sort((a, b) => Number(part(a, ".unread").hidden) - Number(part(b, ".unread").hidden));
  byId("switcher-list").replaceChildren(...found.map((link, index) => option(link, index)));
  byId("switcher-none").hidden = found.length > 0;
  select(0);
}

/** @param {Element} link @param {number} index */
function option(link, index) {
  const made = document.createElement("div");
  made.id = `switcher-${index}`;
  made.role = "option";
  made.append(...[...link.children].map((child) => child.cloneNode(true)));
  made.addEventListener("click", () => location.assign(/** @type {HTMLAnchorElement} */ (link).href));
  return made;
}

/** @param {number} index */
function select(index) {
  const all = options();
  for (const [at, one] of all.entries()) one.ariaSelected = String(at === index);
  all[index]?.scrollIntoView({ block: "nearest" });
  words().setAttribute("aria-activedescendant", all[index]?.id ?? "");
}

/** @param {KeyboardEvent} event */
function onSwitcherKey(event) {
  const all = options();
  const at = all.findIndex((one) => one.ariaSelected === "true");
  if (event.key === "Enter" && !event.isComposing) all[at]?.click();
  else if (event.key in STEPS) select((at + (STEPS[event.key] ?? 0) + all.length) % (all.length || 1));
  else return;
  event.preventDefault();
}
