// @ts-check

/** @import { Via } from "../types.d.ts" */
/** @import { Why } from "./evidence.js" */

const NAMES = { websocket: "WebSocket", longpoll: "Long polling", poll: "Polling" };

/** Why a transport was left. @param {Via} via @param {Why} why */
export function reason(via, { kind, count, ms }) {
  const [name, times] = [NAMES[via], count === 1 ? "once" : `${count} times`];
  const within = ms < 1000 ? "a second" : `${Math.ceil(ms / 1000)} seconds`;
  return {
    closed: `${name} closed ${times} within ${within} of opening; a proxy may be blocking it.`,
    refused: `${name} could not be opened, while ordinary requests are answered; a proxy may be blocking it.`,
    silent: `${name} stayed silent ${times}, while ordinary requests are answered; a proxy may be swallowing what it carries.`,
    failed: `${name} failed ${times}, while ordinary requests are answered.`,
    late: `${name} was answered late ${times}; a proxy may be keeping answers back.`,
  }[kind];
}

/** @param {Via} via */
export const isBack = (via) => `${NAMES[via]} works here again.`;

/** @param {number} holdS */
export const shortened = (holdS) => `Requests that wait are cut here; they wait ${holdS} s at most now.`;

/** A transport that was tried next. @param {Via} via */
export const notEither = (via) => `${NAMES[via]} does not work either.`;
