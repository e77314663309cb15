// @ts-check
import { LIMIT } from "../transports/asking.js";
import { ChatError } from "../wire.js";

/** @import { Api } from "../api.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Lines } from "../lines.js" */
/** @import { Link } from "../link.js" */
/** @import { Env, Via } from "../types.d.ts" */

/** @typedef {{ env: Env, api: Api, feed: Feed, lines: Lines }} Tools */

const ECHOES = 5; // one a second: what is cut soon after its opening is found out
const PAUSE_MS = 1000;
const ECHO_MS = 3000; // the longest that an echo takes
const HOLD_S = 1;
const ASKED_MS = 5000;

/**
 * What a transport has to show before it is trusted; rejects when it does not.
 * @param {Tools} tools @param {Via} via @returns {(link: Link) => Promise<void>}
 */
export function proofOf(tools, via) {
  if (via === "websocket") return (link) => echoes(tools.env, link);
  if (via === "longpoll") return () => holds(tools);
  return async () => {};
}

/** Asks once in the plainest way; whatever has come is taken. @param {Tools} tools @param {"poll" | "longpoll"} way */
export async function askPlainly(tools, way) {
  await ask(tools, way, way === "longpoll" ? { wait: 0 } : {});
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

/** A short hold must end when it should: something on the way may keep answers back. @param {Tools} tools */
async function holds(tools) {
  await ask(tools, "longpoll", { wait: HOLD_S });
}

/** @param {Tools} tools @param {"poll" | "longpoll"} way @param {Record<string, number>} fields */
async function ask({ env, api, feed, lines }, way, fields) {
  const abort = new AbortController();
  const timer = env.setTimeout(() => abort.abort(), ASKED_MS);
  const after = feed.cursor;
  try {
    const batch = await api.batch(way, { after, limit: LIMIT, ...fields }, abort.signal);
    feed.take(batch, after, false);
    if (batch.switch) lines.current.onSwitch(batch.switch);
  } catch (error) {
    throw abort.signal.aborted ? new ChatError("timeout") : error;
  } finally {
    env.clearTimeout(timer);
  }
}

/** @param {Env} env @param {number} ms @returns {Promise<void>} */
const pause = (env, ms) => new Promise((done) => void env.setTimeout(() => done(), ms));
