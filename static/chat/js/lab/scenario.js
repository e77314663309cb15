// @ts-check
import { figures, mark } from "./measure.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Lab } from "./lab.js" */
/** @import { Figures, Mark } from "./measure.js" */

/** The same for everybody, so that results can be laid beside each other. Times in milliseconds. */
export const STANDARD = /** @type {const} */ ({ idleMs: 30_000, talkMs: 60_000, everyMs: 1000, cutMs: 10_000 });

const SETTLE_MS = 12_000; // for the last messages; a poll every 10 s is the slowest that the lab offers
const HEAL_MS = 40_000; // the longest backoff, and a little

/**
 * What came of a part of it, for each lane. `lastMs`: until the last message was there, from the burst or from the end of the cut on.
 * @typedef {{ name: "idle" | "talk" | "burst" | "cut", lanes: (Figures & { lastMs: number | null })[] }} Part
 */

/** Runs it; `tell` is given the name of each part as it begins. Ends early with what there is. @param {Lab} lab @param {Env} env @param {AbortSignal} signal @param {(name: Part["name"]) => void} tell @param {typeof STANDARD | Record<keyof typeof STANDARD, number>} [plan] @returns {Promise<Part[]>} */
export async function standard(lab, env, signal, tell, plan = STANDARD) {
  const steps = { idle, talk, burst, cut };
  const parts = [];
  for (const name of /** @type {Part["name"][]} */ (Object.keys(steps))) {
    if (signal.aborted) break;
    tell(name);
    const marks = lab.lanes.map(mark);
    const sinceMs = await steps[name]({ lab, env, signal, plan, marks });
    const lanes = lab.lanes.map((lane, index) => {
      const since = /** @type {Mark} */ (marks[index]);
      const last = lane.arrivals.length > since.arrivals ? lane.arrivals.at(-1) : undefined;
      return { ...figures(lane, since), lastMs: sinceMs === null || !last ? null : Math.max(0, last.at - sinceMs) };
    });
    parts.push({ name, lanes });
  }
  return parts;
}

/** @typedef {{ lab: Lab, env: Env, signal: AbortSignal, plan: Record<keyof typeof STANDARD, number>, marks: Mark[] }} Stage */

/** Nobody says anything. @param {Stage} stage @returns {Promise<null>} */
async function idle({ lab, signal, plan }) {
  await lab.sleep(plan.idleMs, signal);
  return null;
}

/** A message a second. @param {Stage} stage @returns {Promise<null>} */
async function talk(stage) {
  const { lab, signal, plan, marks } = stage;
  await speak(stage, plan.talkMs);
  await lab.arrived(keysOf(marks), SETTLE_MS, signal);
  return null;
}

/** Two hundred at once. @param {Stage} stage @returns {Promise<number>} when */
async function burst({ lab, env, signal, marks }) {
  const at = env.now();
  note(marks, await lab.burst());
  await lab.arrived(keysOf(marks), SETTLE_MS, signal);
  return at;
}

/** No network, while others go on talking; then it heals. @param {Stage} stage @returns {Promise<number>} when */
async function cut(stage) {
  const { lab, env, signal, plan, marks } = stage;
  for (const { weather } of lab.lanes) weather.goDown();
  await speak(stage, plan.cutMs);
  const at = env.now();
  for (const { weather } of lab.lanes) weather.comeBack();
  await lab.arrived(keysOf(marks), HEAL_MS, signal);
  return at;
}

/** @param {Stage} stage @param {number} ms */
async function speak({ lab, env, signal, plan: { everyMs }, marks }, ms) {
  const began = env.now();
  await lab.talk({ everyMs, count: Math.floor(ms / everyMs), signal, told: (key) => note(marks, [key]) });
  await lab.sleep(Math.max(0, began + ms - env.now()), signal);
}

/** @param {Mark[]} marks @param {string[]} keys */
function note(marks, keys) {
  for (const mark of marks) for (const key of keys) mark.keys.add(key);
}

/** @param {Mark[]} marks @returns {Set<string>} */
const keysOf = ([mark]) => mark?.keys ?? new Set();
