// @ts-check
import { backoffMs } from "./backoff.js";
import { Liveness } from "./liveness.js";
import { ChatError, distance } from "./wire.js";

/** @import { Batch, Env, Hello, Line, Phase, Request, Switch, Transport } from "./types.d.ts" */

const OPEN_MS = 15_000; // the longest that a server takes to say its first word
const HEALTHY_MS = 30_000; // a line that held this long has earned a fresh backoff

/**
 * @typedef {object} Ways
 * @property {() => Transport} make
 * @property {() => string} position
 * @property {(hello: Hello) => void} onHello
 * @property {(batch: Batch, after: string) => boolean} onBatch false: this line must start again
 * @property {(asked: Switch) => void} onSwitch
 * @property {(link: Link) => void} onChange
 */

/** Keeps a line of one kind alive: opens it, watches it, opens it again. @implements {Line} */
export class Link {
  #env;
  #ways;
  #bounds;
  /** @type {Transport | null} */
  #transport = null;
  #liveness;
  /** @type {number | undefined} */
  #timer;
  #attempt = 0;
  #troubleAt = 0;
  /** @type {number | null} */
  #healthySince = null;
  /** @type {Phase} */
  phase = "connecting";
  /** @type {ChatError | null} */
  error = null;
  /** @type {number | null} */
  retryAt = null;
  /** @type {number | null} */
  upToDateAt = null;

  /** @param {Env} env @param {{ minMs: number, maxMs: number }} bounds @param {Ways} ways */
  constructor(env, bounds, ways) {
    this.#env = env;
    this.#bounds = bounds;
    this.#ways = ways;
    this.#liveness = new Liveness(env.now, OPEN_MS);
    this.position = ways.position;
    this.onSwitch = ways.onSwitch;
  }

  get inContact() {
    return this.phase === "live" || this.phase === "catching_up";
  }

  open() {
    this.close();
    this.#liveness.heard(OPEN_MS);
    this.#transport = this.#ways.make();
    this.#set("connecting");
    this.#watch();
    this.#transport.open(this);
  }

  close() {
    this.#env.clearTimeout(this.#timer);
    this.#transport?.close();
    this.#transport = null;
    this.retryAt = null;
  }

  /** Something suggests that now is a good moment; after a change of network the line may be dead and not know it. */
  wake(isNewNetwork = false) {
    const impatient = this.phase === "waiting" && this.error?.retryMs === null;
    if (impatient || (this.#transport && (isNewNetwork || this.#liveness.isStale))) this.open();
    else this.#transport?.nudge();
  }

  /** Ends the line because of a refusal. @param {ChatError} error */
  onEnd(error) {
    this.close();
    this.error = error;
    if (error.isStop) return this.#set("refused");
    const ms = error.retryMs ?? this.#backoffMs();
    this.retryAt = this.#env.now() + ms;
    this.#timer = this.#env.setTimeout(() => this.open(), ms);
    this.#set("waiting");
  }

  /** @param {Request} request */
  async send(request) {
    const transport = this.#transport;
    const { heardAt } = this.#liveness;
    if (!transport) throw new ChatError("network");
    return transport.send(request).catch((error) => {
      // Neither an answer nor anything else: the line is as dead as after the longest silence.
      const isDead = error.code === "timeout" && transport === this.#transport && heardAt === this.#liveness.heardAt;
      if (isDead) this.onEnd(error);
      throw error;
    });
  }

  /** @param {Hello} hello */
  onHello(hello) {
    this.#hear();
    this.#ways.onHello(hello);
    this.#judge(distance(this.position(), hello.cursor) >= 0);
  }

  /** @param {Batch} batch @param {string} after */
  onBatch(batch, after) {
    this.#hear();
    if (!this.#ways.onBatch(batch, after)) return this.onEnd(new ChatError("unavailable"));
    this.#judge(!batch.more);
  }

  onIdle() {
    this.#hear();
    this.#judge(true);
  }

  #hear() {
    this.#liveness.heard(this.#transport?.silenceMs);
    this.#healthySince ??= this.#env.now();
  }

  /** @param {boolean} caughtUp */
  #judge(caughtUp) {
    if (!this.#transport) return; // let go by what it has told
    this.error = null;
    if (caughtUp) this.upToDateAt = this.#env.now();
    this.#set(caughtUp ? "live" : "catching_up");
  }

  #backoffMs() {
    const now = this.#env.now();
    if (!this.#attempt || now - (this.#healthySince ?? now) >= HEALTHY_MS) {
      this.#attempt = 0;
      this.#troubleAt = now;
    }
    this.#healthySince = null;
    return backoffMs(this.#attempt++, this.#env.random(), this.#bounds, now - this.#troubleAt);
  }

  #watch() {
    this.#timer = this.#env.setTimeout(
      () => {
        if (this.#liveness.isStale) this.onEnd(new ChatError("timeout"));
        else this.#watch();
      },
      Math.max(0, this.#liveness.remainingMs),
    );
  }

  /** @param {Phase} phase */
  #set(phase) {
    this.phase = phase;
    this.#ways.onChange(this);
  }
}
