// @ts-check
import { say } from "./strings.js";

/** @import { Message } from "../types.d.ts" */

const page = globalThis.document?.documentElement.lang || "en";
/** Words in the page's language, hours counted as this person's browser does. */
const language = page === "en" ? "en-GB" : page;
const { hour12 } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const hours = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hour12 });

/** @type {Map<string, Intl.DateTimeFormat>} */
const made = new Map();

/** @param {Date} date @param {Intl.DateTimeFormatOptions} options */
export function format(date, options) {
  const name = JSON.stringify(options);
  const known = made.get(name) ?? new Intl.DateTimeFormat(language, options);
  made.set(name, known);
  return known.format(date);
}

/** 10:42 @param {Date} date */
export const clock = (date) => format(date, hours);

/** 10:42:07 @param {Date} date */
export const exactClock = (date) => format(date, { ...hours, second: "2-digit" });

/** 17 Nov, 10:42 @param {Date} date */
export const moment = (date) => format(date, { day: "numeric", month: "short", ...hours });

/** The whole date and time. @param {Date} date */
export const longTime = (date) =>
  format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric", ...hours, second: "2-digit" });

/** 2026-11-17, local. @param {Date} date */
export const dayOf = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/** "Tuesday 17 November", with the year when it is another one. @param {Date} date @param {Date} now */
export function dayLabel(date, now) {
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format(date, { weekday: "long", day: "numeric", month: "long", year });
}

/** Whether a message goes on where the one before it ended. @param {Message | undefined} before @param {Message} message @param {number} withinS */
export function continues(before, message, withinS) {
  if (!before || message.reply_to !== null || before.kind !== "text" || message.kind !== "text") return false;
  const [from, to] = [new Date(before.created_at), new Date(message.created_at)];
  return before.author.id === message.author.id && +to - +from < withinS * 1000 && dayOf(from) === dayOf(to);
}

/** "7 s", "3 min", "2 h": rounded up, so that a countdown never says 0. @param {number} ms */
export function amount(ms) {
  const s = Math.max(1, Math.ceil(ms / 1000));
  if (s < 100) return `${s} s`;
  return s < 6000 ? `${Math.ceil(s / 60)} min` : `${Math.ceil(s / 3600)} h`;
}

/** "in 7 s", or "now". @param {number} ms */
export const countdown = (ms) => (ms > 0 ? say("when", { amount: amount(ms) }) : say("soon"));

/** "2 s", "0.5 s" @param {number} ms */
export const interval = (ms) => `${Number((ms / 1000).toFixed(1))} s`;
