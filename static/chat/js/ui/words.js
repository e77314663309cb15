// @ts-check
import { STRINGS as FIRST, fill } from "./strings.js";

/** What scripts say, with that of the parts that come later. */
const STRINGS = {
  ...FIRST,
  about: "about {amount}",
  another: "{name}: {text}",
  archived: "archived",
  automatic: "The page chooses the transport now.",
  below: "{count} new",
  catchingUp: "Catching up.",
  connected: "Live.",
  copied: "The link is copied.",
  delivery: "Messages take {amount} to get here.",
  failed: "Not sent: {reason}",
  inAddress: "The link is in the address bar.",
  latest: "Latest",
  listening: "Waiting for an answer.",
  left: "{count} characters left",
  many: "{count} new messages",
  noContactMany: "No contact for {lasted}, {count} messages waiting.",
  noContactOne: "No contact for {lasted}, 1 message waiting.",
  offline: "You are offline since {time}. What you write is kept and sent later.",
  open: "You can write again.",
  over: "{count} characters too many",
  progress: "Catching up: {done} of {total}.",
  read_only: "read-only",
  retrying: "Reconnecting {when}.",
  sending: "sending …",
  since: "Up to date at {time}",
  slow: "Slow mode: write again {when}",
  stalled: "Reconnecting.",
  switched: "Now {how}.",
  under: "less than {amount}",
  until: "Last up to date at {time}",
  waiting: "waiting",
  waitingToSend: "{count} waiting to be sent",
};

/** @param {keyof typeof STRINGS} name @param {Record<string, string | number>} [values] */
export const say = (name, values = {}) => fill(STRINGS[name], values);
