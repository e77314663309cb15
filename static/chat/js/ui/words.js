// @ts-check
import { STRINGS as FIRST, fill } from "./strings.js";

/** What scripts say, with that of the parts that come later. */
const STRINGS = {
  ...FIRST,
  banned: "banned",
  bannedForGood: "Banned from this room",
  bannedUntil: "Banned from this room until {time}",
  gone: "Not in the room",
  guest: "guest",
  member: "member",
  moderator: "moderator",
  muted: "muted",
  mutedForGood: "Muted",
  mutedUntil: "Muted until {time}",
  owner: "owner",
  untilBy: "Until {time}, when {name} changed it",
  untilThen: "Until {time}",
  about: "about {amount}",
  another: "{name}: {text}",
  archived: "archived",
  below: "{count} new",
  catchingUp: "Catching up.",
  connected: "Connected.",
  connectingLong: "Connecting.",
  copied: "The link is copied.",
  delivery: "Messages take {amount} to get here.",
  failed: "Not sent: {reason}",
  inAddress: "The link is in the address bar.",
  latest: "Latest",
  left: "{count} characters left",
  many: "{count} new messages",
  open: "You can write again.",
  over: "{count} characters too many",
  read_only: "read-only",
  sending: "sending …",
  since: "Up to date since {time}",
  slow: "Slow mode: write again {when}",
  switched: "Now {how}.",
  under: "less than {amount}",
  until: "Last up to date at {time}",
  waiting: "waiting",
  waitingToSend: "{count} waiting to be sent",
};

/** @param {keyof typeof STRINGS} name @param {Record<string, string | number>} [values] */
export const say = (name, values = {}) => fill(STRINGS[name], values);
