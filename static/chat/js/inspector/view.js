// @ts-check
import { byId, setText } from "../ui/dom.js";
import { fill, time } from "../ui/figures.js";
import { amount } from "../ui/format.js";
import { save } from "../ui/save.js";
import { Inspector } from "./inspector.js";
import { nameOf, rowOf } from "./rows.js";
import { viaOf } from "./tally.js";
import { say, size } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Trace } from "../recorder/trace.js" */
/** @import { Figures } from "./tally.js" */

const DRAW_MS = 250; // however busy the wire is
const HELD_MS = 500; // what is answered sooner is not told as under way
const KEPT = 500; // rows, as traces

/** The inspector in its drawer, from its making until `close`. */
export class View {
  #client;
  #inspector;
  #body;
  #list = byId("wire-list");
  /** @type {Parameters<typeof rowOf>[]} what has come since the last drawing, oldest first */
  #fresh = [];
  #isPaused = false;
  #timer;

  /** @param {Client} client @param {HTMLElement} body of the drawer */
  constructor(client, body) {
    this.#client = client;
    this.#body = body;
    this.#inspector = new Inspector(client.ways, whenShown);
    this.#inspector.addEventListener("trace", (event) => this.#take(/** @type {CustomEvent} */ (event).detail.trace));
    this.#inspector.addEventListener("late", () => tell(say("late")));
    body.addEventListener("click", ({ target }) => this.#act(/** @type {HTMLElement} */ (target).closest("button")));
    this.#timer = setInterval(() => this.#draw(), DRAW_MS);
    this.#inspector.start();
    this.#draw();
  }

  close() {
    clearInterval(this.#timer);
    this.#inspector.stop();
  }

  /** @param {Trace} trace */
  #take(trace) {
    const to = trace.kind === "hand-over" ? trace.what.split(" → ")[1] : viaOf(trace, this.#client.status.via);
    this.#fresh.push([trace, /** @type {any} */ (to)]);
    if (this.#fresh.length > KEPT) this.#fresh.shift();
  }

  #draw() {
    if (this.#isPaused) return;
    this.#list.prepend(...this.#fresh.map((one) => rowOf(...one)).reverse());
    this.#fresh = [];
    while (this.#list.children.length > KEPT) this.#list.lastElementChild?.remove();
    this.#drawSums();
    const now = Date.now();
    const held = [...this.#inspector.recorder.underWay].filter(({ at }) => now - at >= HELD_MS);
    const waiting = held.map((trace) => say("waiting", { what: nameOf(trace), lasted: amount(now - trace.at) }));
    setText(byId("wire-waiting"), waiting.join(" "));
  }

  #drawSums() {
    const { tallies, clock } = this.#inspector;
    const figures = Object.entries(tallies).flatMap(([lane, tally]) =>
      Object.entries(said(tally.figures)).map(([name, value]) => [`${lane}.${name}`, value]),
    );
    fill(this.#body, Object.fromEntries(figures));
    const [ms, took] = [Math.abs(Math.round(clock.offsetMs)), Math.round(clock.tookMs)];
    const isSet = Number.isFinite(clock.tookMs);
    setText(byId("wire-clock"), isSet ? say(clock.offsetMs < 0 ? "clockBehind" : "clock", { ms, took }) : say("unset"));
  }

  /** @param {HTMLButtonElement | null} button */
  #act(button) {
    const { copy, act } = button?.dataset ?? {};
    if (copy) this.#copy(copy);
    if (act === "clear") this.#clear();
    if (act !== "pause" || !button) return;
    this.#isPaused = !this.#isPaused;
    button.ariaPressed = String(this.#isPaused);
    this.#draw();
  }

  #clear() {
    this.#inspector.recorder.clear();
    this.#fresh = [];
    this.#list.replaceChildren();
    tell(say("cleared"));
  }

  /** Where a page may not use the clipboard it becomes a file. @param {string} form */
  async #copy(form) {
    const inspector = this.#inspector;
    const count = inspector.recorder.traces.length;
    const text = JSON.stringify(form === "har" ? inspector.archive() : inspector.report(), null, 2);
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (!isCopied) save(`wire.${form}`, new Blob([text], { type: "application/json" }));
    tell(say(isCopied ? "copied" : "saved", { count }));
  }
}

/** @param {Figures} figures @returns {Record<string, string>} */
function said({ requests, failed, emptyPercent, up, down, messages, p50, p95, p99, trip }) {
  return {
    requests: String(requests),
    failed: String(failed),
    empty: emptyPercent === null ? "–" : `${emptyPercent} %`,
    up: size(up),
    down: size(down),
    bytes: size(up + down),
    messages: String(messages),
    p50: time(p50),
    p95: time(p95),
    p99: time(p99),
    trip: time(trip),
  };
}

/** @param {string} text */
function tell(text) {
  setText(byId("inspector-state"), text);
}

/** In the frame that shows what has just been drawn; a page that nobody sees gets none. @param {() => void} call */
function whenShown(call) {
  if (document.visibilityState === "visible") requestAnimationFrame(call);
  else call();
}
