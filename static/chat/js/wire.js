// @ts-check
/** The wire format: frames, cursors and refusals. No other module knows how they are written. */

/** @import { Batch, ErrorBody, Problem, ServerFrame } from "./types.d.ts" */

const FRAMES = /^(hello|batch|sent|error|ping|echo|drain|switch)$/;

/** @type {Record<number, string>} of HTTP statuses; a WebSocket is closed with 4000 more */
const CODES = {
  400: "invalid",
  401: "not_authenticated",
  403: "forbidden",
  404: "not_found",
  408: "slow_consumer",
  409: "conflict",
  410: "transport_not_allowed",
  412: "restarting",
  413: "too_large",
  429: "rate_limited",
  503: "unavailable",
};

/** @type {Record<string, string>} */
const WORDS = {
  network: "The server could not be reached.",
  timeout: "The server did not answer in time.",
  not_authenticated: "You are signed out. Sign in again to go on.",
  forbidden: "You may not do this here.",
  not_found: "This room does not exist, or it is not open to you.",
  transport_not_allowed: "This room does not allow this way of connecting.",
  restarting: "The server restarts.",
  rate_limited: "Too fast. Wait a moment.",
  unavailable: "The server is busy.",
};

/** The same request has the same answer, whenever it is repeated. */
const FINAL = new Set(["invalid", "forbidden", "not_found", "conflict", "too_long", "too_large"]);
/** A line that ends so is not opened again unasked. */
const STOP = new Set(["not_authenticated", "forbidden", "not_found", "transport_not_allowed"]);

/** A refusal or a failure: the code is one of the protocol, or `network`, `timeout`, `superseded`. */
export class ChatError extends Error {
  /** @param {string} code @param {string} [message] @param {{ retryMs?: number | null, field?: string }} [more] */
  constructor(code, message, { retryMs = null, field } = {}) {
    super(message || WORDS[code] || "Something went wrong.");
    this.code = code;
    this.field = field;
    /** What the server asked us to wait, in milliseconds. */
    this.retryMs = retryMs;
    this.retry_after = retryMs === null ? null : retryMs / 1000;
  }

  get isFinal() {
    return FINAL.has(this.code);
  }

  get isStop() {
    return STOP.has(this.code);
  }

  /** @returns {Problem} */
  toJSON() {
    return { code: this.code, message: this.message, retry_after: this.retry_after };
  }
}

/** @param {unknown} error @returns {ChatError} */
export const asChatError = (error) => (error instanceof ChatError ? error : new ChatError("network"));

/** @param {ErrorBody} body */
export function errorOfBody({ error, retry_after }) {
  return new ChatError(error.code, error.message, { retryMs: milliseconds(retry_after), field: error.field });
}

/**
 * The refusal in an HTTP answer. A proxy may have written it, in words of its own.
 * @param {number} status @param {any} body @param {string | null} [retryAfter] the header
 */
export function errorOfAnswer(status, body, retryAfter) {
  const retry_after = body?.retry_after ?? (retryAfter ? Number(retryAfter) : undefined);
  if (typeof body?.error?.code === "string") return errorOfBody({ error: body.error, retry_after });
  return new ChatError(CODES[status] ?? "unavailable", "", { retryMs: milliseconds(retry_after) });
}

/** @param {number} code of a WebSocket's close */
export const errorOfClose = (code) => new ChatError(CODES[code - 4000] ?? "network");

/** @param {number | undefined} seconds */
const milliseconds = (seconds) => (Number.isFinite(seconds) ? Math.max(0, Number(seconds)) * 1000 : null);

/** @param {unknown} data @returns {ServerFrame | null} null for a frame that a later version of the protocol may have added */
export function readFrame(data) {
  const frame = JSON.parse(String(data));
  if (!FRAMES.test(frame?.type)) return null;
  return frame.type === "batch" ? readBatch(frame) : frame;
}

/** @param {any} value @returns {Batch} */
export function readBatch(value) {
  if (value?.type !== "batch" || !Array.isArray(value.messages) || !parseCursor(value.cursor))
    throw new ChatError("unavailable");
  return { ...value, room: value.room ?? null, more: value.more === true, reset: value.reset === true };
}

/** @param {unknown} text @returns {{ epoch: string, number: number } | null} */
export function parseCursor(text) {
  const found = /^([^:]+):(\d+)$/.exec(String(text));
  return found && { epoch: String(found[1]), number: Number(found[2]) };
}

/** How far `a` is ahead of `b`; NaN when they belong to different epochs. @param {string} a @param {string} b */
export function distance(a, b) {
  const [from, to] = [parseCursor(b), parseCursor(a)];
  return from && to && from.epoch === to.epoch ? to.number - from.number : Number.NaN;
}
