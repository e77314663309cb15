// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Api } from "../../../static/chat/js/api.js";
import { LongPolling } from "../../../static/chat/js/transports/longpoll.js";
import { settle } from "../support/clock.js";
import { golden } from "../support/golden.js";
import { NotingLine } from "../support/line.js";
import { fakeEnv, World } from "../support/page.js";
import { Browser } from "../support/storage.js";

/** @param {any} [locks] */
async function setUp(locks = null) {
  const { clock, server } = new World();
  const env = fakeEnv(clock, { fetch: server.fetch, locks });
  const timings = { poll_interval_ms: 2000 };
  const longpoll = new LongPolling({ env, api: new Api(env, "lobby"), holdS: 25, page: "page-0001", timings });
  const line = new NotingLine(server.cursor);
  longpoll.open(line);
  await settle();
  return { clock, server, longpoll, line, waits: () => server.requests.map(({ query }) => query.get("wait")) };
}

test("the first question is answered at once, the next ones are held", async () => {
  const { line, server, waits } = await setUp();
  assert.equal(line.batches.length, 1);
  assert.deepEqual(waits(), ["0", "25"]);
  assert.equal(server.held, 1);
});

test("every question carries the page's id", async () => {
  const { server } = await setUp();
  assert.deepEqual(
    server.requests.map(({ query }) => query.get("page")),
    ["page-0001", "page-0001"],
  );
});

test("a change is here at once, and the next question follows without a timer", async () => {
  const { clock, server, line } = await setUp();
  server.post("a");
  await settle();
  server.post("b");
  await settle();
  assert.deepEqual(line.bodies, ["a", "b"]);
  assert.deepEqual([server.held, clock.timers], [1, 0]);
});

test("its own timeout is the hold and ten seconds", async () => {
  const { longpoll } = await setUp();
  assert.equal(longpoll.silenceMs, 35_000);
});

test("an empty answer after the hold is asked again", async () => {
  const { clock, server, line } = await setUp();
  clock.sleep(25_000);
  server.wake();
  await settle();
  assert.deepEqual([line.batches.length, server.held, clock.timers], [2, 1, 0]);
});

test("it does not spin when nobody holds its questions", async () => {
  const { clock, server, line } = await setUp();
  server.fault = () => ({ body: server.batch(server.cursor) });
  server.wake();
  await clock.advance(10_000);
  assert.equal(line.batches.length, 12);
});

test("what it asks after a drain waits for retry_ms", async () => {
  const { clock, server, line } = await setUp();
  server.fault = () => ({ body: { ...golden("empty_restarting"), cursor: server.cursor } });
  server.post("a");
  await settle();
  const count = line.batches.length;
  await clock.advance(1499);
  assert.equal(line.batches.length, count);
  await clock.advance(1);
  assert.equal(line.batches.length, count + 1);
});

test("a send goes beside the held question", async () => {
  const { server, longpoll, line } = await setUp();
  const message = await longpoll.send({ ...golden("send"), body: "mine" });
  await settle();
  assert.equal(message.body, "mine");
  assert.deepEqual(line.bodies, ["mine"]);
  assert.equal(server.held, 1);
});

test("closed, it lets the held question go", async () => {
  const { server, longpoll, line } = await setUp();
  longpoll.close();
  await settle();
  assert.deepEqual([server.held, line.ends.length], [0, 0]);
});

test("four tabs of a browser hold, the fifth polls until one of them goes", async () => {
  const { locks } = new Browser();
  const holding = await Promise.all([1, 2, 3, 4].map(() => setUp(locks)));
  const fifth = await setUp(locks);
  assert.deepEqual(
    holding.map(({ server }) => server.held),
    [1, 1, 1, 1],
  );
  assert.deepEqual([fifth.server.held, fifth.waits()], [0, ["0", "0"]]);
  await fifth.clock.advance(2000);
  assert.deepEqual(fifth.waits(), ["0", "0", "0"]);
  holding[2]?.longpoll.close();
  await settle();
  await fifth.clock.advance(2000);
  assert.deepEqual([fifth.server.held, fifth.waits().at(-1)], [1, "25"]);
});

test("an answer that comes long after its hold is told of as late, one within the server's jitter is not", async () => {
  const { clock, server, line } = await setUp();
  clock.sleep(27_500);
  server.wake();
  await settle();
  assert.deepEqual(line.late, []);
  clock.sleep(45_000);
  server.wake();
  await settle();
  assert.deepEqual(line.late, [45_000]);
});
