// @ts-check
import { backoffMs } from "./backoff.js";
import { Liveness } from "./liveness.js";
import { ChatError, distance } from "./wire.js";

/** @import { Batch, Env, Fact, Hello, Line, Phase, Progress, Request, Switch, Transport } from "./types.d.ts" */

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
 * @property {(fact: Fact) => void} [note] what may say something of the network
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
  openedAt = 0;
  /** @type {number | null} the last word of the server */
  heardAt = null;
  /** The last echo. */
  echoedAt = 0;
  /** @type {Progress | null} while it catches up */
  progress = null;

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
    this.openedAt = this.#env.now();
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

  /** Ends the line because of a refusal. @param {ChatError} error @param {number} [tookMs] until then */
  onEnd(error, tookMs = this.#env.now() - this.openedAt) {
    const wasOpen = this.#transport?.wasOpen ?? (this.heardAt ?? 0) >= this.openedAt;
    this.close();
    this.error = error;
    if (error.isStop) return this.#set("refused");
    const ms = error.retryMs ?? this.#backoffMs();
    this.retryAt = this.#env.now() + ms;
    this.#timer = this.#env.setTimeout(() => this.open(), ms);
    this.#set("waiting");
    this.#ways.note?.({ kind: "end", code: error.code, ms: tookMs, wasOpen });
  }

  /** Asks for an echo, where the transport knows that. */
  echo() {
    this.#transport?.echo?.();
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
    const done = (this.progress?.done ?? 0) + Math.max(0, distance(batch.cursor, after) || 0);
    this.progress = batch.behind ? { done, total: done + batch.behind } : null;
    this.#judge(!batch.more);
  }

  onIdle() {
    this.#hear();
    this.#judge(true);
  }

  onEcho() {
    this.#hear();
    this.echoedAt = this.#env.now();
    if (this.phase === "live") this.upToDateAt = this.echoedAt;
    this.#ways.onChange(this);
  }

  /** @param {number} ms */
  onLate(ms) {
    this.#ways.note?.({ kind: "late", code: "", ms, wasOpen: true });
  }

  #hear() {
    this.#liveness.heard(this.#transport?.silenceMs);
    this.heardAt = this.#env.now();
    this.#healthySince ??= this.heardAt;
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
        if (this.#liveness.isStale) this.onEnd(new ChatError("timeout"), this.#env.now() - this.#liveness.heardAt);
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
