// @ts-check
import { retried } from "../retried.js";
import { ChatError } from "../wire.js";

/** @import { Api } from "../api.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Env, Room, Transport, Via } from "../types.d.ts" */

/** @typedef {new (tools: any) => Transport} Kind */

const files = {
  websocket: retried("transports/websocket.js", () => import("./websocket.js")),
  longpoll: retried("transports/longpoll.js", () => import("./longpoll.js")),
  poll: retried("transports/poll.js", () => import("./poll.js")),
};

/** @type {Record<Via, () => Promise<Kind>>} */
const LOADERS = {
  websocket: async () => (await files.websocket()).WebSocketTransport,
  longpoll: async () => (await files.longpoll()).LongPolling,
  poll: async () => (await files.poll()).Polling,
};

/** @type {Map<Via, Kind>} those that are loaded */
const kinds = new Map();

/** A page starts with the transport that it uses; each other one has to be loaded before it is made. @param {Via} via @returns {Promise<unknown> | null} null when it is here */
export function loadTransport(via) {
  if (kinds.has(via)) return null;
  const keep = (/** @type {Kind} */ kind) => kinds.set(via, kind);
  return LOADERS[via]().then(keep, () => {
    throw new ChatError("network");
  });
}

/** The pause of polling: the person's choice, which the room may slow down. @param {Room} room @param {number | null} everyMs */
export const pollingPause = (room, everyMs) => Math.max(everyMs ?? 0, room.transports.poll_interval_ms);

/**
 * The one place that knows which transports exist.
 * @param {{ env: Env, api: Api, slug: string, feed: Feed, longestHoldS?: () => number }} tools
 * @returns {(via: Via, everyMs: number | null) => Transport}
 */
export function transportMaker({ feed, longestHoldS = () => Number.POSITIVE_INFINITY, ...tools }) {
  const page = tools.env.newKey();
  return (via, everyMs) =>
    new /** @type {Kind} */ (kinds.get(via))({
      ...tools,
      page,
      timings: feed.timings,
      holdS: Math.min(feed.standing.room.transports.hold_s, longestHoldS()),
      everyMs: () => pollingPause(feed.standing.room, everyMs),
    });
}
