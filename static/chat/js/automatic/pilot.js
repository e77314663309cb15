// @ts-check
import { Crosscheck } from "./crosscheck.js";
import { Evidence, reading } from "./evidence.js";
import { handOver } from "./hand_over.js";
import { Hearing } from "./hearing.js";
import { better, worse } from "./ladder.js";
import { Place } from "./place.js";
import { askPlainly } from "./proof.js";
import { isBack, notEither, reason, shortened } from "./words.js";

/** @import { Api } from "../api.js" */
/** @import { Client } from "../client.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Lines } from "../lines.js" */
/** @import { Link } from "../link.js" */
/** @import { Env, Fact, Opinion, Via } from "../types.d.ts" */
/** @import { Kind, Why } from "./evidence.js" */

/** @typedef {{ env: Env, client: Client, lines: Lines, feed: Feed, api: Api, tell: () => void }} Ways */

const LOOK_MS = 1000;
const HEALED_MS = 10_000; // what has held for so long is not what it was said to be
const TRUSTED_MS = 60_000; // what worked for so long works here
const NEXT_MS = { least: 10_000, most: 600_000 };

/** Chooses the transport by what arrives, where the person leaves it to the page; and knows when nothing does, whoever chose. */
export class Pilot {
  #ways;
  #hearing;
  #crosscheck;
  #evidence = new Evidence();
  #place;
  #isAsking = false;
  #isMoving = false;
  /** When something better is tried next. */
  #nextAt;
  /** @type {Via | null} */
  #advisedOn = null;
  /** @type {string | null} what speaks against the transport that the person has chosen */
  #advice = null;
  /** @type {{ words: string, at: number } | null} */
  #move = null;

  /** @param {Ways} ways @param {string} network */
  constructor(ways, network) {
    this.#ways = ways;
    this.#hearing = new Hearing(ways);
    this.#crosscheck = new Crosscheck(ways, (ms) => this.#suspect("late", ms));
    this.#place = new Place(ways.env, ways.api, network);
    this.#nextAt = this.#place.known.nextAt ?? 0;
    this.see(ways.lines.current);
    this.#watch();
  }

  /** The person has just left the choice to the page: what is better is tried at once. */
  begin() {
    this.#nextAt = 0;
    this.#advice = null;
    if (!this.#ways.lines.current.inContact) this.#ways.lines.retry();
  }

  /** @returns {Opinion} */
  get opinion() {
    return { isSilent: this.#hearing.isSilent, move: this.#move, advice: this.#advice };
  }

  /** A line has ended or was slow. @param {Fact} fact */
  note(fact) {
    const kind = reading(this.#ways.lines.via, fact);
    if (kind === "cut") this.#learn(fact.ms);
    else if (kind) this.#suspect(kind, fact.ms);
  }

  /** The line has changed. @param {Link} link */
  see(link) {
    this.#hearing.see(link);
  }

  #watch() {
    this.#ways.env.setTimeout(() => {
      this.#look();
      this.#ways.tell();
      this.#watch();
    }, LOOK_MS);
  }

  #look() {
    const { env, lines, client } = this.#ways;
    const { current } = lines;
    // Nobody looks: timers come late, and what better means can wait.
    if (env.document.visibilityState !== "visible" || client.status.phase === "offline") return;
    this.#hearing.look();
    if (!current.inContact) return;
    if (env.now() - current.openedAt >= HEALED_MS || this.#advisedOn !== lines.via) this.#advice = null;
    this.#place.ask().then((isElsewhere) => isElsewhere && this.#arrive());
    if (!client.isAutomatic) return;
    if (lines.via === "longpoll") this.#crosscheck.look(current, this.#plainWay);
    if (env.now() - current.openedAt >= TRUSTED_MS) this.#trust();
    if (this.#better.length && env.now() >= this.#nextAt && !this.#isMoving) this.#climb();
  }

  /** Something speaks against the transport, unless the server does not answer plain requests either. @param {Kind} kind @param {number} ms */
  async #suspect(kind, ms) {
    const { client, lines, env } = this.#ways;
    const { via } = lines;
    if (!client.isAutomatic) return this.#advise(kind, ms);
    if (!this.#worse.length || this.#isAsking || this.#isMoving) return;
    this.#isAsking = true;
    const isAnswered = await this.#askPlainly();
    this.#isAsking = false;
    if (!isAnswered) return this.#evidence.clear();
    lines.current.heardAt = env.now();
    if (!client.isAutomatic || via !== lines.via) return;
    this.#evidence.add(kind, ms, env.now());
    if (this.#evidence.verdict) await this.#leave(this.#evidence.verdict);
  }

  /** A choice by hand holds; the person is told what becomes of it. @param {Kind} kind @param {number} ms */
  #advise(kind, ms) {
    const { env, lines } = this.#ways;
    this.#evidence.add(kind, ms, env.now());
    const why = this.#evidence.verdict;
    this.#advisedOn = lines.via;
    if (why?.kind === "closed") this.#advice = reason(lines.via, why);
  }

  #askPlainly() {
    return askPlainly(this.#ways, this.#plainWay).then(
      () => true,
      () => false,
    );
  }

  /** @param {Why} why */
  async #leave(why) {
    let words = reason(this.#ways.lines.via, why);
    for (const via of this.#worse) {
      const isMoved = await this.#moveTo(via, words);
      if (isMoved) return this.#putOff();
      if (isMoved === null) return;
      words = `${words} ${notEither(via)}`;
    }
    this.#evidence.clear();
  }

  async #climb() {
    for (const via of this.#better) if ((await this.#moveTo(via, isBack(via))) !== false) break;
    if (this.#ways.client.isAutomatic && this.#better.length) this.#putOff();
  }

  /** Takes another transport, with the reason. @param {Via} via @param {string} words @returns {Promise<boolean | null>} as of `handOver` */
  async #moveTo(via, words) {
    this.#isMoving = true;
    const isMoved = await handOver(this.#ways, via);
    this.#isMoving = false;
    if (!isMoved) return isMoved;
    this.#move = { words, at: this.#ways.env.now() };
    this.#ways.feed.delivery.ms = null;
    this.#evidence.clear();
    this.#place.keep({ via });
    this.#ways.tell();
    return true;
  }

  /** The next try of something better, later each time. */
  #putOff() {
    const { env } = this.#ways;
    const tries = this.#place.known.tries ?? 0;
    const ms = Math.min(NEXT_MS.most, NEXT_MS.least * 2 ** tries);
    this.#nextAt = Math.round(env.now() + ms * (0.8 + 0.4 * env.random()));
    this.#place.keep({ tries: tries + 1, nextAt: this.#nextAt });
  }

  /** The transport has worked for long. */
  #trust() {
    const { via } = this.#ways.lines;
    const { known } = this.#place;
    if (via === "websocket") this.#evidence.clear();
    else if (!this.#better.length) return; // the room's choice, which says nothing of the network
    if (known.via !== via || (known.tries && !this.#better.length)) this.#place.keep({ via, tries: 0, nextAt: 0 });
  }

  /** @param {number} cutMs */
  #learn(cutMs) {
    const { client, env } = this.#ways;
    const beforeS = Math.min(client.longestHoldS, client.room.transports.hold_s);
    const holdS = this.#evidence.cut(cutMs, beforeS);
    if (holdS === null) return;
    if (holdS >= beforeS) return this.#suspect("failed", cutMs);
    client.longestHoldS = holdS;
    this.#place.keep({ holdS });
    this.#move = { words: shortened(holdS), at: env.now() };
  }

  /** On another network everything may be otherwise. */
  #arrive() {
    const { known } = this.#place;
    this.#evidence.clear();
    this.#ways.client.longestHoldS = known.holdS ?? Number.POSITIVE_INFINITY;
    this.#nextAt = known.nextAt ?? 0;
  }

  get #plainWay() {
    return this.#ways.client.room.transports.allowed.includes("poll") ? "poll" : "longpoll";
  }

  get #better() {
    const { client, lines } = this.#ways;
    return better(client.room.transports, lines.via);
  }

  get #worse() {
    const { client, lines } = this.#ways;
    return worse(client.room.transports, lines.via);
  }
}
