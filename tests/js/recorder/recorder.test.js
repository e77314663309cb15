// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Recorder } from "../../../static/chat/js/recorder/recorder.js";
import { BLANK } from "../../../static/chat/js/recorder/trace.js";
import { World } from "../support/page.js";

/** @import { Via } from "../../../static/chat/js/types.d.ts" */

/** A page whose client is recorded. @param {Via} via */
async function recorded(via) {
  const world = new World();
  /** @type {any} */
  const parts = { fetch: world.server.fetch, WebSocket: world.server.WebSocket, now: world.clock.now };
  const recorder = new Recorder(parts);
  const { fetch, WebSocket } = recorder.env;
  const page = await world.page(via, { parts: { fetch, WebSocket } }).start();
  return { ...world, page, recorder, clock: world.clock, server: world.server };
}

for (const via of /** @type {Via[]} */ (["poll", "longpoll", "websocket"]))
  test(`${via}: a recorded client works as any other`, async () => {
    const { clock, server, page } = await recorded(via);
    server.post("of another");
    page.client.send("my own");
    await clock.advance(3000);
    assert.deepEqual(page.texts.toSorted(), ["my own", "of another"]);
    assert.deepEqual(page.client.pending, []);
  });

test("poll: questions are told from other requests, and empty answers from others", async () => {
  const { clock, server, recorder } = await recorded("poll");
  server.post("one");
  await clock.advance(4000);
  const { requests, empty, pushed, failed } = recorder.totals.counts;
  assert.deepEqual([requests, empty, pushed, failed], [3, 2, 0, 0]);
  const found = recorder.traces.find(({ messages }) => messages === 1);
  assert.match(found?.what ?? "", /^GET .*\/poll\?/);
  assert.match(found?.text ?? "", /"body":"one"/);
});

test("longpoll: an answer that waited for a message was pushed", async () => {
  const { clock, server, recorder } = await recorded("longpoll");
  await clock.advance(5000);
  server.post("one");
  await clock.advance(0);
  assert.equal(recorder.totals.counts.pushed, 1);
  assert.equal(recorder.traces.find(({ messages }) => messages === 1)?.tookMs, 5000);
});

test("websocket: the handshake and each frame, in and out", async () => {
  const { clock, server, recorder } = await recorded("websocket");
  server.post("one");
  await clock.advance(6000);
  const told = recorder.traces.map(({ kind, direction, what }) => (kind === "frame" ? `${direction} ${what}` : kind));
  assert.deepEqual(told, ["handshake", "in hello", "in batch", "out seen"]);
  assert.deepEqual([recorder.totals.counts.requests, recorder.totals.counts.pushed], [1, 1]);
});

test("a request without an answer is noted, and still fails", async () => {
  const { server, page, recorder, clock } = await recorded("poll");
  server.isDown = true;
  await clock.advance(2000);
  assert.equal(page.phase, "waiting");
  assert.deepEqual([recorder.traces.at(-1)?.status, recorder.totals.counts.failed > 0], [0, true]);
});

test("a socket that does not open is noted", async () => {
  const { server, recorder } = await (async () => {
    const world = new World();
    world.server.isDown = true;
    const recorder = new Recorder(/** @type {any} */ ({ WebSocket: world.server.WebSocket, now: world.clock.now }));
    new recorder.env.WebSocket("ws://chat.test/ws/rooms/lobby/");
    await world.clock.advance(10);
    return { server: world.server, recorder };
  })();
  assert.equal(server.sockets.length, 0);
  assert.deepEqual(
    recorder.traces.map(({ kind, status }) => [kind, status]),
    [["handshake", 0]],
  );
});

test("it keeps the newest traces and the sums of all", async () => {
  const { clock, recorder } = await recorded("poll");
  await clock.advance(600 * 2000);
  assert.equal(recorder.traces.length, 500);
  assert.ok(recorder.totals.counts.requests > 550);
});

test("heads that are secret are never kept", async () => {
  const world = new World();
  const recorder = new Recorder(/** @type {any} */ (world.page("poll").env));
  const headers = {
    Accept: "application/json",
    "X-CSRFToken": "secret",
    Authorization: "secret",
    "Chat-Ticket": "secret",
  };
  await recorder.env.fetch("/api/rooms/lobby/poll?after=k3f9:0", { headers });
  assert.deepEqual(recorder.traces[0]?.sent, [["accept", "application/json"]]);
});

test("what it keeps is bounded by its size, too", () => {
  const recorder = new Recorder(/** @type {any} */ ({}));
  for (let count = 0; count < 20; count += 1) recorder.note({ ...BLANK, text: "x".repeat(500_000) });
  assert.equal(recorder.traces.length, 8);
  recorder.note({ ...BLANK, text: "x".repeat(9_000_000) });
  assert.equal(recorder.traces.length, 1);
  recorder.clear();
  recorder.note({ ...BLANK, text: "x".repeat(3_000_000) });
  recorder.note({ ...BLANK, text: "y" });
  assert.equal(recorder.traces.length, 2);
});
