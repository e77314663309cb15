// @ts-check

/** What scripts say. Everything else is in the templates. */
const STRINGS = {
  about: "about {amount}",
  another: "{name}: {text}",
  away: "offline",
  back: "Connected again.",
  below: "{count} new",
  catchingUp: "Catching up.",
  connected: "Connected.",
  connecting: "connecting",
  connectingLong: "Connecting.",
  copied: "The link is copied.",
  deleted: "message deleted",
  delivery: "Messages take {amount} to get here.",
  failed: "Not sent: {reason}",
  inAddress: "The link is in the address bar.",
  latest: "Latest",
  left: "{count} characters left",
  longpoll: "via long polling",
  many: "{count} new messages",
  offline: "You are offline since {time}. What you write is kept and sent later.",
  open: "You can write again.",
  poll: "polling every {every}",
  reconnecting: "reconnecting",
  refused: "not connected",
  retrying: "No connection since {time}. Trying again {when}.",
  sending: "sending …",
  since: "Up to date since {time}",
  slow: "Slow mode: write again {when}",
  soon: "now",
  stalled: "No connection since {time}. Trying again.",
  switched: "Messages come {how} now.",
  under: "less than {amount}",
  until: "Last up to date at {time}",
  waiting: "waiting",
  waitingToSend: "{count} waiting to be sent",
  websocket: "via WebSocket",
  when: "in {amount}",
};

/** @param {keyof typeof STRINGS} name @param {Record<string, string | number>} [values] */
export const say = (name, values = {}) => STRINGS[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
