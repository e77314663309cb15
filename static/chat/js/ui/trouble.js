// @ts-check
import { announce, byId, setText } from "./dom.js";
import { amount, clock, countdown } from "./format.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Status } from "../types.d.ts" */

const MOVED_MS = 15_000; // so long it is said why the page moved

/** What is not as it should be, since when, and what happens next; empty when all is well. @param {Status} status @param {number} now @param {number} since */
export function trouble(status, now, since) {
  const { phase, retryAt, error, isSilent, progress } = status;
  if (phase === "refused") return error?.message ?? say("refused");
  if (phase === "offline") return say("offline", { time: clock(new Date(since)) });
  if (phase === "waiting" && retryAt !== null)
    return `${silence(status, now, since)} ${say("retrying", { when: countdown(retryAt - now) })}`;
  if (phase === "connecting" || phase === "waiting") return `${silence(status, now, since)} ${say("stalled")}`;
  if (isSilent) return `${silence(status, now, since)} ${say("listening")}`;
  if (phase === "live") return "";
  return progress ? say("progress", { ...progress }) : say("catchingUp");
}

/** "No contact for 40 s, 2 messages waiting." @param {Status} status @param {number} now @param {number} since */
function silence({ heardAt, waitingToSend: count }, now, since) {
  const lasted = amount(now - (heardAt ?? since));
  if (!count) return say("noContact", { lasted });
  return count === 1 ? say("noContactOne", { lasted }) : say("noContactMany", { lasted, count });
}

/** Why the page has moved to another transport, while that is news. @param {Status} status @param {number} now */
export const moved = ({ move }, now) => (move && now - move.at < MOVED_MS ? move.words : "");

/** The line below the header, with what can be done. */
export class Trouble {
  #client;
  #line = byId("status");
  #again = byId("status-again");
  #automatic = byId("status-automatic");
  #test = byId("status-test");
  #isTrouble = this.isShown; // which may have been said already
  #said = "";

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
    this.#again.addEventListener("click", () => client.start());
    this.#automatic.addEventListener("click", () => client.goAutomatic());
  }

  get isShown() {
    return this.#line.classList.contains("is-shown");
  }

  /** @param {Status} status @param {number} since when it began @param {boolean} isDue */
  draw(status, since, isDue) {
    const now = Date.now();
    const news = status.advice ?? moved(status, now);
    const text = isDue ? trouble(status, now, since) : news;
    this.#line.classList.toggle("is-shown", text !== "");
    this.#line.classList.toggle("is-refused", isDue && status.phase === "refused");
    setText(byId("status-text"), text);
    this.#offer(status, isDue);
    this.#test.hidden = isDue || !news || (status.via === "websocket" && !status.advice);
    this.#tell(isDue, isDue ? text : news);
  }

  /** @param {Status} status @param {boolean} isDue */
  #offer({ phase, isAutomatic, advice }, isDue) {
    const isBroken = advice !== null || (isDue && (phase === "waiting" || phase === "connecting"));
    this.#again.hidden = !isDue || phase !== "waiting";
    this.#automatic.hidden = !isBroken || isAutomatic || this.#client.room.transports.allowed.length < 2;
  }

  /** Once for each: the seconds that pass are not read out. @param {boolean} isTrouble @param {string} text */
  #tell(isTrouble, text) {
    if (isTrouble !== this.#isTrouble) announce(text || say("back"));
    else if (!isTrouble && text && text !== this.#said) announce(text);
    this.#isTrouble = isTrouble;
    this.#said = text;
  }
}
