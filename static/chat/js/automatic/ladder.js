// @ts-check

/** @import { Room, Via } from "../types.d.ts" */

/** @type {Via[]} the best first */
const LADDER = ["websocket", "longpoll", "poll"];

/** @param {Room["transports"]} policy @param {Via} via */
export const better = (policy, via) => usable(policy).filter((other) => place(other) < place(via));

/** @param {Room["transports"]} policy @param {Via} via */
export const worse = (policy, via) => usable(policy).filter((other) => place(other) > place(via));

/** What the room allows, from its default on: who runs it has said with that what pages are to cost. @param {Room["transports"]} policy */
const usable = ({ allowed, default: best }) =>
  LADDER.filter((via) => allowed.includes(via) && place(via) >= place(best));

/** @param {Via} via */
const place = (via) => LADDER.indexOf(via);
