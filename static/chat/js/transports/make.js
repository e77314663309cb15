// @ts-check
import { LongPolling } from "./longpoll.js";
import { Polling } from "./polling.js";
import { WebSocketTransport } from "./websocket.js";

/** @import { Api } from "../api.js" */
/** @import { Env, Timings, Transport, Via } from "../types.d.ts" */

const KINDS = { websocket: WebSocketTransport, longpoll: LongPolling, poll: Polling };

/**
 * The one place that knows which transports exist.
 * @param {Via} via
 * @param {{ env: Env, api: Api, slug: string, page: string, timings: Timings, holdS: number, everyMs: () => number }} tools
 * @returns {Transport}
 */
export const makeTransport = (via, tools) => new KINDS[via](tools);
