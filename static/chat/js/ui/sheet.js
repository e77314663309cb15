// @ts-check
import { buttonWord, isWell } from "./connection.js";
import { announce, byId, part, setText } from "./dom.js";
import { exactClock, interval } from "./format.js";
import { trouble } from "./trouble.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Status, Switch, Via } from "../types.d.ts" */

const AUTOMATIC = "automatic";

/** What the transport control opens: how the page is connected, and the choice of another way. */
export class Sheet {
  #client;
  #form;
  #select;
  #isSwitching = false;

  /** @param {Client} client @param {HTMLFormElement} form */
  constructor(client, form) {
    this.#client = client;
    this.#form = form;
    this.#select = /** @type {HTMLSelectElement} */ (form.elements.namedItem("every"));
    part(byId("asked"), "button").addEventListener("click", () => this.#hideNotice());
    client.addEventListener("switch", (event) => this.follow(/** @type {CustomEvent<Switch>} */ (event).detail));
  }

  /** @param {Status} status @param {number} since when the trouble began @param {boolean} isOpen */
  draw(status, since, isOpen) {
    if (isOpen) this.#drawFacts(status, since);
    if (!this.#isSwitching) this.#drawChoice(status);
  }

  /** @param {FormData} choice */
  async choose(choice) {
    if (choice.get("via") === AUTOMATIC) return this.#leaveToPage();
    const via = /** @type {Via} */ (choice.get("via"));
    byId("transport-every").hidden = via !== "poll";
    this.#hideNotice();
    await this.#switchTo(via, via === "poll" ? Number(choice.get("every")) : null);
  }

  /** Does what somebody of the staff asks, and says so until another choice. @param {Switch} asked */
  async follow({ to, reason }) {
    if (!(await this.#switchTo(to, null))) return;
    const notice = byId("asked");
    notice.hidden = false;
    setText(part(notice, "span"), reason ? `${notice.dataset.why} ${reason}` : (notice.dataset.asked ?? ""));
  }

  #hideNotice() {
    byId("asked").hidden = true;
  }

  /** @param {Via} via @param {number | null} everyMs @returns {Promise<boolean>} whether it is done */
  async #switchTo(via, everyMs) {
    this.#isSwitching = true;
    // Why it failed is in the status; the page stays on what it has.
    const isDone = await this.#client.switchTo(via, everyMs).then(
      () => true,
      () => false,
    );
    this.#isSwitching = false;
    if (isDone) {
      keepInAddress(this.#client.status);
      announce(say("switched", { how: buttonWord({ ...this.#client.status, phase: "live" }) }));
    }
    return isDone;
  }

  #leaveToPage() {
    this.#hideNotice();
    this.#client.goAutomatic();
    keepInAddress(this.#client.status);
    announce(say("automatic"));
  }

  /** @param {Status} status @param {number} since */
  #drawFacts(status, since) {
    const { phase, upToDateAt, deliveryMs, error, move, isAutomatic } = status;
    const words = trouble(status, Date.now(), since) || say("connected");
    setText(byId("transport-state"), error && phase !== "refused" ? `${words} ${error.message}` : words);
    const time = upToDateAt === null ? "" : exactClock(new Date(upToDateAt));
    setText(byId("transport-since"), time && say(phase === "live" && isWell(status) ? "since" : "until", { time }));
    setText(byId("transport-move"), isAutomatic && move ? `${exactClock(new Date(move.at))}: ${move.words}` : "");
    setText(byId("transport-delivery"), deliveryMs === null ? "" : say("delivery", { amount: roughly(deliveryMs) }));
  }

  /** @param {Status} status */
  #drawChoice({ via, everyMs, isAutomatic }) {
    const { allowed, poll_interval_ms: least } = this.#client.room.transports;
    for (const choice of /** @type {NodeListOf<HTMLElement>} */ (this.#form.querySelectorAll(".transport-choice"))) {
      const input = /** @type {HTMLInputElement} */ (part(choice, "input"));
      input.disabled = input.value !== AUTOMATIC && !allowed.includes(/** @type {Via} */ (input.value));
      input.checked = input.value === (isAutomatic ? AUTOMATIC : via);
      part(choice, ".transport-forbidden").hidden = !input.disabled;
    }
    byId("transport-every").hidden = isAutomatic || via !== "poll";
    this.#drawEvery(Math.max(everyMs ?? Number(this.#select.value), least), least);
  }

  /** @param {number} everyMs @param {number} least */
  #drawEvery(everyMs, least) {
    const select = this.#select;
    const value = String(everyMs);
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(interval(everyMs), value));
    for (const option of select.options) option.disabled = option.hidden = Number(option.value) < least;
    select.value = value;
  }
}

/** A reload, or a copy of the address, keeps the choice. @param {Status} status */
function keepInAddress({ via, everyMs, isAutomatic }) {
  const url = new URL(location.href);
  if (isAutomatic) url.searchParams.delete("via");
  else url.searchParams.set("via", via);
  if (isAutomatic || everyMs === null) url.searchParams.delete("every");
  else url.searchParams.set("every", String(everyMs));
  history.replaceState(history.state, "", url);
}

/** A measured time as a person would say it. @param {number} ms */
export function roughly(ms) {
  if (ms < 10) return say("under", { amount: "10 ms" });
  if (ms < 100) return say("about", { amount: `${Math.round(ms / 5) * 5} ms` });
  if (ms < 950) return say("about", { amount: `${Math.round(ms / 50) * 50} ms` });
  return say("about", { amount: interval(ms) });
}
