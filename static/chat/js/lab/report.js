// @ts-check
import { time } from "../ui/figures.js";
import { chart, LOOKS, label, node } from "./chart.js";

/** @import { Series } from "./chart.js" */
/** @import { Figures } from "./measure.js" */
/** @import { Part } from "./scenario.js" */

const COLUMNS = /** @type {const} */ ([
  "messages",
  "missing",
  "doubled",
  "p50",
  "p95",
  "p99",
  "lastMs",
  "requests",
  "failed",
  "empty",
  "emptyPercent",
  "pushed",
  "up",
  "down",
  "upEach",
  "downEach",
]);

/** A line for each part and transport; times in milliseconds, sizes in bytes. @param {Part[]} parts */
export function csv(parts) {
  const lines = parts.flatMap(({ name, lanes }) =>
    lanes.map((lane) => [name, lane.via, ...COLUMNS.map((column) => lane[column] ?? "")]),
  );
  return [["part", "transport", ...COLUMNS], ...lines].map((line) => `${line.join(",")}\n`).join("");
}

/** All lanes in one drawing, with what they are and their figures; for saving. @param {Series[]} series @param {number} seconds @param {{ names: Record<string, string>, figures: Figures[], title: string }} texts @returns {SVGSVGElement} */
export function picture(series, seconds, { names, figures, title }) {
  const svg = node("svg", { width: 1200, height: 760, viewBox: "0 0 400 253", color: "#24211d" });
  svg.append(node("rect", { width: 400, height: 253, fill: "#fdfcfa" }));
  const drawing = chart(series, seconds);
  for (const [key, value] of Object.entries({ x: 20, y: 18, width: 360, height: 180 }))
    drawing.setAttribute(key, `${value}`);
  const heading = label(20, 14, "start", title);
  heading.setAttribute("font-size", "9");
  svg.append(heading, drawing);
  for (const [index, { via, p50, p95, p99 }] of figures.entries()) {
    const y = 212 + 14 * index;
    const text = label(40, y, "start", `${names[via]}: p50 ${time(p50)}, p95 ${time(p95)}, p99 ${time(p99)}`);
    text.setAttribute("font-size", "9");
    svg.append(node("path", { d: LOOKS[via].shape("30", String(y - 3)), fill: LOOKS[via].hue }), text);
  }
  svg.setAttribute("font-family", "sans-serif");
  return /** @type {SVGSVGElement} */ (svg);
}

/** @param {SVGSVGElement} svg @returns {Promise<Blob>} as PNG */
export async function png(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture")))));
}
