// @ts-check
import { askPlainly } from "./proof.js";

/** @import { Link } from "../link.js" */
/** @import { Tools } from "./proof.js" */

const HELD_MS = 5000; // a question that is held for longer may be one whose answer is kept back
const GRACE_MS = 2000; // for an answer that is on its way

/**
 * A long poll whose answer is kept back on the way looks like one of a quiet room. A plain question tells them apart;
 * it is asked once for the first, the second, the fourth, the eighth … that is held.
 */
export class Crosscheck {
  #ways;
  #onLate;
  #count = 0;
  #next = 1;
  /** Which question was the last. */
  #heardAt = 0;

  /** @param {Tools} ways @param {(ms: number) => void} onLate */
  constructor(ways, onLate) {
    this.#ways = ways;
    this.#onLate = onLate;
  }

  /** @param {Link} link of long polling @param {"poll" | "longpoll"} way how to ask plainly */
  look(link, way) {
    const heardAt = link.heardAt ?? 0;
    if (link.phase !== "live" || heardAt === this.#heardAt || this.#ways.env.now() - heardAt < HELD_MS) return;
    this.#heardAt = heardAt;
    this.#count += 1;
    if (this.#count >= this.#next) this.#ask(link, way).catch(() => {}); // then it has not told anything
  }

  /** @param {Link} link @param {"poll" | "longpoll"} way */
  async #ask(link, way) {
    const { env, feed } = this.#ways;
    const { cursor } = feed;
    const heardAt = this.#heardAt;
    this.#next = this.#count * 2;
    await askPlainly(this.#ways, way);
    if (feed.cursor === cursor) return;
    await new Promise((done) => void env.setTimeout(() => done(undefined), GRACE_MS));
    if (link.heardAt !== heardAt || link.phase !== "live") return;
    this.#next = this.#count + 1;
    this.#onLate(env.now() - heardAt);
  }
}
