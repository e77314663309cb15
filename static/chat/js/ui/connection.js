// @ts-check
import { retried } from "../retried.js";
import { announce, byId, part, setText } from "./dom.js";
import { amount, interval } from "./format.js";
import { Part } from "./part.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { Status } from "../types.d.ts" */
/** @import { Trouble } from "./trouble.js" */

const PATIENCE_MS = 3000; // a shorter interruption is not worth a line
const USUAL_MS = 1000; // to connect; until then the hollow mark says enough
const LOOK_MS = 1000;

/** What the button says. @param {Status} status */
export function buttonWord({ phase, via, everyMs, error, isSilent }) {
  if (phase === "offline") return say("away");
  if (phase === "refused") return say("refused");
  if (phase === "waiting") return say("reconnecting");
  if (phase === "connecting") return say(error ? "reconnecting" : "connecting");
  if (isSilent) return say("silent");
  return say(via, { every: interval(everyMs ?? 0) });
}

/** Whether messages come through. @param {Pick<Status, "phase" | "isSilent">} status */
export const isWell = ({ phase, isSilent }) => (phase === "live" || phase === "catching_up") && !isSilent;

/** The button of the transport control in the header, and when the line below it is due. */
export class Connection {
  #client;
  #element = /** @type {HTMLDetailsElement} */ (byId("transport"));
  #sheet;
  #line;
  /** @type {number | null} when something began that is not as it should be */
  #since = null;

  /** @param {Client} client */
  constructor(client) {
    const form = /** @type {HTMLFormElement} */ (byId("transport-form"));
    this.#client = client;
    this.#sheet = new Part(
      retried("ui/sheet.js", () => import("./sheet.js")),
      ({ Sheet }) => new Sheet(client, form),
      () => setText(byId("transport-state"), say("notLoaded")),
    );
    this.#line = new Part(
      retried("ui/trouble.js", () => import("./trouble.js")),
      ({ Trouble }) => new Trouble(client),
    );
    this.#sheet.collect(client, ["switch"], (it, event) => it.follow(/** @type {CustomEvent} */ (event).detail));
    form.addEventListener("change", () => this.#onChoice(new FormData(form)));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#element.addEventListener("toggle", () => this.#sheet.use(() => this.#draw()));
    for (const type of ["status", "room"]) client.addEventListener(type, () => this.#draw());
    setInterval(() => {
      if (this.#since !== null || this.#element.open || this.#line.now?.isShown) this.#draw();
    }, LOOK_MS);
    this.#draw();
  }

  #draw() {
    const { status } = this.#client;
    const { via, phase, error, isSilent } = status;
    if (phase === "live" && !isSilent) this.#since = null;
    else this.#since ??= Date.now();
    const lastedMs = this.#since === null ? 0 : Date.now() - this.#since;
    this.#element.dataset.via = via;
    // Silence is judged by the clock: a slow answer is no trouble yet.
    const shown = { ...status, isSilent: isSilent && lastedMs >= PATIENCE_MS };
    this.#element.classList.toggle("is-broken", !isWell(shown));
    this.#element.classList.toggle("is-automatic", status.isAutomatic);
    part(this.#element, "summary use").setAttribute("href", `#i-${via}`);
    const isUsual = phase === "connecting" && !error && lastedMs < USUAL_MS;
    setText(byId("transport-word"), buttonWord(isUsual ? { ...shown, phase: "live" } : shown));
    this.#drawLine(status, phase === "refused" || lastedMs >= PATIENCE_MS);
    this.#sheet.now?.draw(status, this.#since ?? Date.now(), this.#element.open);
  }

  /** @param {Status} status @param {boolean} isDue */
  #drawLine(status, isDue) {
    const since = this.#since ?? Date.now();
    const draw = (/** @type {Trouble} */ line) => line.draw(status, since, isDue);
    if (this.#line.now) return draw(this.#line.now);
    this.#drawPlainly(status, isDue, since);
    if (isDue) this.#line.use(draw);
  }

  /** As long as that part is not here; it may be because of the trouble itself. @param {Status} status @param {boolean} isDue @param {number} since */
  #drawPlainly({ phase, error }, isDue, since) {
    const { classList } = byId("status");
    const wasDue = classList.contains("is-shown");
    const words = phase === "refused" ? error?.message : say("noContact", { lasted: amount(Date.now() - since) });
    const text = isDue && words ? words : "";
    classList.toggle("is-shown", isDue);
    setText(byId("status-text"), text);
    if (isDue !== wasDue) announce(text || say("back"));
  }

  /** @param {FormData} choice */
  async #onChoice(choice) {
    await this.#sheet.use((sheet) => sheet.choose(choice));
    this.#draw();
  }
}
