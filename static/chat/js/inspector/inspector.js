// @ts-check
import { Announcer } from "../announcer.js";
import { ServerClock, timeOf } from "../recorder/clock.js";
import { Recorder } from "../recorder/recorder.js";
import { BLANK } from "../recorder/trace.js";
import { har } from "./har.js";
import { Tally, viaOf } from "./tally.js";
import { say } from "./words.js";

/** @import { Ways } from "../automatic/pilot.js" */
/** @import { Trace } from "../recorder/trace.js" */
/** @import { Message, Status, Via } from "../types.d.ts" */

const CLOCK = "/api/connection-test/plain";
const TRIES = 5; // together they tell more than one
const ANSWER_MS = 15_000;

/** @typedef {Via | "other"} Lane */

/**
 * What passes between a running client and its server, from now until `stop`. The line in use was opened unseen, so a fresh
 * one of the same kind takes over, by cursor. Tells `trace` {trace} and `late` when that fresh line could not be had.
 */
export class Inspector extends Announcer {
  #ways;
  #toScreen;
  #end = new AbortController();
  #used;
  recorder;
  clock = new ServerClock();
  /** @type {Record<Lane, Tally>} */
  tallies = { poll: new Tally(), longpoll: new Tally(), websocket: new Tally(), other: new Tally() };

  /** @param {Ways} ways @param {(call: () => void) => void} toScreen calls when what was drawn is shown */
  constructor(ways, toScreen) {
    super();
    this.#ways = ways;
    this.#toScreen = toScreen;
    this.#used = kindOf(ways.client.status);
    this.recorder = new Recorder(ways.env);
    this.recorder.addEventListener("trace", (event) => this.#take(/** @type {CustomEvent} */ (event).detail.trace));
    const { signal } = this.#end;
    ways.client.addEventListener("status", () => this.#look(), { signal });
    ways.client.addEventListener("batch", (event) => this.#measure(/** @type {CustomEvent} */ (event).detail), {
      signal,
    });
  }

  async start() {
    this.#setClock();
    this.recorder.attach(this.#ways.env);
    const { lines } = this.#ways;
    const isFresh = await lines
      .switchTo(lines.via, lines.everyMs, async () => {})
      .then(
        () => true,
        () => false, // the old one goes on, or another choice has overtaken this one
      );
    if (this.#end.signal.aborted) return;
    if (isFresh) this.#note(this.#used.via, this.#used.via, say("opened"));
    else if (kindOf(this.#ways.client.status).name === this.#used.name) this.announce("late", {});
  }

  stop() {
    this.#end.abort();
    this.recorder.detach();
  }

  /** Everything that is kept, as what leaves the page. */
  report() {
    const { location } = this.#ways.env;
    const figures = Object.entries(this.tallies).map(([lane, tally]) => [lane, tally.figures]);
    return {
      at: new Date(this.#ways.env.now()).toISOString(),
      page: `${location.protocol}//${location.host}`,
      browser: navigator.userAgent,
      clock_ahead_ms: this.#isSet ? this.clock.offsetMs : null,
      totals: Object.fromEntries(figures),
      traces: this.recorder.traces,
    };
  }

  archive() {
    const { page, browser, traces } = this.report();
    return har(traces, { origin: page, browser });
  }

  get #isSet() {
    return Number.isFinite(this.clock.tookMs);
  }

  /** Not noted: it is not the client that asks. */
  async #setClock() {
    const { now, fetch } = this.#ways.env;
    for (let count = 0; count < TRIES && !this.#end.signal.aborted; count += 1) {
      const askedAt = now();
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await fetch(CLOCK, { cache: "no-store", signal }).catch(() => null);
      const said = response?.ok ? await response.json().catch(() => null) : null;
      if (!said?.at) return;
      this.clock.note(said.at, askedAt, now());
    }
  }

  /** @param {Trace} trace */
  #take(trace) {
    const lane = viaOf(trace, this.#used.via) ?? "other";
    if (trace.kind !== "hand-over") this.tallies[lane].add(trace);
    this.announce("trace", { trace });
  }

  /** Another transport, or another pace. */
  #look() {
    const { client, env } = this.#ways;
    const [before, after] = [this.#used, kindOf(client.status)];
    if (before.name === after.name) return;
    this.#used = after;
    const at = env.now();
    // Who moved the page tells the reason right after it.
    env.setTimeout(() => this.#note(before.via, after.via, whyOf(client.status, at)), 0);
  }

  /** @param {Via} from @param {Via} to @param {string} why */
  #note(from, to, why) {
    const { env, feed } = this.#ways;
    const text = say("handedOver", { cursor: feed.cursor, why });
    this.recorder.note({ ...BLANK, kind: "hand-over", at: env.now(), what: `${from} → ${to}`, text });
  }

  /** @param {{ messages: Message[], reset: boolean }} news */
  #measure({ messages, reset }) {
    const { env, feed, client } = this.#ways;
    const { via, phase } = client.status;
    if (reset || phase !== "live" || !this.#isSet) return;
    const own = feed.standing.you.id;
    const fresh = messages.filter(({ version, seq, author }) => version === seq && author.id !== own);
    const done = () => {
      for (const { created_at } of fresh) this.tallies[via].deliver(this.clock.since(timeOf(created_at), env.now()));
    };
    if (fresh.length) this.#toScreen(done);
  }
}

/** @param {Status} status */
const kindOf = ({ via, everyMs }) => ({ via, name: `${via} ${everyMs}` });

/** @param {Status} status @param {number} at of the move */
function whyOf({ isAutomatic, move, error }, at) {
  if (isAutomatic && move && move.at >= at) return move.words;
  return error?.message || say("chosen");
}
