// @ts-check
import { pollingPause } from "./transports/make.js";

/** @import { Feed } from "./feed.js" */
/** @import { Lines } from "./lines.js" */
/** @import { Opinion } from "./types.d.ts" */

/** Of a pilot that is not here yet. @type {Opinion} */
export const NO_OPINION = { isSilent: false, move: null, advice: null };

/** How a page is connected. @param {Lines} lines @param {Feed} feed @param {boolean} isAwake @param {boolean} isOnline what the browser thinks of its network */
export function statusOf({ via, everyMs, current, notice }, feed, isAwake, isOnline) {
  const { phase, error, heardAt, progress, retryAt, upToDateAt } = current;
  const isTrying = phase === "waiting" || phase === "connecting";
  const isOffline = !isAwake || (isTrying && !isOnline);
  return {
    via,
    everyMs: via === "poll" ? pollingPause(feed.standing.room, everyMs) : null,
    phase: isOffline ? /** @type {const} */ ("offline") : phase,
    heardAt,
    upToDateAt,
    progress,
    retryAt,
    error: (error ?? notice)?.toJSON() ?? null,
    deliveryMs: feed.delivery.ms,
  };
}
