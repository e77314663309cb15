// @ts-check
import { percentile, tenths } from "../recorder/totals.js";
import { figures, mark } from "./measure.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Lab } from "./lab.js" */
/** @import { Figures, Mark } from "./measure.js" */

/**
 * The same for everybody, so that results can be laid beside each other. Times in milliseconds. So many bursts, because a disk
 * may hold one back until after the next poll, and the middle one of a few would then be another.
 */
export const STANDARD = /** @type {const} */ ({
  idleMs: 30_000,
  talkMs: 60_000,
  everyMs: 1000,
  bursts: 36,
  cutMs: 10_000,
});

const SETTLE_MS = 12_000; // for the last messages; a poll every 10 s is the slowest that the lab offers
const HEAL_MS = 40_000; // the longest backoff, and a little

/**
 * What came of a part of it, for each lane. `lastMs`: until the last message was there, from a burst (the middle one of all) or from the end
 * of the cut on.
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
    const last = await steps[name]({ lab, env, signal, plan, marks });
    const lanes = lab.lanes.map((lane, index) => ({
      ...figures(lane, /** @type {Mark} */ (marks[index])),
      lastMs: tenths(percentile(last[index] ?? [], 50)),
    }));
    parts.push({ name, lanes });
  }
  return parts;
}

/** @typedef {{ lab: Lab, env: Env, signal: AbortSignal, plan: Record<keyof typeof STANDARD, number>, marks: Mark[] }} Stage */

/** @typedef {number[][]} Last for each lane, how long it took until the last message was there, each time */

/** Nobody says anything. @param {Stage} stage @returns {Promise<Last>} */
async function idle({ lab, signal, plan }) {
  await lab.sleep(plan.idleMs, signal);
  return [];
}

/** A message a second. @param {Stage} stage @returns {Promise<Last>} */
async function talk(stage) {
  const { lab, signal, plan, marks } = stage;
  await speak(stage, plan.talkMs);
  await lab.arrived(keysOf(marks), SETTLE_MS, signal);
  return [];
}

/** Two hundred at once, several times: just after a poll, between two, just before one. @param {Stage} stage @returns {Promise<Last>} */
async function burst({ lab, env, signal, plan: { bursts }, marks }) {
  /** @type {Last} */
  const last = lab.lanes.map(() => []);
  for (let number = 0; number < bursts && !signal.aborted; number += 1) {
    await lab.afterPoll((number + 0.5) / bursts, signal);
    const at = env.now();
    note(marks, (await lab.feed.burst(signal)) ?? []);
    await lab.arrived(keysOf(marks), SETTLE_MS, signal);
    for (const [index, took] of sinceThen(lab, at).entries()) last[index]?.push(...took);
  }
  return last;
}

/** No network, while others go on talking; then it heals. @param {Stage} stage @returns {Promise<Last>} */
async function cut(stage) {
  const { lab, env, signal, plan, marks } = stage;
  await lab.afterPoll(0.5, signal);
  for (const { weather } of lab.lanes) weather.goDown();
  await speak(stage, plan.cutMs);
  const at = env.now();
  for (const { weather } of lab.lanes) weather.comeBack();
  await lab.arrived(keysOf(marks), HEAL_MS, signal);
  return sinceThen(lab, at);
}

/** How long it took from a moment until the last message of each lane, where one came. @param {Lab} lab @param {number} at @returns {Last} */
function sinceThen({ lanes }, at) {
  return lanes.map(({ arrivals }) =>
    arrivals
      .slice(-1)
      .filter((last) => last.at >= at)
      .map((last) => last.at - at),
  );
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
