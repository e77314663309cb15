// @ts-check
import { browserEnv } from "../env.js";
import { announce, byId, part, setText } from "../ui/dom.js";
import { all, choose, fill } from "../ui/figures.js";
import { verdict } from "./findings.js";
import { RUN_MS, run } from "./run.js";

/** @import { Finding } from "./findings.js" */

/** The page of the connection test. Its words are in the template, one for each thing that can be found. */
const env = browserEnv();
const start = /** @type {HTMLButtonElement} */ (byId("start"));
const bar = /** @type {HTMLProgressElement} */ (byId("progress"));
const quietS = Number(byId("checks").dataset.quiet);

start.hidden = false;
start.addEventListener("click", test);

async function test() {
  const began = env.now();
  start.disabled = true;
  for (const id of ["verdict", "report-part"]) byId(id).hidden = true;
  byId("running").hidden = false;
  for (const item of all(document, ".check")) show(item, { state: "running", figures: {} });
  const ticking = setInterval(() => tick(env.now() - began), 250);
  const findings = await run(env, { quietS }, (name, finding) => show(byId(`check-${name}`), finding));
  clearInterval(ticking);
  byId("running").hidden = true;
  conclude(findings, began);
  start.disabled = false;
}

/** @param {number} spentMs */
function tick(spentMs) {
  bar.value = Math.min(1, spentMs / RUN_MS);
  setText(byId("left"), String(Math.max(1, Math.ceil((RUN_MS - spentMs) / 1000))));
}

/** Shows the words for what was found, with its figures. @param {HTMLElement} item @param {Omit<Finding, "state"> & { state: Finding["state"] | "running" }} finding */
function show(item, { state, why, figures }) {
  item.dataset.state = state;
  choose(item, "word", state);
  choose(item, "when", why ? `${state} ${why}` : state);
  fill(item, figures);
}

/** @param {Record<string, Finding>} findings @param {number} began */
function conclude(findings, began) {
  const found = verdict(findings) ?? "none";
  choose(document, "verdict", found);
  const report = {
    at: new Date(began).toISOString(),
    page: location.origin,
    browser: navigator.userAgent,
    verdict: found,
    seconds: Math.round((env.now() - began) / 1000),
    findings,
  };
  /** @type {HTMLTextAreaElement} */ (byId("report")).value = JSON.stringify(report, null, 2);
  for (const id of ["verdict", "report-part"]) byId(id).hidden = false;
  announce(part(document, `[data-verdict="${found}"]`).textContent ?? "");
}
