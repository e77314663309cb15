// @ts-check

/** @import { Batch, Line } from "../../../static/chat/js/types.d.ts" */

/** A line that notes what it is told and moves its cursor. @implements {Line} */
export class NotingLine {
  /** @type {Batch[]} */
  batches = [];
  /** @type {string[]} */
  afters = [];
  /** @type {any[]} */
  ends = [];
  hellos = 0;
  /** @type {any[]} */
  asked = [];
  idles = 0;
  echoes = 0;
  /** @type {number[]} */
  late = [];
  onEach = () => {};

  /** @param {string} cursor */
  constructor(cursor) {
    this.cursor = cursor;
  }

  get bodies() {
    return this.batches.flatMap(({ messages }) => messages.map(({ body }) => body));
  }

  position() {
    return this.cursor;
  }

  onHello() {
    this.hellos += 1;
  }

  /** @param {Batch} batch @param {string} after */
  onBatch(batch, after) {
    this.cursor = batch.cursor;
    this.batches.push(batch);
    this.afters.push(after);
    this.onEach();
  }

  /** @param {any} asked */
  onSwitch(asked) {
    this.asked.push(asked);
  }

  onIdle() {
    this.idles += 1;
  }

  onEcho() {
    this.echoes += 1;
  }

  /** @param {number} ms */
  onLate(ms) {
    this.late.push(ms);
  }

  /** @param {any} error */
  onEnd(error) {
    this.ends.push(error);
  }
}
