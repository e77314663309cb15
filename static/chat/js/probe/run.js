// @ts-check
import { CHECKS } from "./findings.js";
import { probeHold, probePieces, probePlain, probeSize } from "./http.js";
import { probeSocket } from "./socket.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Finding } from "./findings.js" */

/** The longest that a run takes, in milliseconds: the longer hold, and what comes before it. */
export const RUN_MS = 55_000;

/**
 * Tries everything; `tell` is given each finding as it comes. What could not be tried is told at the end.
 * @param {Env} env @param {{ quietS: number }} options @param {(name: string, finding: Finding) => void} tell
 * @returns {Promise<Record<string, Finding>>}
 */
export async function run(env, { quietS }, tell) {
  /** @type {Record<string, Finding>} */
  const findings = {};
  const note = (/** @type {string} */ name, /** @type {Finding} */ finding) => {
    findings[name] = finding;
    tell(name, finding);
  };
  await probePlain(env, note);
  if (findings.plain?.state === "good") {
    await Promise.all([
      probeSize(env).then((finding) => note("size", finding)),
      probePieces(env).then((finding) => note("pieces", finding)),
      probeSocket(env, quietS, note),
      probeHold(env, 25).then((finding) => note("hold25", finding)),
      probeHold(env, 50).then((finding) => note("hold50", finding)),
    ]);
  }
  for (const name of CHECKS) if (!findings[name]) note(name, { state: "untried", figures: {} });
  return findings;
}
