// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Api } from "../../../static/chat/js/api.js";
import { Polling } from "../../../static/chat/js/transports/poll.js";
import { settle } from "../support/clock.js";
import { golden } from "../support/golden.js";
import { NotingLine } from "../support/line.js";
import { fakeEnv, World } from "../support/page.js";

async function setUp({ everyMs = 2000 } = {}) {
  const { clock, server } = new World();
  const env = fakeEnv(clock, { fetch: server.fetch });
  const choice = { everyMs };
  const polling = new Polling({ env, api: new Api(env, "lobby"), everyMs: () => choice.everyMs });
  const line = new NotingLine(server.cursor);
  const polls = () => server.requests.filter(({ path }) => path === "/poll");
  return { clock, server, polling, line, choice, polls };
}

test("it asks at once and then after each interval, from the line's cursor", async () => {
  const { clock, server, polling, line, polls } = await setUp();
  polling.open(line);
  await settle();
  assert.equal(line.batches.length, 1);
  server.post("a");
  await clock.advance(1999);
  assert.equal(polls().length, 1);
  await clock.advance(1);
  assert.deepEqual(line.bodies, ["a"]);
  await clock.advance(2000);
  assert.deepEqual(
    polls().map(({ query }) => query.get("after")),
    ["k3f9:0", "k3f9:0", "k3f9:1"],
  );
});

test("the interval begins with the answer, not with the question", async () => {
  const { clock, server, polling, line, polls } = await setUp();
  const release = { call: () => {} };
  server.fault = () => undefined;
  const { fetch } = server;
  server.fetch = fetch;
  const env = fakeEnv(clock, {
    fetch: async (...asked) => (await new Promise((done) => (release.call = () => done(undefined))), fetch(...asked)),
  });
  const slow = new Polling({ env, api: new Api(env, "lobby"), everyMs: () => 2000 });
  slow.open(line);
  await clock.advance(10_000);
  assert.equal(polls().length, 0);
  release.call();
  await settle();
  assert.equal(polls().length, 1);
  assert.equal(clock.timers, 1);
  slow.close();
  polling.close();
});

test("more is asked for at once, without a timer", async () => {
  const { clock, server, polling, line } = await setUp();
  for (let n = 0; n < 450; n += 1) server.post(`m${n}`);
  polling.open(line);
  await settle();
  assert.equal(line.bodies.length, 450);
  assert.deepEqual(
    line.batches.map(({ more }) => more),
    [true, true, false],
  );
  assert.equal(clock.timers, 1);
});

test("it polls immediately after a send", async () => {
  const { server, polling, line } = await setUp();
  polling.open(line);
  await settle();
  const message = await polling.send({ ...golden("send"), body: "mine" });
  await settle();
  assert.equal(message.body, "mine");
  assert.deepEqual(line.bodies, ["mine"]);
  assert.equal(server.messages.size, 1);
});

test("a nudge asks now, and one while it asks does nothing", async () => {
  const { polling, line, polls } = await setUp();
  polling.open(line);
  polling.nudge();
  await settle();
  polling.nudge();
  polling.nudge();
  await settle();
  assert.equal(polls().length, 2);
});

test("a batch with retry_ms slows the next question down", async () => {
  const { clock, server, polling, line, polls } = await setUp();
  server.fault = () => ({ body: { ...golden("empty"), retry_ms: 9000 } });
  polling.open(line);
  await clock.advance(8999);
  assert.equal(polls().length, 1);
  await clock.advance(1);
  assert.equal(polls().length, 2);
});

test("a change of the interval counts from the next pause", async () => {
  const { clock, polling, line, choice, polls } = await setUp();
  polling.open(line);
  await settle();
  choice.everyMs = 10_000;
  await clock.advance(2000);
  await clock.advance(9999);
  assert.equal(polls().length, 2);
  assert.equal(polling.silenceMs, 25_000);
});

test("a refusal ends it with code and wait, and it asks nothing more", async () => {
  const { clock, server, polling, line, polls } = await setUp();
  server.fault = () => ({ status: 503, body: golden("error_rate_limited") });
  polling.open(line);
  await clock.advance(60_000);
  assert.deepEqual(
    line.ends.map(({ code, retryMs }) => [code, retryMs]),
    [["rate_limited", 3000]],
  );
  assert.equal(polls().length, 1);
});

test("closed, it says nothing more, even about an answer under way", async () => {
  const { clock, polling, line } = await setUp();
  polling.open(line);
  polling.close();
  await clock.advance(60_000);
  assert.deepEqual([line.batches.length, line.ends.length, clock.timers], [0, 0, 0]);
});

test("closed from within a batch it leaves no timer", async () => {
  const { clock, polling, line } = await setUp();
  line.onEach = () => polling.close();
  polling.open(line);
  await settle();
  assert.deepEqual([line.batches.length, clock.timers], [1, 0]);
});

test("an answer that came in spite of the closing is not handed on", async () => {
  const { clock, server, line } = await setUp();
  const env = fakeEnv(clock, { fetch: (url, { signal: _, ...options } = {}) => server.fetch(url, options) });
  const polling = new Polling({ env, api: new Api(env, "lobby"), everyMs: () => 2000 });
  polling.open(line);
  polling.close();
  await clock.advance(60_000);
  assert.deepEqual([server.requests.length, line.batches.length, clock.timers], [1, 0, 0]);
});

test("being asked to take another transport comes with an answer, after what it brings", async () => {
  const { clock, server, polling, line } = await setUp();
  const asked = golden("empty_switch").switch;
  const body = { ...golden("batch"), switch: asked };
  server.fault = ({ path }) => (path === "/poll" ? { body } : undefined);
  line.onEach = () => assert.deepEqual(line.asked, []);
  polling.open(line);
  await settle();
  assert.deepEqual([line.batches.length, line.asked], [1, [asked]]);
  server.fault = null;
  line.onEach = () => {};
  await clock.advance(2000);
  assert.deepEqual([line.batches.length, line.asked], [2, [asked]]);
});
