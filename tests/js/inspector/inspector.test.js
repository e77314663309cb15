// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Pilot } from "../../../static/chat/js/automatic/pilot.js";
import { Inspector } from "../../../static/chat/js/inspector/inspector.js";
import { settle } from "../support/clock.js";
import { World } from "../support/page.js";
import { FakeServer } from "../support/server.js";

/** @import { Via } from "../../../static/chat/js/types.d.ts" */
/** @import { Trace } from "../../../static/chat/js/recorder/trace.js" */

const VIAS = /** @type {Via[]} */ (["poll", "longpoll", "websocket"]);
const AHEAD_MS = 5000; // of the server's clock

/** A running page, and an inspector that may look at it. @param {Via} via @param {{ isAutomatic?: boolean }} [options] */
async function running(via, options) {
  const world = new World();
  world.server = new FakeServer(() => world.clock.now() + AHEAD_MS);
  world.server.fault = ({ path }) => (path === "/api/connection-test/plain" ? { body: { at: now(world) } } : undefined);
  const page = await world.page(via, options).start();
  await world.clock.advance(1000);
  const plain = { fetch: page.env.fetch, WebSocket: page.env.WebSocket };
  const inspector = new Inspector(page.client.ways, (call) => call());
  return { ...world, page, plain, inspector };
}

/** @param {World} world */
const now = ({ clock }) => new Date(clock.now() + AHEAD_MS).toISOString();

/** @param {Awaited<ReturnType<typeof running>>} stage */
async function opened(stage) {
  stage.inspector.start();
  await settle();
  await stage.clock.advance(0);
}

/** @param {Trace[]} traces */
const names = (traces) =>
  traces.map(({ kind, what, direction }) =>
    kind === "frame" ? `${direction} ${what}` : `${kind} ${what.split("?")[0]}`,
  );

for (const via of VIAS) {
  test(`${via}: a page that runs is inspected, and loses and doubles nothing`, async () => {
    const stage = await running(via);
    const { page, server, clock, inspector } = stage;
    server.post("before");
    await clock.advance(3000);
    await opened(stage);
    server.post("while it is open");
    page.client.send("my own");
    await clock.advance(3000);
    inspector.stop();
    server.post("after");
    await clock.advance(3000);
    assert.deepEqual(page.texts.toSorted(), ["after", "before", "my own", "while it is open"]);
    assert.ok(inspector.recorder.traces.some(({ text }) => text.includes("while it is open")));
    assert.equal(page.phase, "live");
  });

  test(`${via}: before it starts and after it stops a page has what it had, and nothing is noted`, async () => {
    const stage = await running(via);
    const { page, plain, server, clock, inspector } = stage;
    server.post("unseen");
    await clock.advance(3000);
    assert.deepEqual(
      [page.env.fetch, page.env.WebSocket, inspector.recorder.traces],
      [plain.fetch, plain.WebSocket, []],
    );
    await opened(stage);
    assert.notEqual(page.env.fetch, plain.fetch);
    inspector.stop();
    const noted = inspector.recorder.traces.length;
    server.post("unseen, too");
    page.client.send("mine");
    await clock.advance(30_000);
    assert.deepEqual([page.env.fetch, page.env.WebSocket], [plain.fetch, plain.WebSocket]);
    assert.equal(inspector.recorder.traces.length, noted);
    for (const socket of server.sockets) assert.ok(!Object.hasOwn(socket, "send"));
  });

  test(`${via}: the sums of a transport are its own, with delivery by the server's clock`, async () => {
    const stage = await running(via);
    const { server, clock, inspector } = stage;
    await opened(stage);
    server.post("one");
    await clock.advance(2500);
    const { messages, p50, trip } = inspector.tallies[via].figures;
    assert.equal(messages, 1);
    assert.ok(p50 !== null && (via === "poll" ? p50 > 0 && p50 <= 2000 : p50 === 0), `${p50}`);
    if (via !== "websocket") assert.equal(trip, 0);
    const others = VIAS.filter((other) => other !== via).map((other) => inspector.tallies[other].figures.requests);
    assert.deepEqual(others, [0, 0]);
    assert.equal(inspector.clock.offsetMs, AHEAD_MS);
  });
}

test("the first lines of a socket are its handshake and its greeting", async () => {
  const stage = await running("websocket");
  await opened(stage);
  assert.deepEqual(names(stage.inspector.recorder.traces), [
    "handshake GET ws://chat.test/ws/rooms/lobby/",
    "in hello",
    "hand-over websocket → websocket",
  ]);
  assert.match(stage.inspector.recorder.traces.at(-1)?.text ?? "", /^At cursor k3f9:0\. The inspector was opened/);
});

test("a hold is under way until its answer", async () => {
  const stage = await running("longpoll");
  await opened(stage);
  await stage.clock.advance(2000);
  const waiting = () => [...stage.inspector.recorder.underWay].map(({ what }) => what);
  assert.match(waiting().join(), /longpoll.*wait=25/);
  assert.equal(waiting().length, 1);
  stage.inspector.stop();
  assert.deepEqual(waiting(), []);
});

test("a choice by hand is a hand-over, and each side of it has its sums", async () => {
  const stage = await running("websocket");
  await opened(stage);
  await stage.page.client.switchTo("poll");
  await stage.clock.advance(5000);
  const moves = stage.inspector.recorder.traces.filter(({ kind }) => kind === "hand-over");
  assert.equal(moves.at(-1)?.what, "websocket → poll");
  assert.match(moves.at(-1)?.text ?? "", /It was asked for/);
  const { websocket, poll } = stage.inspector.tallies;
  assert.equal(websocket.figures.requests, 1);
  assert.ok(poll.figures.requests >= 2);
  assert.equal(poll.figures.emptyPercent, 100);
});

test("a move of the page's own says why", async () => {
  const stage = await running("websocket", { isAutomatic: true });
  const { page, server, clock, inspector } = stage;
  server.setTimeout = clock.setTimeout;
  page.client.steer((ways) => new Pilot(ways, server.network));
  await opened(stage);
  server.blocked = "cut";
  for (const socket of [...server.sockets]) socket.drop(1006);
  await clock.advance(60_000);
  const moves = inspector.recorder.traces
    .filter(({ kind }) => kind === "hand-over")
    .map(({ what, text }) => `${what}: ${text}`);
  assert.match(moves.join("\n"), /websocket → longpoll: .*WebSocket closed 3 times/);
  inspector.stop();
  page.client.stop();
});

test("a fresh line that cannot be had is told, and the old one goes on", async () => {
  const stage = await running("websocket");
  const { page, server, clock, inspector } = stage;
  let late = 0;
  inspector.addEventListener("late", () => {
    late += 1;
  });
  server.blocked = "refused";
  await opened(stage);
  server.post("one");
  await clock.advance(1000);
  assert.deepEqual([late, page.texts, page.phase], [1, ["one"], "live"]);
  assert.deepEqual(names(inspector.recorder.traces), ["handshake GET ws://chat.test/ws/rooms/lobby/"]);
});

test("without the server's clock delivery is not measured", async () => {
  const stage = await running("websocket");
  stage.server.fault = null;
  await opened(stage);
  stage.server.post("one");
  await stage.clock.advance(10);
  assert.deepEqual(
    [stage.inspector.tallies.websocket.figures.messages, stage.inspector.tallies.websocket.figures.p50],
    [1, null],
  );
  assert.equal(stage.inspector.report().clock_ahead_ms, null);
});

test("neither cookies nor tokens are in what is copied", async () => {
  const stage = await running("poll");
  stage.page.env.csrf = () => "secret-token";
  await opened(stage);
  stage.page.client.send("my own");
  await stage.clock.advance(3000);
  const { inspector } = stage;
  const sent = inspector.recorder.traces.find(({ what }) => what.startsWith("POST"));
  assert.match(sent?.body ?? "", /my own/);
  for (const copy of [inspector.report(), inspector.archive()]) {
    const text = JSON.stringify(copy);
    assert.match(text, /my own/);
    assert.doesNotMatch(text, /secret-token|csrf/i);
  }
});

test("delivery is of messages of others", async () => {
  const stage = await running("websocket");
  await opened(stage);
  stage.page.client.send("my own");
  await stage.clock.advance(10);
  const { messages, p50 } = stage.inspector.tallies.websocket.figures;
  assert.deepEqual([stage.page.texts, messages, p50], [["my own"], 1, null]);
});

test("a hold that the page drops itself has not failed", async () => {
  const stage = await running("longpoll");
  await opened(stage);
  await stage.clock.advance(2000);
  await stage.page.client.switchTo("poll");
  await stage.clock.advance(0);
  const dropped = stage.inspector.recorder.traces.filter(({ isDropped }) => isDropped);
  assert.equal(dropped.length, 1);
  assert.equal(stage.inspector.tallies.longpoll.figures.failed, 0);
  stage.server.isDown = true;
  await stage.clock.advance(2500);
  assert.ok(stage.inspector.tallies.poll.figures.failed > 0);
});
