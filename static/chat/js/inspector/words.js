// @ts-check
import { fill } from "../ui/strings.js";

/** What the inspector says; its headings are in the template. */
const STRINGS = {
  asked: "Request",
  chosen: "It was asked for.",
  copied: "Copied: {count} lines.",
  dropped: "dropped",
  empty: "empty",
  failed: "no answer",
  handOver: "Hand-over: {from} to {to}",
  handedOver: "At cursor {cursor}. {why}",
  handshake: "Handshake",
  heads: "Headers received",
  headsSent: "Headers sent",
  held: "{took} of {wait} s",
  late: "The line in use was opened before, and is shown when it opens again.",
  messages: "{count} messages",
  one: "1 message",
  opened: "The inspector was opened: a fresh line took over from the one in use.",
  poll: "Polling",
  longpoll: "Long polling",
  websocket: "WebSocket",
  received: "received",
  body: "Content sent",
  content: "Content",
  saved: "Saved as a file: {count} lines.",
  sent: "sent",
  cleared: "The list is empty; the sums go on.",
  clock: "Clock of the server: {ms} ms ahead of this one, as five answers tell together, the quickest in {took} ms.",
  clockBehind:
    "Clock of the server: {ms} ms behind this one, as five answers tell together, the quickest in {took} ms.",
  unset: "The clocks were not compared, so delivery is not measured.",
  waiting: "Under way: {what}, for {lasted}",
};

/** @param {keyof typeof STRINGS} name @param {Record<string, string | number>} [values] */
export const say = (name, values = {}) => fill(STRINGS[name], values);

/** "812 B", "4.1 kB" @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
