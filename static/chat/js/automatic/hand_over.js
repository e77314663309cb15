// @ts-check
import { asChatError } from "../wire.js";
import { proofOf } from "./proof.js";

/** @import { Via } from "../types.d.ts" */
/** @import { Tools } from "./proof.js" */

const HERE_MS = 8000; // the longest that another transport may take to be caught up

/**
 * Takes another transport when that has shown that it works; else the one in use stays.
 * @param {Tools} tools @param {Via} via @returns {Promise<boolean | null>} whether it did; null: somebody else has decided meanwhile
 */
export async function handOver(tools, via) {
  const { env, lines } = tools;
  const prove = proofOf(tools, via);
  let isHere = false;
  let isLate = false;
  const giveUp = () => {
    isLate = !isHere;
    if (isLate) lines.giveUp();
  };
  const timer = env.setTimeout(giveUp, HERE_MS);
  try {
    await lines.switchTo(via, null, (link) => {
      isHere = true;
      return prove(link);
    });
    return true;
  } catch (error) {
    return asChatError(error).code === "superseded" && !isLate ? null : false;
  } finally {
    env.clearTimeout(timer);
  }
}
