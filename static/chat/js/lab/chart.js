// @ts-check

/** @import { Via } from "../types.d.ts" */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [340, 170, 56, 18, 10, 30];
const TICKS_MS = [1, 10, 100, 1000, 10_000];
const TICK_S = [10, 15, 30, 60, 120, 300]; // between two marks of the time, so that there are few

/** One hue and one shape for each, the same everywhere. @type {Record<Via, { hue: string, shape: (x: string, y: string) => string }>} */
export const LOOKS = {
  websocket: { hue: "#009e73", shape: (x, y) => `M${x} ${y}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z` },
  longpoll: { hue: "#e69f00", shape: (x, y) => `M${x} ${y}m0-4l4 4-4 4-4-4z` },
  poll: { hue: "#0072b2", shape: (x, y) => `M${x} ${y}m-2.7-2.7h5.4v5.4h-5.4z` },
};

/** @typedef {{ via: Via, points: { s: number, ms: number }[] }} Series a delivery: when it was, in seconds of the run, and how long it took */

/** A drawing of deliveries over time, on a logarithmic scale. Attributes alone, so that it can be saved. @param {Series[]} series @param {number} seconds @returns {SVGSVGElement} */
export function chart(series, seconds) {
  const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "font-size": 13, "font-family": "sans-serif" });
  const across = (/** @type {number} */ s) => (LEFT + (s / seconds) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  for (const ms of TICKS_MS) svg.append(...rule(ms));
  for (const s of marks(seconds)) svg.append(label(across(s), HEIGHT - BOTTOM + 17, "middle", `${s} s`));
  for (const { via, points } of series) {
    const { hue, shape } = LOOKS[via];
    const shapes = new Set(points.map(({ s, ms }) => shape(across(s), height(ms)))); // what came together is in one place
    const d = [...shapes].join("");
    svg.append(node("path", { d, fill: hue, stroke: "currentColor", "stroke-width": 0.5 }));
  }
  return /** @type {SVGSVGElement} */ (svg);
}

/** @param {number} ms */
function height(ms) {
  const share = Math.log10(Math.min(20_000, Math.max(1, ms))) / Math.log10(20_000);
  return (HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)).toFixed(1);
}

/** A line at so many milliseconds, with its name. @param {number} ms */
function rule(ms) {
  const y = height(ms);
  const line = node("path", { d: `M${LEFT} ${y}H${WIDTH - RIGHT}`, stroke: "currentColor", "stroke-opacity": 0.2 });
  return [line, label(LEFT - 6, Number(y) + 4, "end", ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)];
}

/** @param {number} seconds */
function marks(seconds) {
  const step = TICK_S.find((each) => seconds / each <= 6) ?? 600;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

/** @param {number | string} x @param {number} y @param {string} anchor @param {string} text */
export function label(x, y, anchor, text) {
  const made = node("text", { x, y, "text-anchor": anchor, fill: "currentColor" });
  made.textContent = text;
  return made;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
export function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
