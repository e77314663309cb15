// @ts-check
import { Link } from "./link.js";
import { asChatError, ChatError } from "./wire.js";

/** @import { Env, Fact, Request, Transport, Via } from "./types.d.ts" */
/** @import { Ways } from "./link.js" */

/** The line of a page, and its exchange for one of another kind. */
export class Lines {
  #env;
  #bounds;
  #make;
  #load;
  #ways;
  #current;
  /** @type {{ link: Link, changed: () => void, cancel: () => void } | null} the line that is to take over */
  #candidate = null;
  /** Counts the changes that were asked for: the last one holds. */
  #asked = 0;
  #isOpen = false;
  via;
  everyMs;
  /** @type {ChatError | null} why the last change of transport was not what was asked for */
  notice = null;

  /**
   * @param {Env} env @param {{ minMs: number, maxMs: number }} bounds @param {Via} via @param {number | null} everyMs
   * @param {Omit<Ways, "make"> & { make: (via: Via, everyMs: number | null) => Transport, load: (via: Via) => Promise<unknown> | null }} ways `load` comes before `make`, except for the first transport
   */
  constructor(env, bounds, via, everyMs, ways) {
    this.#env = env;
    this.#bounds = bounds;
    this.#make = ways.make;
    this.#load = ways.load;
    this.#ways = ways;
    this.via = via;
    this.everyMs = everyMs;
    this.#current = this.#newLink(via, everyMs);
  }

  get current() {
    return this.#current;
  }

  open() {
    this.#isOpen = true;
    this.#current.open();
  }

  close() {
    this.#isOpen = false;
    this.giveUp();
    this.#current.close();
  }

  /** Asks again now, whatever was said before. */
  retry() {
    if (!this.#isOpen) return;
    if (this.#current.inContact) this.#current.wake();
    else this.#current.open();
  }

  /** @param {Request} request */
  async send(request) {
    const link = this.#current;
    try {
      return await link.send(request);
    } catch (error) {
      // Let go while the answer was under way: its successor asks again.
      if (link === this.#current || asChatError(error).code !== "network") throw error;
      return this.#current.send(request);
    }
  }

  /**
   * Takes another line; one that works is kept until the new one is caught up.
   * @param {Via} via @param {number | null} everyMs
   * @param {(link: Link) => Promise<void>} [prove] what the new one has to show besides; then the old one is kept until that, working or not, and a fresh one of the same kind counts as another
   */
  async switchTo(via, everyMs, prove) {
    const asked = this.giveUp();
    if (!prove && via === this.via && everyMs === this.everyMs) return this.retry();
    const loading = this.#load(via);
    if (loading) await loading;
    if (asked !== this.#asked) throw new ChatError("superseded");
    const link = this.#newLink(via, everyMs);
    try {
      if (this.#isOpen && (prove || this.#current.inContact)) await this.#catchUp(link, prove);
    } catch (error) {
      link.close();
      throw error;
    }
    this.#adopt(link, via, everyMs);
  }

  /** The same, unasked. @param {Via} via @param {ChatError} reason */
  async moveTo(via, reason) {
    if (via === this.via) return;
    await this.switchTo(via, this.everyMs).catch(() => {}); // then the server ends the old line
    this.notice = reason;
    this.#ways.onChange(this.#current);
  }

  /** Ends the change that is under way. @returns {number} of the next one */
  giveUp() {
    this.#candidate?.cancel();
    this.#asked += 1;
    return this.#asked;
  }

  /** @param {Via} via @param {number | null} everyMs */
  #newLink(via, everyMs) {
    const onChange = (/** @type {Link} */ link) => {
      if (link === this.#candidate?.link) this.#candidate.changed();
      else if (link === this.#current) this.#ways.onChange(link);
    };
    const note = (/** @type {Fact} */ fact) => link === this.#current && this.#ways.note?.(fact);
    const link = new Link(this.#env, this.#bounds, {
      ...this.#ways,
      make: () => this.#make(via, everyMs),
      onChange,
      note,
    });
    return link;
  }

  /** @param {Link} link @param {(link: Link) => Promise<void>} [prove] @returns {Promise<void>} */
  async #catchUp(link, prove = async () => {}) {
    let isProving = false;
    try {
      await new Promise((resolve, reject) => {
        const changed = () => {
          if (link.error) return reject(link.error);
          if (link.phase !== "live" || isProving) return;
          isProving = true;
          prove(link).then(resolve, reject);
        };
        this.#candidate = { link, changed, cancel: () => reject(new ChatError("superseded")) };
        link.open();
      });
    } finally {
      if (this.#candidate?.link === link) this.#candidate = null;
    }
  }

  /** @param {Link} link @param {Via} via @param {number | null} everyMs */
  #adopt(link, via, everyMs) {
    const old = this.#current;
    Object.assign(this, { via, everyMs });
    this.#current = link;
    link.upToDateAt ??= old.upToDateAt;
    link.heardAt ??= old.heardAt;
    old.close();
    if (this.#isOpen && link.phase !== "live") link.open();
    this.#ways.onChange(link);
  }
}
