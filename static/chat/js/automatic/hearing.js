// @ts-check
import { pollingPause } from "../transports/make.js";
import { ChatError } from "../wire.js";

/** @import { Client } from "../client.js" */
/** @import { Feed } from "../feed.js" */
/** @import { Lines } from "../lines.js" */
/** @import { Link } from "../link.js" */
/** @import { Env } from "../types.d.ts" */

const FIRST_WORD_MS = 4000; // what has said nothing for so long, while plain requests are answered, is mute
const ECHO_MS = 5000;
const SLACK_MS = 1000; // for the way of an answer

/** Knows whether the server should have said something by now, asks sockets that are silent, and gives up those that do not answer. */
export class Hearing {
  #ways;
  /** The last request for an echo. */
  #askedAt = 0;

  /** @param {{ env: Env, client: Client, lines: Lines, feed: Feed }} ways */
  constructor(ways) {
    this.#ways = ways;
  }

  get isSilent() {
    const { env, lines } = this.#ways;
    return lines.current.inContact && env.now() > this.#dueAt(lines.current);
  }

  /** Its first words prove one direction only. @param {Link} link */
  see(link) {
    if (link.phase === "live" && this.#askedAt < link.openedAt) this.#ask(link);
  }

  look() {
    const { env, client, lines, feed } = this.#ways;
    const { current: link, via } = lines;
    if (via !== "websocket") return;
    const now = env.now();
    const isMute = link.phase === "connecting" && client.isAutomatic && now - link.openedAt >= FIRST_WORD_MS;
    if (isMute || this.#isDeaf(link, now)) return link.onEnd(new ChatError("timeout"));
    const quietMs = now - Math.max(link.heardAt ?? 0, this.#askedAt);
    if (link.inContact && !this.#isAsked(link) && quietMs >= (feed.timings.echo_s ?? 0) * 1000) this.#ask(link);
  }

  /** While a socket catches up, an echo comes behind what is under way already. @param {Link} link @param {number} now */
  #isDeaf(link, now) {
    const since = link.phase === "live" ? this.#askedAt : Math.max(this.#askedAt, link.heardAt ?? 0);
    return link.inContact && this.#isAsked(link) && now - since >= ECHO_MS;
  }

  /** @param {Link} link */
  #isAsked(link) {
    return this.#askedAt > Math.max(link.echoedAt, link.openedAt);
  }

  /** @param {Link} link */
  #ask(link) {
    const { env, lines, feed } = this.#ways;
    if (lines.via !== "websocket" || !feed.timings.echo_s) return;
    this.#askedAt = env.now();
    link.echo();
  }

  /** When silence becomes remarkable. @param {Link} link */
  #dueAt(link) {
    const { client, lines, feed } = this.#ways;
    const heardAt = link.heardAt ?? link.openedAt;
    if (lines.via === "websocket")
      return this.#isAsked(link) && heardAt < this.#askedAt ? this.#askedAt + SLACK_MS : Number.POSITIVE_INFINITY;
    const holdMs = Math.min(feed.standing.room.transports.hold_s, client.longestHoldS) * 1100;
    return heardAt + SLACK_MS + (lines.via === "poll" ? pollingPause(client.room, lines.everyMs) : holdMs);
  }
}
