// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Timeline } from "../../static/chat/js/timeline.js";
import { golden } from "./support/golden.js";

/** @import { Message } from "../../static/chat/js/types.d.ts" */

/** @param {number} seq @param {number} [version] @returns {Message} */
const message = (seq, version = seq) => ({ ...golden("message"), seq, version, body: `${seq}@${version}` });
/** @param {Timeline} timeline */
const bodies = (timeline) => timeline.messages.map(({ body }) => body);

test("messages stand in the order of their seq, whatever the order of arrival", () => {
  const timeline = new Timeline([message(3), message(1)]);
  assert.deepEqual(timeline.upsert(message(9)), { index: 2, kind: "insert" });
  assert.deepEqual(timeline.upsert(message(5)), { index: 2, kind: "insert" });
  assert.deepEqual(bodies(timeline), ["1@1", "3@3", "5@5", "9@9"]);
});

test("a newer version takes the place of its message", () => {
  const timeline = new Timeline([message(1), message(2), message(3)]);
  assert.deepEqual(timeline.upsert(message(2, 7)), { index: 1, kind: "replace" });
  assert.deepEqual(bodies(timeline), ["1@1", "2@7", "3@3"]);
});

test("a version that it has, or an older one, is ignored", () => {
  const timeline = new Timeline([message(1), message(2, 7)]);
  assert.deepEqual(timeline.upsert(message(2, 7)), { index: 1, kind: "ignored" });
  assert.deepEqual(timeline.upsert(message(2, 2)), { index: 1, kind: "ignored" });
});

test("a change before the loaded history leaves no gap: it waits", () => {
  const timeline = new Timeline([message(50), message(51)], true);
  assert.deepEqual(timeline.upsert(message(3, 60)), { index: -1, kind: "ignored" });
  assert.deepEqual(bodies(timeline), ["50@50", "51@51"]);
});

test("history that was read before a change is shown with the change", () => {
  const timeline = new Timeline([message(50)], true);
  timeline.upsert(message(3, 60));
  timeline.upsert(message(3, 59));
  assert.deepEqual(
    timeline.prepend([message(3), message(2)], false).map(({ body }) => body),
    ["2@2", "3@60"],
  );
  assert.deepEqual(bodies(timeline), ["2@2", "3@60", "50@50"]);
  assert.equal(timeline.more, false);
});

test("history is added once", () => {
  const timeline = new Timeline([message(5)], true);
  timeline.prepend([message(3), message(4)], true);
  assert.deepEqual(timeline.prepend([message(3), message(4)], true), []);
  assert.deepEqual(bodies(timeline), ["3@3", "4@4", "5@5"]);
});

test("when all history is loaded an early message finds its place", () => {
  const timeline = new Timeline([message(5)], false);
  assert.deepEqual(timeline.upsert(message(2)), { index: 0, kind: "insert" });
});

test("an empty timeline takes the first message", () => {
  assert.deepEqual(new Timeline([], true).upsert(message(8)), { index: 0, kind: "insert" });
});

test("a reset replaces all, with lower versions too", () => {
  const timeline = new Timeline([message(50), message(51, 90)], true);
  timeline.upsert(message(3, 91));
  timeline.reset([message(2), message(1)], false);
  assert.deepEqual(bodies(timeline), ["1@1", "2@2"]);
  assert.equal(timeline.upsert(message(3)).kind, "insert");
});

test("a message is found by its seq", () => {
  const timeline = new Timeline([message(1), message(4)]);
  assert.equal(timeline.get(4)?.seq, 4);
  assert.equal(timeline.get(3), undefined);
});
