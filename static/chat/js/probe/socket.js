// @ts-check
import { Wire } from "./wire.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Finding } from "./findings.js" */

const PATH = "/ws/connection-test/";
const OPEN_MS = 10_000;
const ANSWER_MS = 5000;
const STAY_MS = 2000; // what cuts a socket for being one does so within half a second of its opening
const LARGE = 16_000; // bytes; the chat takes frames up to 16 KiB

/** @typedef {(name: string, finding: Finding) => void} Tell */

/**
 * One WebSocket from its handshake to a long silence. What comes after the first failure stays untried.
 * @param {Env} env @param {number} quietS the silence between two signs of life in a room @param {Tell} tell
 */
export async function probeSocket(env, quietS, tell) {
  const askedAt = env.now();
  const wire = new Wire(env, PATH);
  try {
    if (!(await wire.opened(OPEN_MS))) return tell("upgrade", { state: "bad", figures: {} });
    tell("upgrade", { state: "good", figures: { ms: env.now() - askedAt } });
    if (await speaks(env, wire, tell)) await lasts(env, wire, quietS, tell);
  } finally {
    wire.close();
  }
}

/** Both ways: the server's first word, then our own back. @param {Env} env @param {Wire} wire @param {Tell} tell @returns {Promise<boolean>} whether there is more to try */
async function speaks(env, wire, tell) {
  const hello = await wire.next(ANSWER_MS);
  if (hello === null) return lost(wire, tell, "down");
  if (JSON.parse(hello).type !== "hello") {
    tell("echo", { state: "limited", figures: { wait: JSON.parse(hello).retry_after ?? 60 } });
    return false;
  }
  const sentAt = env.now();
  if (!(await wire.echoes("both ways", ANSWER_MS))) return lost(wire, tell, "up");
  tell("echo", { state: "good", figures: { ms: env.now() - sentAt } });
  return true;
}

/** @param {Wire} wire @param {Tell} tell @param {string} why in which direction nothing passes */
function lost(wire, tell, why) {
  if (wire.isClosed) tell("stay", { state: "bad", figures: { ms: Math.round(wire.livedMs) } });
  else tell("echo", { state: "bad", why, figures: {} });
  return false;
}

/** @param {Env} env @param {Wire} wire @param {number} quietS @param {Tell} tell */
async function lasts(env, wire, quietS, tell) {
  const isThere = (await wire.stays(STAY_MS)) && (await wire.echoes("still here", ANSWER_MS));
  if (!isThere) return tell("stay", { state: "bad", figures: { ms: Math.round(wire.livedMs) } });
  tell("stay", { state: "good", figures: {} });
  const passes = await wire.echoes("x".repeat(LARGE), OPEN_MS);
  tell("frame", { state: passes ? "good" : "bad", figures: { kb: LARGE / 1000 } });
  if (!passes) return;
  const quietAt = env.now();
  await wire.stays(quietS * 1000);
  const wakes = await wire.echoes("after a silence", ANSWER_MS);
  const s = Math.round((env.now() - quietAt) / 1000);
  tell("quiet", { state: wakes ? "good" : "bad", figures: { s } });
}
