// @ts-check
import { ServerClock } from "../recorder/clock.js";

/** @import { Env } from "../types.d.ts" */
/** @import { Finding } from "./findings.js" */

const ROOT = "/api/connection-test";
const ANSWER_MS = 15_000; // the longest that an answer takes which is not held
const MARGIN_MS = 10_000; // the same on top of a hold
const TRIES = 5; // together they tell more about the clock than one
const LARGE = 60_000; // bytes; the chat takes requests up to 64 KiB
const CLOCK_MS = 2000; // a smaller difference is not seen by anybody
const TOGETHER_MS = 200; // pieces that come closer than this were collected on the way

/** @typedef {{ at: string, address: string, host: string, secure: boolean }} Seen */

/** Several plain requests: whether they pass, how the server sees us, and how its clock differs. @param {Env} env @param {(name: string, finding: Finding) => void} tell */
export async function probePlain(env, tell) {
  const clock = new ServerClock();
  /** @type {Seen | null} */
  let seen = null;
  for (let count = 0; count < TRIES; count += 1) {
    const askedAt = env.now();
    const { answer, finding } = await ask(env, "/plain");
    if (finding) return tell("plain", finding);
    clock.note(answer.at, askedAt, env.now());
    seen = answer;
  }
  tell("plain", { state: "good", figures: { ms: Math.round(clock.tookMs) } });
  tell("seen", howSeen(/** @type {Seen} */ (seen), env.location));
  const differenceMs = Math.abs(clock.offsetMs);
  const offset = (differenceMs / 1000).toFixed(1);
  tell("clock", { state: differenceMs < CLOCK_MS ? "good" : "note", figures: { offset } });
}

/** What a proxy passes on of the scheme and the host decides whether WebSockets and forms are believed. @param {Seen} seen @param {Env["location"]} location @returns {Finding} */
export function howSeen({ address, host, secure }, location) {
  const figures = { address, host };
  if (secure !== (location.protocol === "https:")) return { state: "bad", why: "scheme", figures };
  return host === location.host ? { state: "good", figures } : { state: "bad", why: "host", figures };
}

/** The largest request that the chat makes, and as large an answer. @param {Env} env @returns {Promise<Finding>} */
export async function probeSize(env) {
  const body = "x".repeat(LARGE);
  const headers = { "Content-Type": "text/plain", "X-CSRFToken": env.csrf() };
  const { answer, finding } = await ask(env, "/size", { method: "POST", body, headers });
  if (finding) return finding;
  return { state: answer.body === body ? "good" : "bad", figures: { kb: LARGE / 1000, status: 200 } };
}

/** A question that is held, and the moment at which it is cut if it is. @param {Env} env @param {number} seconds @returns {Promise<Finding>} */
export async function probeHold(env, seconds) {
  const askedAt = env.now();
  const { answer, finding } = await ask(env, `/hold?seconds=${seconds}`, {}, seconds * 1000 + MARGIN_MS);
  const s = ((env.now() - askedAt) / 1000).toFixed(1);
  if (finding) return { ...finding, figures: { ...finding.figures, s } };
  return { state: answer.held_s === seconds ? "good" : "bad", figures: { s, status: 200 } };
}

/** An answer in pieces: do they come one by one, or all together? @param {Env} env @returns {Promise<Finding>} */
export async function probePieces(env) {
  try {
    const response = await env.fetch(`${ROOT}/pieces`, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok || !response.body) return refusal(response);
    const arrivals = await arrivalsOf(response.body.getReader(), env.now);
    const spreadMs = Number(arrivals.at(-1)) - Number(arrivals[0]);
    return { state: spreadMs > TOGETHER_MS ? "good" : "note", figures: { s: (spreadMs / 1000).toFixed(1) } };
  } catch {
    return { state: "bad", figures: { status: 0 } };
  }
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {() => number} now @returns {Promise<number[]>} when each piece came */
async function arrivalsOf(reader, now) {
  const arrivals = [];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) arrivals.push(now());
  return arrivals;
}

/**
 * @param {Env} env @param {string} path @param {RequestInit} [init] @param {number} [withinMs]
 * @returns {Promise<{ answer: any, finding: Finding | null }>} the answer, or what is wrong
 */
async function ask(env, path, init = {}, withinMs = ANSWER_MS) {
  try {
    const signal = AbortSignal.timeout(withinMs);
    const response = await env.fetch(ROOT + path, { ...init, cache: "no-store", credentials: "same-origin", signal });
    if (!response.ok) return { answer: null, finding: refusal(response) };
    return { answer: await response.json(), finding: null };
  } catch {
    return { answer: null, finding: { state: "bad", figures: { status: 0 } } };
  }
}

/** @param {Response} response @returns {Finding} */
function refusal({ status, headers }) {
  const wait = headers.get("Retry-After");
  if (status === 429 || (status === 503 && wait)) return { state: "limited", figures: { wait: wait ?? "60", status } };
  return { state: "bad", figures: { status } };
}
