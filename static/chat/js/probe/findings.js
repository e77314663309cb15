// @ts-check

/**
 * What one check has found. `why` tells failures of one check apart; `figures` are what its words need.
 * @typedef {{ state: "good" | "note" | "bad" | "limited" | "untried", why?: string, figures: Record<string, string | number> }} Finding
 */

/** In the order of the page. */
export const CHECKS = /** @type {const} */ ([
  "plain",
  "seen",
  "clock",
  "size",
  "pieces",
  "upgrade",
  "echo",
  "stay",
  "frame",
  "quiet",
  "hold25",
  "hold50",
]);

const SOCKET = ["upgrade", "echo", "stay", "frame", "quiet"];

/** @param {Record<string, Finding>} findings @param {string[]} names */
const allWork = (findings, names) => names.every((name) => ["good", "note"].includes(findings[name]?.state ?? ""));

/** The best transport that works here; null when none does, and `limited` when that was not found out. @param {Record<string, Finding>} findings @returns {"websocket" | "longpoll" | "poll" | "limited" | null} */
export function verdict(findings) {
  if (Object.values(findings).some(({ state }) => state === "limited")) return "limited";
  if (allWork(findings, ["plain", ...SOCKET])) return "websocket";
  if (allWork(findings, ["plain", "hold25"])) return "longpoll";
  return allWork(findings, ["plain"]) ? "poll" : null;
}
