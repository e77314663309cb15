// @ts-check
import { Api } from "../api.js";
import { browserEnv } from "../env.js";
import { announce, byId, part, setText } from "../ui/dom.js";
import { all } from "../ui/figures.js";
import { save } from "../ui/save.js";
import { asChatError } from "../wire.js";
import { Lab } from "./lab.js";
import { figures, mark } from "./measure.js";
import { csv, picture, png } from "./report.js";
import { showResults, talked } from "./results.js";
import { STANDARD, standard } from "./scenario.js";
import { LaneView } from "./view.js";

/** @import { Mark } from "./measure.js" */
/** @import { Part } from "./scenario.js" */

/** The page of the lab: its controls, three lanes, and what came of a run. Its words are in the template. */
const env = { ...browserEnv(), now: () => performance.timeOrigin + performance.now() }; // whole milliseconds are too coarse
const form = /** @type {HTMLFormElement} */ (byId("lab-form"));
const fields = /** @type {HTMLFieldSetElement} */ (byId("lab-fields"));
const bar = /** @type {HTMLProgressElement} */ (byId("progress"));
const DRAW_MS = 500;
const CUT_MS = 10_000;
const USUAL = { everyMs: 2000, holdS: 25, delayMs: 50, cutHoldsMs: 0 }; // without a delay it would compare the speed of processors
const STANDARD_MS = STANDARD.idleMs + STANDARD.talkMs + STANDARD.bursts * USUAL.everyMs + STANDARD.cutMs + 20_000;

/** @type {{ lab: Lab, marks: Mark[], views: LaneView[], abort: AbortController, began: number, options: typeof USUAL, parts: Part[] } | null} */
let run = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  start(chosen(), talkFreely);
});
byId("standard").addEventListener("click", () => start(USUAL, followStandard));
byId("stop").addEventListener("click", () => run?.abort.abort());
byId("cut").addEventListener("click", cutAll);
byId("save-json").addEventListener("click", () =>
  save("lab.json", text("application/json", JSON.stringify(report(), null, 2))),
);
byId("save-csv").addEventListener("click", () => save("lab.csv", text("text/csv", csv(run?.parts ?? []))));
byId("save-png").addEventListener("click", async () => save("lab.png", await png(drawing())));
fields.disabled = false;

/** @param {typeof USUAL} options @param {(lab: Lab, signal: AbortSignal) => Promise<Part[]>} work */
async function start(options, work) {
  const abort = new AbortController();
  run = null;
  setRunning(true);
  byId("lab-trouble").hidden = byId("results").hidden = true;
  try {
    const state = await new Api(env, String(form.dataset.slug)).state();
    const lab = new Lab({ env, state, everyMs: options.everyMs, holdS: options.holdS });
    lab.feed.kind = /** @type {any} */ (field("feed"));
    run = { lab, abort, options, began: env.now(), marks: [], views: [], parts: [] };
    await lab.open(abort.signal);
    begin();
    const drawing = setInterval(draw, DRAW_MS);
    run.parts = await work(lab, abort.signal).finally(() => clearInterval(drawing));
    showResults(run.parts, lab.feed.heldMs);
  } catch (error) {
    setText(byId("lab-trouble"), asChatError(error).message);
    byId("lab-trouble").hidden = false;
  } finally {
    setRunning(false);
    draw(); // the lanes at rest, before their requests under way are dropped and counted
    run?.lab.close();
  }
}

/** The lanes are open: from here on it counts. */
function begin() {
  if (!run) return;
  const { lab, options } = run;
  run.began = env.now();
  run.marks = lab.lanes.map(mark);
  for (const [index, lane] of lab.lanes.entries()) {
    lane.weather.delayMs = options.delayMs;
    lane.weather.cutHoldsMs = options.cutHoldsMs;
    run.views.push(new LaneView(lane, /** @type {Mark} */ (run.marks[index]), run.began));
  }
}

/** As many messages as were chosen. @param {Lab} lab @param {AbortSignal} signal @returns {Promise<Part[]>} */
async function talkFreely(lab, signal) {
  const keys = new Set();
  const count = Number(field("count"));
  const everyMs = 1000 / Number(field("rate"));
  const told = (/** @type {string} */ key) => {
    for (const { keys: expected } of run?.marks ?? []) expected.add(key);
    keys.add(key);
    bar.value = keys.size / count;
  };
  await lab.talk({ everyMs, count, signal, told });
  await lab.arrived(keys, 2 * USUAL.holdS * 1000, signal);
  return [{ name: "talk", lanes: now() }];
}

/** @param {Lab} lab @param {AbortSignal} signal @returns {Promise<Part[]>} */
async function followStandard(lab, signal) {
  const began = env.now();
  const ticking = setInterval(() => {
    bar.value = Math.min(1, (env.now() - began) / STANDARD_MS);
  }, DRAW_MS);
  const tell = (/** @type {string} */ name) => {
    markPart(name);
    announce(part(byId("plan"), `[data-part="${name}"]`).textContent ?? "");
  };
  return standard(lab, env, signal, tell).finally(() => clearInterval(ticking));
}

/** The figures of all lanes since the beginning. */
function now() {
  if (!run) return [];
  const { lab, marks } = run;
  return lab.lanes.map((lane, index) => ({ ...figures(lane, /** @type {Mark} */ (marks[index])), lastMs: null }));
}

function draw() {
  for (const view of run?.views ?? []) view.draw(env.now(), fields.disabled);
}

/** The network of all lanes goes for ten seconds. */
function cutAll() {
  const lanes = run?.lab.lanes ?? [];
  for (const { weather } of lanes) weather.goDown();
  setTimeout(() => {
    for (const { weather } of lanes) weather.comeBack();
  }, CUT_MS);
}

/** @param {boolean} isRunning */
function setRunning(isRunning) {
  fields.disabled = isRunning;
  byId("running").hidden = !isRunning;
  bar.value = 0;
  markPart(null);
}

/** @param {string | null} name of the part of the scenario that is under way */
function markPart(name) {
  for (const item of all(document, "#plan [data-part]"))
    item.setAttribute("aria-current", item.dataset.part === name ? "step" : "false");
}

function chosen() {
  const number = (/** @type {string} */ name) => Number(field(name));
  return {
    everyMs: number("every"),
    holdS: number("hold"),
    delayMs: number("delay"),
    cutHoldsMs: number("cut_holds"),
  };
}

/** @param {string} name */
const field = (name) => /** @type {HTMLSelectElement} */ (form.elements.namedItem(name)).value;

function report() {
  const { options, parts = [], began = 0, lab } = run ?? {};
  const arrivals = lab?.lanes.map(({ via, arrivals: all }) => [
    via,
    all.map(({ at, ms }) => [Math.round(at - began), Math.round(10 * ms) / 10]),
  ]);
  return {
    at: new Date(began).toISOString(),
    page: location.origin,
    browser: navigator.userAgent,
    processors: navigator.hardwareConcurrency,
    options,
    held_ms: lab?.feed.heldMs,
    parts,
    arrivals: Object.fromEntries(arrivals ?? []),
  };
}

function drawing() {
  const seconds = Math.max(30, ...(run?.views ?? []).flatMap((view) => view.series().points.map(({ s }) => s)));
  const lanes = Array.from(all(document, ".lane"));
  const names = Object.fromEntries(lanes.map((lane) => [lane.dataset.via, part(lane, "h2").textContent?.trim() ?? ""]));
  const title = `${location.host}, ${new Date(run?.began ?? 0).toISOString().slice(0, 16)}Z`;
  return picture(
    (run?.views ?? []).map((view) => view.series()),
    seconds,
    { names, figures: talked(run?.parts ?? []), title },
  );
}

/** @param {string} type @param {string} content */
const text = (type, content) => new Blob([content], { type });
