// @ts-check

/** @import { Fact, Via } from "../types.d.ts" */

const YOUNG_MS = 10_000; // a socket that is closed sooner was of no use
const HELD_MS = 1500; // what fails sooner was no held question
const FORGET_MS = 180_000; // of trouble further apart each is an accident
const EVEN = { ms: 150, share: 0.05 }; // cuts as near to each other as this were made by one clock
const AGAIN = 8; // times at most that a browser asks by itself, when connections that it used before are cut
const SHARE = 0.8; // of the time at which holds are cut, which is safe
const LEAST_HOLD_S = 2;
const CUTS = 3;

/** Of one kind so many, of all together as many as of the least telling kind, are enough to leave a transport. */
const ENOUGH = { closed: 3, refused: 3, failed: 3, silent: 2, late: 2 };
const LOST = new Set(["network", "timeout", "unavailable"]);

/** @typedef {keyof typeof ENOUGH} Kind */
/** @typedef {{ kind: Kind, ms: number, at: number }} Strike */
/** @typedef {{ kind: Kind, count: number, ms: number }} Why `ms`: the longest of them */

/** What speaks against the transport in use. Nothing else decides that it is left; whose fault it is has been asked before. */
export class Evidence {
  /** @type {Strike[]} */
  #strikes = [];
  /** @type {number[]} after how many milliseconds held questions were cut */
  #cuts = [];

  /** @param {Kind} kind @param {number} ms @param {number} at */
  add(kind, ms, at) {
    this.#strikes = [...this.#strikes.filter((strike) => at - strike.at < FORGET_MS), { kind, ms, at }];
  }

  clear() {
    this.#strikes = [];
  }

  /** Why the transport should be left; null while that is too early to say. @returns {Why | null} */
  get verdict() {
    const last = this.#strikes.at(-1);
    if (!last) return null;
    const same = this.#strikes.filter(({ kind }) => kind === last.kind);
    if (same.length < ENOUGH[last.kind] && this.#strikes.length < ENOUGH.failed) return null;
    return { kind: last.kind, count: same.length, ms: Math.max(...same.map(({ ms }) => ms)) };
  }

  /** A held question was cut. @param {number} ms after it was asked @param {number} holdS for how long at most @returns {number | null} seconds of a hold that gets through, once that is known */
  cut(ms, holdS) {
    this.#cuts = [...this.#cuts, ms].slice(-CUTS);
    const everyMs = this.#cuts.length < CUTS ? null : periodOf(this.#cuts, holdS * 1100);
    if (everyMs === null) return null;
    this.#cuts = [];
    const learnedS = Math.floor((everyMs * SHARE) / 1000);
    return Math.max(LEAST_HOLD_S, learnedS < holdS ? learnedS : Math.floor(holdS / 2));
  }
}

/** What a fact may say against a transport; null for what has other reasons. @param {Via} via @param {Fact} fact @returns {Kind | "cut" | null} */
export function reading(via, { kind, code, ms, wasOpen }) {
  if (kind === "late") return "late";
  if (!LOST.has(code) || via === "poll") return null;
  if (via === "longpoll" && wasOpen && ms >= HELD_MS) return "cut";
  if (code === "timeout") return "silent";
  if (via === "longpoll") return "failed";
  if (code === "unavailable") return null;
  if (!wasOpen) return "refused";
  return ms < YOUNG_MS ? "closed" : null;
}

/** The time of which all these are multiples: a browser may have asked again before it told. @param {number[]} cuts @param {number} mostMs @returns {number | null} */
function periodOf(cuts, mostMs) {
  const least = Math.min(...cuts);
  for (let count = 1; count <= AGAIN && least / count >= HELD_MS; count += 1) {
    const ms = least / count;
    const slackMs = Math.max(EVEN.ms, ms * EVEN.share);
    if (ms <= mostMs && cuts.every((cut) => Math.abs(cut - Math.round(cut / ms) * ms) <= slackMs)) return ms;
  }
  return null;
}
