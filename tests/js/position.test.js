// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Position } from "../../static/chat/js/position.js";
import { golden } from "./support/golden.js";

/** @import { Batch, Message } from "../../static/chat/js/types.d.ts" */

/** @param {number[]} versions @returns {Message[]} */
const messages = (...versions) => versions.map((version) => ({ ...golden("message"), seq: version, version }));
/** @param {string} cursor @param {number[]} versions @returns {Batch} */
const batch = (cursor, ...versions) => ({ ...golden("empty"), cursor, messages: messages(...versions) });
/** @param {string} cursor @param {number[]} versions @returns {Batch} */
const reset = (cursor, ...versions) => ({ ...batch(cursor, ...versions), reset: true });
/** @param {{ messages: Message[] } | null} news */
const versions = (news) => news?.messages.map(({ version }) => version);

test("a batch moves the cursor and its messages are news", () => {
  const position = new Position("a:5");
  assert.deepEqual(versions(position.take(batch("a:7", 6, 7), "a:5")), [6, 7]);
  assert.equal(position.cursor, "a:7");
});

test("a batch that came before is no news and moves nothing", () => {
  const position = new Position("a:5");
  position.take(batch("a:7", 6, 7), "a:5");
  assert.deepEqual(versions(position.take(batch("a:7", 6, 7), "a:5")), []);
  assert.deepEqual(versions(position.take(batch("a:6", 6), "a:5")), []);
  assert.equal(position.cursor, "a:7");
});

test("of a batch that overlaps only the rest is news", () => {
  const position = new Position("a:5");
  position.take(batch("a:7", 6, 7), "a:5");
  assert.deepEqual(versions(position.take(batch("a:9", 7, 8, 9), "a:6")), [8, 9]);
});

test("the answer to a send is news once and does not move the cursor", () => {
  const position = new Position("a:5");
  const [message] = messages(7);
  assert.ok(message);
  assert.equal(position.takeEarly(message), true);
  assert.equal(position.takeEarly(message), false);
  assert.equal(position.cursor, "a:5");
  assert.deepEqual(versions(position.take(batch("a:7", 6, 7), "a:5")), [6]);
});

test("the answer to a send that the log has brought already is no news", () => {
  const position = new Position("a:5");
  position.take(batch("a:7", 6, 7), "a:5");
  assert.equal(position.takeEarly(/** @type {Message} */ (messages(7)[0])), false);
});

test("a later change of a message that came early is news", () => {
  const position = new Position("a:5");
  position.takeEarly(/** @type {Message} */ (messages(6)[0]));
  assert.deepEqual(versions(position.take(batch("a:7", 7), "a:5")), [7]);
});

test("a reset replaces everything, also backwards", () => {
  const position = new Position("a:500");
  const news = position.take(reset("b:3", 2, 3), "a:500");
  assert.deepEqual([news?.reset, versions(news)], [true, [2, 3]]);
  assert.equal(position.cursor, "b:3");
});

test("a cursor from the future is reset within its epoch", () => {
  const position = new Position("a:500");
  assert.equal(position.take(reset("a:3", 2, 3), "a:500")?.reset, true);
  assert.equal(position.cursor, "a:3");
});

test("the same reset over a second line does not undo what came since", () => {
  for (const [before, after] of [
    ["a:500", "b"],
    ["b:500", "b"],
  ]) {
    const position = new Position(String(before));
    position.take(reset(`${after}:3`, 3), String(before));
    position.take(batch(`${after}:4`, 4), `${after}:3`);
    assert.deepEqual(position.take(reset(`${after}:3`, 3), String(before)), { messages: [], reset: false });
    assert.equal(position.cursor, `${after}:4`);
  }
});

test("a newer reset over a second line is taken", () => {
  const position = new Position("a:500");
  position.take(reset("b:3", 3), "a:500");
  assert.equal(position.take(reset("b:5", 4, 5), "a:500")?.reset, true);
  assert.equal(position.cursor, "b:5");
});

test("a second reset on the same line is taken", () => {
  const position = new Position("a:5");
  position.take(reset("b:30", 30), "a:5");
  assert.equal(position.take(reset("c:2", 2), "b:30")?.reset, true);
});

test("a batch of another epoch without a reset is not for us", () => {
  const position = new Position("a:5");
  position.take(reset("b:3", 3), "a:5");
  assert.equal(position.take(batch("a:6", 6), "a:5"), null);
  assert.equal(position.cursor, "b:3");
});

test("after a reset the early versions of the old log mean nothing", () => {
  const position = new Position("a:5");
  position.takeEarly(/** @type {Message} */ (messages(7)[0]));
  position.take(reset("b:3", 3), "a:5");
  assert.deepEqual(versions(position.take(batch("b:7", 7), "b:3")), [7]);
});
