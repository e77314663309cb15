// @ts-check
import { LongPolling } from "./longpoll.js";
import { Polling } from "./polling.js";
import { WebSocketTransport } from "./websocket.js";

/** @import { Api } from "../api.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Env, Room, Transport, Via } from "../types.d.ts" */

const KINDS = { websocket: WebSocketTransport, longpoll: LongPolling, poll: Polling };

/** The pause of polling: the person's choice, which the room may slow down. @param {Room} room @param {number | null} everyMs */
export const pollingPause = (room, everyMs) => Math.max(everyMs ?? 0, room.transports.poll_interval_ms);

/**
 * The one place that knows which transports exist.
 * @param {{ env: Env, api: Api, slug: string, feed: Feed }} tools
 * @returns {(via: Via, everyMs: number | null) => Transport}
 */
export function transportMaker({ feed, ...tools }) {
  const page = tools.env.newKey();
  return (via, everyMs) =>
    new KINDS[via]({
      ...tools,
      page,
      timings: feed.timings,
      holdS: feed.standing.room.transports.hold_s,
      everyMs: () => pollingPause(feed.standing.room, everyMs),
    });
}
