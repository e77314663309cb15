// @ts-check
import { LIMIT } from "../transports/asking.js";
import { ChatError } from "../wire.js";

/** @import { Api } from "../api.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Link } from "../link.js" */
/** @import { Env, Via } from "../types.d.ts" */

const ECHOES = 5; // one a second: what is cut soon after its opening is found out
const PAUSE_MS = 1000;
export const ECHO_MS = 3000; // the longest that an echo takes
const HOLD_S = 1;
const ASKED_MS = 5000;

/**
 * What a transport has to show before it is trusted; rejects when it does not.
 * @param {{ env: Env, api: Api, feed: Feed }} tools @param {Via} via @returns {(link: Link) => Promise<void>}
 */
export function proofOf(tools, via) {
  if (via === "websocket") return (link) => echoes(tools.env, link);
  if (via === "longpoll") return () => holds(tools);
  return async () => {};
}

/** Asks once in the plainest way; whatever has come is taken. @param {{ api: Api, feed: Feed, env: Env }} tools @param {"poll" | "longpoll"} way */
export async function askPlainly({ api, feed, env }, way) {
  await ask(env, feed, (after, signal) =>
    api.batch(way, { after, limit: LIMIT, ...(way === "longpoll" && { wait: 0 }) }, signal),
  );
}

/** @param {Env} env @param {Link} link */
async function echoes(env, link) {
  for (let count = 0; count < ECHOES; count += 1) {
    const askedAt = env.now();
    link.echo();
    await pause(env, PAUSE_MS);
    for (let waited = PAUSE_MS; link.echoedAt < askedAt && waited < ECHO_MS; waited += PAUSE_MS)
      await pause(env, PAUSE_MS);
    if (link.echoedAt < askedAt) throw new ChatError("timeout");
  }
}

/** A short hold must end when it should: something on the way may keep answers back. @param {{ api: Api, feed: Feed, env: Env }} tools */
async function holds({ api, feed, env }) {
  await ask(env, feed, (after, signal) => api.batch("longpoll", { after, limit: LIMIT, wait: HOLD_S }, signal));
}

/** @param {Env} env @param {Feed} feed @param {(after: string, signal: AbortSignal) => Promise<import("../types.d.ts").Batch>} request */
async function ask(env, feed, request) {
  const abort = new AbortController();
  const timer = env.setTimeout(() => abort.abort(), ASKED_MS);
  const after = feed.cursor;
  try {
    feed.take(await request(after, abort.signal), after, false);
  } catch (error) {
    throw abort.signal.aborted ? new ChatError("timeout") : error;
  } finally {
    env.clearTimeout(timer);
  }
}

/** @param {Env} env @param {number} ms @returns {Promise<void>} */
const pause = (env, ms) => new Promise((done) => void env.setTimeout(() => done(), ms));
