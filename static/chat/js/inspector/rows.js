// @ts-check
import { clone, part, setText } from "../ui/dom.js";
import { exactClock } from "../ui/format.js";
import { say, size } from "./words.js";

/** @import { Heads, Trace } from "../recorder/trace.js" */
/** @import { Via } from "../types.d.ts" */

const GLANCE = 120; // characters of a content in the list; whole it is in the detail

/** A line of the list; its detail is made when it is opened. @param {Trace} trace @param {Via | null} via @returns {HTMLElement} */
export function rowOf(trace, via) {
  const row = clone("wire-row");
  row.dataset.kind = trace.kind;
  row.classList.toggle("is-empty", isEmpty(trace));
  row.classList.toggle("is-failed", hasFailed(trace));
  if (via) row.dataset.via = via;
  part(row, "use").setAttribute("href", via ? `#i-${via}` : "#i-more");
  const time = /** @type {HTMLTimeElement} */ (part(row, "time"));
  time.dateTime = new Date(trace.at).toISOString();
  setText(time, exactClock(new Date(trace.at)));
  setText(part(row, ".wire-what"), nameOf(trace));
  part(row, ".wire-facts").append(
    ...factsOf(trace).flatMap((fact, index) => (index ? [" · ", alone(fact)] : [alone(fact)])),
  );
  setText(part(row, ".wire-text"), glance(trace.text || trace.body));
  const detail = part(row, "details");
  detail.addEventListener("toggle", () => detail.append(...partsOf(trace)), { once: true });
  return row;
}

/** "34 ms" stays so in a line that runs from right to left. @param {string} fact */
function alone(fact) {
  const made = document.createElement("bdi");
  made.textContent = fact;
  return made;
}

/** What tells most: from what somebody wrote on, where there is something. @param {string} text */
export function glance(text) {
  const at = text.indexOf('"body"');
  return at > 0 ? `…${text.slice(at, at + GLANCE - 1)}` : text.slice(0, GLANCE);
}

/** @param {Trace} trace */
const isEmpty = ({ asks, status, messages }) => asks !== null && status === 200 && messages === 0;

/** @param {Trace} trace */
const hasFailed = ({ kind, status, isDropped }) =>
  (kind === "request" || kind === "handshake") && !isDropped && (status === 0 || status >= 400);

/** @param {Trace} trace */
export function nameOf({ kind, what, direction }) {
  if (kind === "handshake") return say("handshake");
  if (kind === "frame") return direction === "in" ? `↓ ${what || "?"}` : `↑ ${what || "?"}`;
  const [first = "", last = ""] = what.split(kind === "hand-over" ? " → " : " ");
  if (kind === "request") return `${first} ${last.split("?")[0]?.replace(/^\/api(\/rooms\/[^/]+)?/, "") || "/"}`;
  return say("handOver", { from: say(/** @type {Via} */ (first)), to: say(/** @type {Via} */ (last)) });
}

/** Wait, status, size, and whether there was something. @param {Trace} trace @returns {string[]} */
export function factsOf(trace) {
  const { kind, direction, status, isDropped, tookMs, up, down, messages } = trace;
  if (kind === "hand-over") return [];
  const count = messages ? [messages === 1 ? say("one") : say("messages", { count: messages })] : [];
  if (kind === "frame") return [say(direction === "in" ? "received" : "sent"), size(up + down), ...count];
  const answer = status ? String(status) : say(isDropped ? "dropped" : "failed");
  const news = isEmpty(trace) ? [say("empty")] : count;
  return [answer, waitOf(trace, tookMs), ...news, `↑ ${size(up)} ↓ ${size(down)}`];
}

/** "12.3 of 25 s" of what was held, else "34 ms". @param {Trace} trace @param {number} tookMs */
function waitOf({ what }, tookMs) {
  const wait = Number(/[?&]wait=(\d+)/.exec(what)?.[1] ?? 0);
  if (wait) return say("held", { took: (tookMs / 1000).toFixed(1), wait });
  return tookMs < 1000 ? `${Math.round(tookMs)} ms` : `${(tookMs / 1000).toFixed(1)} s`;
}

/** Everything, whole. @param {Trace} trace @returns {HTMLElement[]} */
function partsOf({ kind, what, sent, body, received, text }) {
  const address = kind === "request" || kind === "handshake" ? what : "";
  /** @type {[string, string][]} */
  const parts = [
    [say("asked"), address],
    [say("headsSent"), lines(sent)],
    [say("body"), pretty(body)],
    [say("heads"), lines(received)],
    [say("content"), pretty(text)],
  ];
  return parts.filter(([, content]) => content).map(partOf);
}

/** @param {[title: string, content: string]} of */
function partOf([title, content]) {
  const made = clone("wire-part");
  setText(part(made, "h4"), title);
  part(made, "pre").ariaLabel = title;
  setText(part(made, "pre"), content);
  return made;
}

/** @param {Heads} heads */
const lines = (heads) => heads.map(([name, value]) => `${name}: ${value}`).join("\n");

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
