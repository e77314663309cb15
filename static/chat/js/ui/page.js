// @ts-check

import { Announcements } from "./announcements.js";
import { clock, dayOf, format, longTime } from "./format.js";

/** Pages other than the room: local times, buttons that copy, announcements. */
for (const time of document.querySelectorAll("time[data-local]")) localise(/** @type {HTMLTimeElement} */ (time));
for (const button of document.querySelectorAll("button[data-copy]"))
  offerCopy(/** @type {HTMLButtonElement} */ (button));

const announcements = document.getElementById("announcements");
if (announcements) new Announcements(announcements);

/** @param {HTMLTimeElement} time */
function localise(time) {
  const date = new Date(time.dateTime);
  time.textContent = time.dataset.local === "long" ? longTime(date) : shortTime(date, new Date());
  time.title = longTime(date);
}

/** The time for today, else the date. @param {Date} date @param {Date} now */
function shortTime(date, now) {
  return dayOf(date) === dayOf(now) ? clock(date) : format(date, { day: "numeric", month: "short" });
}

/** @param {HTMLButtonElement} button */
function offerCopy(button) {
  const source = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy ?? ""));
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    await navigator.clipboard?.writeText(source.value);
    button.textContent = button.dataset.done ?? "";
  });
}
