// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Feed } from "../../static/chat/js/feed.js";
import { Clock } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { fakeEnv } from "./support/page.js";

/** @import { Message } from "../../static/chat/js/types.d.ts" */

function setUp() {
  /** @type {any[]} */
  const told = [];
  const clock = new Clock();
  const feed = new Feed(
    fakeEnv(clock),
    { ...golden("state"), cursor: "k3f9:127" },
    {
      ask: async () => golden("state"),
      onNews: ({ messages, room, reset }) =>
        told.push(["news", messages.map(({ version }) => version), room?.version ?? null, reset]),
      onLogged: (keys) => told.push(["logged", keys.length]),
      onRoom: ({ version }) => told.push(["room", version]),
      onYou: () => told.push(["you"]),
      onStranger: () => told.push(["stranger"]),
    },
  );
  return { clock, feed, told };
}

test("a batch is passed on, then its keys are confirmed", () => {
  const { feed, told } = setUp();
  assert.equal(feed.take(golden("batch"), "k3f9:127", true), true);
  assert.deepEqual(told, [
    ["news", [128, 129, 130, 131], null, false],
    ["logged", 4],
  ]);
  assert.equal(feed.cursor, "k3f9:131");
});

test("the same batch again is passed over", () => {
  const { feed, told } = setUp();
  feed.take(golden("batch"), "k3f9:127", true);
  told.length = 0;
  feed.take(golden("batch"), "k3f9:127", true);
  assert.deepEqual(told, [["logged", 4]]);
});

test("an answer is passed on once, and the log does not repeat it", () => {
  const { feed, told } = setUp();
  feed.takeAnswer(golden("message"));
  feed.takeAnswer(golden("message"));
  feed.take(golden("batch"), "k3f9:127", true);
  assert.deepEqual(told, [
    ["news", [128], null, false],
    ["news", [129, 130, 131], null, false],
    ["logged", 4],
  ]);
});

test("a reset is passed on with its room, however low the numbers", () => {
  const { feed, told } = setUp();
  feed.take(golden("reset"), "k3f9:127", true);
  assert.deepEqual(told, [
    ["news", [39, 40], 12, true],
    ["logged", 2],
    ["room", 12],
  ]);
  assert.equal(feed.cursor, "z8q1:40");
});

test("a change of the room is passed on", () => {
  const { feed, told } = setUp();
  feed.take(golden("batch_room"), "k3f9:131", true);
  assert.deepEqual(told, [
    ["news", [], 132, false],
    ["logged", 0],
    ["room", 132],
  ]);
});

test("a batch with one's own standing changes it, without a question to the server", () => {
  const { feed } = setUp();
  feed.take(golden("batch_you"), "k3f9:131", true);
  assert.deepEqual(feed.standing.you, golden("batch_you").you);
  assert.equal(feed.standing.isStale, false);
});

test("a batch of another epoch sends its line away", () => {
  const { feed, told } = setUp();
  assert.equal(feed.take({ ...golden("batch"), cursor: "z8q1:131" }, "z8q1:127", true), false);
  assert.deepEqual(told, []);
});

test("a hello brings timings, a newer room and what one may do", () => {
  const { feed, told } = setUp();
  feed.greet({
    ...golden("hello"),
    room: { ...golden("room"), version: 91 },
    you: golden("you_muted"),
    timings: { ...golden("hello").timings, page: 9 },
  });
  assert.deepEqual([told, feed.timings.page], [[["room", 91], ["you"]], 9]);
});

test("a hello of another epoch brings its room, however low its number", () => {
  const { feed, told } = setUp();
  feed.greet({ ...golden("hello"), cursor: "z8q1:40", room: { ...golden("room"), version: 12 } });
  assert.deepEqual(told, [["room", 12]]);
});

test("delivery is measured by what others have just written, not by what was missed", () => {
  const { clock, feed } = setUp();
  const created_at = new Date(clock.now()).toISOString();
  /** @type {Message} */
  const message = { ...golden("message"), seq: 128, created_at, author: { id: 9, name: "Zoe" } };
  feed.delivery.sent(message, clock.now(), clock.now());
  feed.take({ ...golden("empty"), messages: [message] }, "k3f9:127", false);
  assert.equal(feed.delivery.ms, null);
  clock.sleep(30);
  feed.take(
    { ...golden("empty"), cursor: "k3f9:129", messages: [{ ...message, seq: 129, version: 129 }] },
    "k3f9:128",
    true,
  );
  assert.equal(feed.delivery.ms, 30);
});

test("only a first try sets the clock of the measurement", () => {
  const { clock, feed } = setUp();
  const created_at = new Date(clock.now() - 60_000).toISOString();
  const entry = { key: "k", body: "hi", replyTo: null, at: clock.now() - 60_000, error: null };
  feed.takeSent({ ...golden("message"), created_at }, entry, clock.now());
  const message = { ...golden("message"), seq: 129, version: 129, author: { id: 9, name: "Zoe" } };
  feed.take({ ...golden("empty"), cursor: "k3f9:129", messages: [message] }, "k3f9:127", true);
  assert.equal(feed.delivery.ms, null);
});
