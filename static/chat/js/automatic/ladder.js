// @ts-check

/** @import { Via } from "../types.d.ts" */

/** @type {Via[]} the best first */
const LADDER = ["websocket", "longpoll", "poll"];

/** @param {Via[]} allowed @param {Via} via */
export const better = (allowed, via) => LADDER.slice(0, LADDER.indexOf(via)).filter((other) => allowed.includes(other));

/** @param {Via[]} allowed @param {Via} via */
export const worse = (allowed, via) => LADDER.slice(LADDER.indexOf(via) + 1).filter((other) => allowed.includes(other));
