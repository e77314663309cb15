// @ts-check
import { ChatError, errorOfBody, errorOfClose, readFrame } from "../wire.js";

/** @import { Batch, Env, ErrorFrame, Line, Message, Request, ServerFrame, Timings, Transport } from "../types.d.ts" */

const ANSWER_MS = 15_000; // the longest that an answer to a frame takes
const OPEN = 1;

/** @param {Request} request @returns {string} what its answer is recognised by */
const nameOf = (request) => (request.type === "send" ? request.key : `#${request.seq}`);

/** One socket: the server reads, waits and repeats; requests and answers pass on the same line. @implements {Transport} */
export class WebSocketTransport {
  #env;
  #slug;
  #timings;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {Line | undefined} */
  #line;
  /** The last cursor that this socket has handed over. */
  #last = "";
  #unseen = 0;
  /** @type {number | undefined} */
  #seenTimer;
  /** @type {{ name: string, settle: (answer: Message | ChatError) => void }[]} requests without an answer, oldest first */
  #asked = [];
  /** @type {ChatError | null} said of the whole connection, before it is closed */
  #reason = null;
  #echoes = 0;
  wasOpen = false;

  /** @param {{ env: Env, slug: string, timings: Timings }} tools */
  constructor({ env, slug, timings }) {
    this.#env = env;
    this.#slug = slug;
    this.#timings = timings;
  }

  /** Two heartbeats may be missed. */
  get silenceMs() {
    return this.#timings.heartbeat_s * 2000 + 5000;
  }

  /** @param {Line} line */
  open(line) {
    const { protocol, host } = this.#env.location;
    this.#line = line;
    this.#last = line.position();
    const url = `${protocol === "https:" ? "wss" : "ws"}://${host}/ws/rooms/${encodeURIComponent(this.#slug)}/`;
    const socket = new this.#env.WebSocket(`${url}?after=${encodeURIComponent(this.#last)}`);
    socket.onopen = () => {
      this.wasOpen = true;
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#end(this.#reasonOf(code));
    this.#socket = socket;
  }

  /** @param {Request} request @returns {Promise<Message>} */
  send(request) {
    if (this.#socket?.readyState !== OPEN) return Promise.reject(new ChatError("network"));
    return new Promise((resolve, reject) => {
      const settle = (/** @type {Message | ChatError} */ answer) => {
        this.#env.clearTimeout(timer);
        this.#asked = this.#asked.filter((other) => other !== asked);
        if (answer instanceof ChatError) reject(answer);
        else resolve(answer);
      };
      const asked = { name: nameOf(request), settle };
      const timer = this.#env.setTimeout(() => settle(new ChatError("timeout")), ANSWER_MS);
      this.#asked.push(asked);
      this.#write(request);
    });
  }

  nudge() {}

  echo() {
    this.#echoes += 1;
    this.#write({ type: "echo", ref: this.#echoes });
  }

  close() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = null;
    socket.close(1000);
    this.#env.clearTimeout(this.#seenTimer);
    for (const { settle } of this.#asked) settle(new ChatError("network"));
  }

  /** @param {unknown} data */
  #receive(data) {
    try {
      const frame = readFrame(data);
      if (frame) this.#take(frame);
    } catch {
      this.#end(new ChatError("unavailable"));
    }
  }

  /** @param {ServerFrame} frame */
  #take(frame) {
    const line = /** @type {Line} */ (this.#line);
    switch (frame.type) {
      case "batch":
        return this.#batch(frame, line);
      case "hello":
        return line.onHello(frame);
      case "sent":
        return this.#answer(frame.message, frame.key, `#${frame.message.seq}`);
      case "error":
        return this.#refusal(frame);
      case "echo":
        return line.onEcho();
      case "switch":
        return line.onSwitch(frame);
      case "drain":
        return this.#end(new ChatError("restarting", "", { retryMs: frame.retry_ms }));
    }
    this.#seen();
    line.onIdle();
  }

  /** @param {Batch} batch @param {Line} line */
  #batch(batch, line) {
    const after = this.#last;
    this.#last = batch.cursor;
    line.onBatch(batch, after);
    this.#unseen += 1;
    // Half of what the server waits for, so that it never has to.
    if (batch.more || this.#unseen >= this.#timings.seen_batches / 2) this.#seen();
    else this.#seenTimer ??= this.#env.setTimeout(() => this.#seen(), this.#timings.seen_s * 1000);
  }

  /** @param {ErrorFrame} frame */
  #refusal(frame) {
    const error = errorOfBody(frame);
    if (frame.key ?? frame.ref) return this.#answer(error, frame.key ?? `#${frame.ref}`);
    this.#reason = error;
    // A frame that could not be read cannot be named; answers come in order, so it was the oldest.
    if (/^(invalid|too_)/.test(error.code)) this.#asked[0]?.settle(error);
  }

  /** @param {Message | ChatError} answer @param {string[]} names */
  #answer(answer, ...names) {
    this.#asked.find(({ name }) => names.includes(name))?.settle(answer);
  }

  /** @param {number} code of the close */
  #reasonOf(code) {
    const error = errorOfClose(code);
    return this.#reason?.code === error.code ? this.#reason : error;
  }

  #seen() {
    this.#env.clearTimeout(this.#seenTimer);
    this.#seenTimer = undefined;
    this.#unseen = 0;
    this.#write({ type: "seen", cursor: this.#last });
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {ChatError} error */
  #end(error) {
    if (!this.#socket) return;
    this.close();
    this.#line?.onEnd(error);
  }
}
