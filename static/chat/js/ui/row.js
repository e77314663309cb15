// @ts-check
import { retried } from "../retried.js";
import { clone, part, setText } from "./dom.js";
import { clock, dayLabel, dayOf, longTime } from "./format.js";
import { say } from "./strings.js";

/** @import { Author, Message } from "../types.d.ts" */

export const newRow = () => clone("message-row");

/** Draws a message into a row, be it new, changed or drawn by the server. @param {HTMLElement} row @param {Message} message @param {number} youId */
export function drawRow(row, message, youId) {
  row.id = `m-${message.seq}`;
  row.classList.toggle("is-own", message.author.id === youId && message.kind === "text");
  row.classList.toggle("is-system", message.kind === "system");
  row.classList.toggle("is-deleted", message.deleted);
  drawAuthor(row, message.author);
  drawTime(row, new Date(message.created_at));
  drawBody(row, message.deleted ? say("deleted") : message.body);
  part(row, ".row-note").hidden = !message.edited_at || message.deleted;
  const quote = /** @type {HTMLAnchorElement} */ (part(row, ".row-quote"));
  quote.hidden = message.reply_to === null;
  if (message.reply_to !== null) quote.setAttribute("href", `#m-${message.reply_to}`);
}

/** @param {HTMLElement} row @param {Author} author */
export function drawAuthor(row, author) {
  drawAvatar(part(row, ".row-avatar"), author);
  setText(part(row, ".row-name"), author.name);
}

/** @param {HTMLElement} avatar @param {Author} author */
export function drawAvatar(avatar, { id, name }) {
  avatar.dataset.hue = String(id).slice(-1);
  setText(avatar, ([...name][0] ?? "").toUpperCase());
}

/** @param {HTMLElement} row @param {string} text */
export function drawBody(row, text) {
  const body = part(row, ".row-body");
  if (body.textContent === text && body.dataset.drawn) return;
  body.dataset.drawn = "yes";
  body.textContent = text;
  if (/https?:|mailto:/i.test(text)) drawLinks(body, text);
}

const loadLinkify = retried("ui/linkify.js", () => import("./linkify.js"));

/** Makes links of the addresses in a text, unless it has changed meanwhile. @param {HTMLElement} body @param {string} text */
async function drawLinks(body, text) {
  const module = await loadLinkify().catch(() => null);
  if (module && body.textContent === text) body.replaceChildren(...module.linkify(text));
}

/** Where a row stands among the others. @param {HTMLElement} row @param {Date} date @param {{ isGrouped: boolean, isNewDay: boolean }} place */
export function placeRow(row, date, { isGrouped, isNewDay }) {
  row.classList.toggle("is-grouped", isGrouped);
  const day = part(row, ".row-day");
  day.hidden = !isNewDay;
  const time = /** @type {HTMLTimeElement} */ (part(day, "time"));
  time.dateTime = dayOf(date);
  setText(time, dayLabel(date, new Date()));
}

/** @param {HTMLElement} row @param {Date} date */
function drawTime(row, date) {
  const time = /** @type {HTMLTimeElement} */ (part(row, ".row-time"));
  time.dateTime = date.toISOString();
  time.title = longTime(date);
  setText(time, clock(date));
}
