// @ts-check

/** What scripts say from the start; what is said later is in `words.js`, everything else in the templates. */
export const STRINGS = {
  away: "offline",
  back: "Connected again.",
  connecting: "connecting",
  deleted: "message deleted",
  longpoll: "via long polling",
  noContact: "No contact for {lasted}.",
  notLoaded: "That could not be loaded. Try again when you are connected.",
  poll: "polling every {every}",
  reconnecting: "reconnecting",
  refused: "not connected",
  silent: "no contact",
  soon: "now",
  websocket: "via WebSocket",
  when: "in {amount}",
};

/** @param {string} text @param {Record<string, string | number>} values */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

/** @param {keyof typeof STRINGS} name @param {Record<string, string | number>} [values] */
export const say = (name, values = {}) => fill(STRINGS[name], values);
