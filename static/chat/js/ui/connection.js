// @ts-check
import { announce, byId, part, setText } from "./dom.js";
import { clock, countdown, exactClock, interval, roughly } from "./format.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Status, Via } from "../types.d.ts" */

const PATIENCE_MS = 3000; // a shorter interruption is not worth a line
const USUAL_MS = 1000; // to connect; until then the hollow mark says enough

/** What the button says. @param {Status} status */
export function buttonWord({ phase, via, everyMs }) {
  if (phase === "offline") return say("away");
  if (phase === "refused") return say("refused");
  if (phase === "waiting") return say("reconnecting");
  if (phase === "connecting") return say("connecting");
  return say(via, { every: interval(everyMs ?? 0) });
}

/** What is not as it should be, since when, and what happens next; empty when all is well. @param {Status} status @param {number} now @param {number} since */
export function trouble({ phase, retryAt, error }, now, since) {
  const time = clock(new Date(since));
  if (phase === "refused") return error?.message ?? say("refused");
  if (phase === "offline") return say("offline", { time });
  if (phase === "waiting" && retryAt !== null) return say("retrying", { time, when: countdown(retryAt - now) });
  return isWell({ phase }) ? "" : say("stalled", { time });
}

/** @param {Pick<Status, "phase">} status */
const isWell = ({ phase }) => phase === "live" || phase === "catching_up";

/** The transport control in the header, and the line below it. */
export class Connection {
  #client;
  #sheet = /** @type {HTMLDetailsElement} */ (byId("transport"));
  #form = /** @type {HTMLFormElement} */ (byId("transport-form"));
  #line = byId("status");
  /** @type {number | null} when the trouble began */
  #since = null;
  #isSwitching = false;

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
    this.#form.addEventListener("change", () => this.#onChoice());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#sheet.addEventListener("toggle", () => this.#draw());
    for (const type of ["status", "room"]) client.addEventListener(type, () => this.#draw());
    window.setInterval(() => {
      if (this.#since !== null || this.#sheet.open) this.#draw();
    }, 1000);
    this.#draw();
  }

  #draw() {
    const { status } = this.#client;
    this.#sheet.dataset.via = status.via;
    this.#sheet.classList.toggle("is-broken", !isWell(status));
    part(this.#sheet, "summary use").setAttribute("href", `#i-${status.via}`);
    this.#drawLine(status);
    const isUsual = status.phase === "connecting" && Date.now() - (this.#since ?? 0) < USUAL_MS;
    setText(byId("transport-word"), buttonWord(isUsual ? { ...status, phase: "live" } : status));
    if (this.#sheet.open) this.#drawFacts(status);
    if (!this.#isSwitching) this.#drawChoice(status);
  }

  /** @param {Status} status */
  #drawLine(status) {
    if (isWell(status)) this.#since = null;
    else this.#since ??= Date.now();
    const [now, since] = [Date.now(), this.#since ?? 0];
    const isDue = this.#since !== null && (status.phase === "refused" || now - since >= PATIENCE_MS);
    const text = isDue ? trouble(status, now, since) : "";
    const wasShown = this.#line.classList.toggle("is-shown", isDue) === isDue && this.#line.textContent !== "";
    this.#line.classList.toggle("is-refused", status.phase === "refused");
    setText(this.#line, text);
    if (isDue !== wasShown) announce(text || say("back"));
  }

  /** @param {Status} status */
  #drawFacts(status) {
    const { phase, upToDateAt, deliveryMs, error } = status;
    const isOld = !isWell(status);
    const state = { connecting: "connectingLong", catching_up: "catchingUp", live: "connected" }[
      /** @type {string} */ (phase)
    ];
    const words = state ? say(/** @type {any} */ (state)) : trouble(status, Date.now(), this.#since ?? Date.now());
    setText(byId("transport-state"), error && phase !== "refused" ? `${words} ${error.message}` : words);
    const time = upToDateAt === null ? "" : exactClock(new Date(upToDateAt));
    setText(byId("transport-since"), time && say(isOld ? "until" : "since", { time }));
    setText(byId("transport-delivery"), deliveryMs === null ? "" : say("delivery", { amount: roughly(deliveryMs) }));
  }

  /** @param {Status} status */
  #drawChoice({ via, everyMs }) {
    const { allowed, poll_interval_ms: least } = this.#client.room.transports;
    for (const choice of /** @type {NodeListOf<HTMLElement>} */ (this.#form.querySelectorAll(".transport-choice"))) {
      const input = /** @type {HTMLInputElement} */ (part(choice, "input"));
      input.disabled = !allowed.includes(/** @type {Via} */ (input.value));
      input.checked = input.value === via;
      part(choice, ".transport-forbidden").hidden = !input.disabled;
    }
    this.#drawEvery(via === "poll", everyMs ?? this.#every ?? least, least);
  }

  /** @param {boolean} isShown @param {number} everyMs @param {number} least */
  #drawEvery(isShown, everyMs, least) {
    const select = this.#select;
    byId("transport-every").hidden = !isShown;
    const value = String(Math.max(everyMs, least));
    if (![...select.options].some((option) => option.value === value))
      select.add(new Option(interval(Number(value)), value));
    for (const option of select.options) option.disabled = option.hidden = Number(option.value) < least;
    select.value = value;
  }

  get #select() {
    return /** @type {HTMLSelectElement} */ (this.#form.elements.namedItem("every"));
  }

  get #every() {
    return Number(this.#select.value) || null;
  }

  async #onChoice() {
    const via = /** @type {Via} */ (new FormData(this.#form).get("via"));
    byId("transport-every").hidden = via !== "poll";
    this.#isSwitching = true;
    // Why it failed is in the status; the page stays on what it has.
    const isDone = await this.#client.switchTo(via, via === "poll" ? this.#every : null).then(
      () => true,
      () => false,
    );
    this.#isSwitching = false;
    this.#draw();
    if (!isDone) return;
    keepInAddress(this.#client.status);
    announce(say("switched", { how: buttonWord({ ...this.#client.status, phase: "live" }) }));
  }
}

/** A reload, or a copy of the address, keeps the choice. @param {Status} status */
function keepInAddress({ via, everyMs }) {
  const url = new URL(location.href);
  url.searchParams.set("via", via);
  if (everyMs === null) url.searchParams.delete("every");
  else url.searchParams.set("every", String(everyMs));
  history.replaceState(history.state, "", url);
}
