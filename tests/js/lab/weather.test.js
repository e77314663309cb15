// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Weather } from "../../../static/chat/js/lab/weather.js";
import { fakeEnv, World } from "../support/page.js";

/** @import { Via } from "../../../static/chat/js/types.d.ts" */

/** A page behind the weather. @param {Via} via */
async function out(via) {
  const world = new World();
  const { fetch, WebSocket } = world.server;
  const weather = new Weather(fakeEnv(world.clock, { fetch, WebSocket: /** @type {any} */ (WebSocket) }));
  const page = await world.page(via, { parts: { fetch: weather.env.fetch, WebSocket: weather.env.WebSocket } }).start();
  return { page, weather, clock: world.clock, server: world.server };
}

for (const via of /** @type {Via[]} */ (["poll", "longpoll", "websocket"])) {
  test(`${via}: what is written while the network is down comes when it is back, once`, async () => {
    const { page, weather, clock, server } = await out(via);
    await clock.advance(3000);
    weather.goDown();
    server.post("while it was down");
    await clock.advance(10_000);
    assert.deepEqual(page.texts, []);
    assert.notEqual(page.phase, "live");
    weather.comeBack();
    await clock.advance(30_000);
    assert.deepEqual([page.texts, page.phase], [["while it was down"], "live"]);
    assert.equal(page.batches.length, 1);
  });

  test(`${via}: a delay makes everything later and loses nothing`, async () => {
    const { page, weather, clock, server } = await out(via);
    await clock.advance(3000);
    weather.delayMs = 400;
    for (const body of ["a", "b", "c"]) server.post(body);
    await clock.advance(150);
    assert.deepEqual(page.texts, []);
    await clock.advance(5000);
    assert.deepEqual(page.texts, ["a", "b", "c"]);
  });
}

test("what is under way is lost as soon as the network goes", async () => {
  const { page, weather, clock, server } = await out("longpoll");
  await clock.advance(3000);
  assert.equal(server.held, 1);
  weather.goDown();
  await clock.advance(0);
  assert.deepEqual([server.held, page.phase], [0, "waiting"]);
});

test("where there is no network, a question fails at once, whatever the delay", async () => {
  const { weather } = await out("poll");
  weather.delayMs = 1000;
  weather.goDown();
  await assert.rejects(weather.env.fetch("/api/me"), TypeError); // no time passes here
});

test("holds are cut, and polls are not", async () => {
  const { page, weather, clock } = await out("longpoll");
  weather.cutHoldsMs = 3000;
  await clock.advance(1000);
  const before = page.statuses.length;
  await clock.advance(60_000);
  assert.ok(page.statuses.slice(before).some(({ phase }) => phase === "waiting"));
  const poll = await out("poll");
  poll.weather.cutHoldsMs = 1;
  await poll.clock.advance(60_000);
  assert.ok(poll.page.statuses.every(({ phase }) => phase !== "waiting"));
});
