// @ts-check
import { announce, byId, part, setText } from "./dom.js";
import { clock, countdown, interval } from "./format.js";
import { Part } from "./part.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Status } from "../types.d.ts" */

const PATIENCE_MS = 3000; // a shorter interruption is not worth a line
const USUAL_MS = 1000; // to connect; until then the hollow mark says enough

/** What the button says. @param {Status} status */
export function buttonWord({ phase, via, everyMs, error }) {
  if (phase === "offline") return say("away");
  if (phase === "refused") return say("refused");
  if (phase === "waiting") return say("reconnecting");
  if (phase === "connecting") return say(error ? "reconnecting" : "connecting");
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
export const isWell = ({ phase }) => phase === "live" || phase === "catching_up";

/** The button of the transport control in the header, and the line below it. */
export class Connection {
  #client;
  #element = /** @type {HTMLDetailsElement} */ (byId("transport"));
  #sheet;
  #line = byId("status");
  /** @type {number | null} when the trouble began */
  #since = null;

  /** @param {Client} client */
  constructor(client) {
    const form = /** @type {HTMLFormElement} */ (byId("transport-form"));
    this.#client = client;
    this.#sheet = new Part(
      () => import("./sheet.js"),
      ({ Sheet }) => new Sheet(client, form),
      () => setText(byId("transport-state"), say("notLoaded")),
    );
    form.addEventListener("change", () => this.#onChoice(new FormData(form)));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#element.addEventListener("toggle", () => this.#sheet.use(() => this.#draw()));
    for (const type of ["status", "room"]) client.addEventListener(type, () => this.#draw());
    setInterval(() => {
      if (this.#since !== null || this.#element.open) this.#draw();
    }, 1000);
    this.#draw();
  }

  #draw() {
    const { status } = this.#client;
    this.#element.dataset.via = status.via;
    this.#element.classList.toggle("is-broken", !isWell(status));
    part(this.#element, "summary use").setAttribute("href", `#i-${status.via}`);
    this.#drawLine(status);
    const isFirst = status.phase === "connecting" && !status.error;
    const isUsual = isFirst && Date.now() - (this.#since ?? 0) < USUAL_MS;
    setText(byId("transport-word"), buttonWord(isUsual ? { ...status, phase: "live" } : status));
    this.#sheet.now?.draw(status, this.#since ?? Date.now(), this.#element.open);
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

  /** @param {FormData} choice */
  async #onChoice(choice) {
    await this.#sheet.use((sheet) => sheet.choose(choice));
    this.#draw();
  }
}
