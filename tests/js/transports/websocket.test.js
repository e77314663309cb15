// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { WebSocketTransport } from "../../../static/chat/js/transports/websocket.js";
import { settle } from "../support/clock.js";
import { golden } from "../support/golden.js";
import { NotingLine } from "../support/line.js";
import { fakeEnv, World } from "../support/page.js";

/** @import { Env } from "../../../static/chat/js/types.d.ts" */
/** @import { FakeSocket } from "../support/server.js" */

/** @param {Partial<Env>} [parts] */
async function setUp(parts = {}) {
  const { clock, server } = new World();
  for (const body of ["a", "b", "c"]) server.post(body);
  const env = fakeEnv(clock, { WebSocket: /** @type {any} */ (server.WebSocket), ...parts });
  const transport = new WebSocketTransport({ env, slug: "lob by", timings: golden("hello").timings });
  const line = new NotingLine(server.cursor);
  transport.open(line);
  await settle();
  const socket = /** @type {FakeSocket} */ (server.sockets[0]);
  const seen = () => socket.received.filter(({ type }) => type === "seen");
  const closed = (/** @type {number} */ code) => (socket.drop(code), settle());
  return { clock, server, transport, line, socket, seen, closed };
}

test("it opens the room's address with the cursor", async () => {
  const { socket } = await setUp();
  assert.equal(socket.url, "ws://chat.test/ws/rooms/lob%20by/?after=k3f9%3A3");
});

test("a page on https has a wss line", async () => {
  const { socket } = await setUp({ location: { protocol: "https:", host: "chat.test:8443" } });
  assert.match(socket.url, /^wss:\/\/chat\.test:8443\//);
});

test("hello and batches are handed on, each with the cursor that it continues", async () => {
  const { server, line } = await setUp();
  server.post("d");
  server.post("e");
  assert.equal(line.hellos, 1);
  assert.deepEqual(line.bodies, ["d", "e"]);
  assert.deepEqual(line.afters, ["k3f9:3", "k3f9:4"]);
});

test("a send is a send frame, answered by sent", async () => {
  const { transport, socket, server } = await setUp();
  const message = await transport.send(golden("send"));
  assert.deepEqual(socket.received, [golden("send")]);
  assert.deepEqual(message, server.messages.get(4));
});

test("edits and deletions are frames, answered by the message's place", async () => {
  const { transport, socket } = await setUp();
  assert.equal((await transport.send({ type: "edit", seq: 2, body: "b2" })).body, "b2");
  assert.equal((await transport.send({ type: "delete", seq: 1 })).deleted, true);
  assert.deepEqual(
    socket.received.map(({ type }) => type),
    ["edit", "delete"],
  );
});

test("each answer finds its request, whatever the order", async () => {
  const { transport, socket, server } = await setUp();
  server.socketFault = () => true;
  const [send, edit] = [transport.send(golden("send")), transport.send({ type: "edit", seq: 2, body: "b2" })];
  const refused = assert.rejects(transport.send({ type: "delete", seq: 3 }), { code: "forbidden" });
  socket.say({ type: "error", ref: 3, error: { code: "forbidden", message: "No." } });
  socket.say({ type: "sent", key: "x", message: { ...golden("message"), seq: 2, body: "b2" } });
  socket.say(golden("sent"));
  assert.deepEqual([(await edit).body, (await send).body], ["b2", "hi"]);
  await refused;
});

test("a refusal by key has code, words and wait", async () => {
  const { transport, socket, server } = await setUp();
  server.socketFault = ({ key }) => (socket.say({ type: "error", key, ...golden("error_rate_limited") }), true);
  await assert.rejects(transport.send(golden("send")), { code: "rate_limited", retryMs: 3000 });
});

test("a frame that the server could not read is refused without a name: it was the oldest", async () => {
  const { transport, socket, server } = await setUp();
  server.socketFault = () => (socket.say({ type: "error", error: { code: "invalid", message: "Not JSON." } }), true);
  await assert.rejects(transport.send(golden("send")), { code: "invalid" });
});

test("a refusal of the whole connection is no answer to a send", async () => {
  const { transport, socket, server, line, closed } = await setUp();
  server.socketFault = () => true;
  const failed = assert.rejects(transport.send(golden("send")), { code: "network" });
  socket.say({ type: "error", error: { code: "forbidden", message: "You are banned until 14:05." } });
  await closed(4403);
  await failed;
  assert.deepEqual(
    line.ends.map(({ code, message }) => [code, message]),
    [["forbidden", "You are banned until 14:05."]],
  );
});

test("each close code ends it with its meaning", async () => {
  for (const [code, meaning] of /** @type {const} */ ([
    [4401, "not_authenticated"],
    [4408, "slow_consumer"],
    [4410, "transport_not_allowed"],
    [4412, "restarting"],
    [1006, "network"],
  ])) {
    const { line, closed } = await setUp();
    await closed(code);
    assert.deepEqual(
      line.ends.map((error) => error.code),
      [meaning],
    );
  }
});

test("a drain ends it, to come back after retry_ms", async () => {
  const { line, socket, server } = await setUp();
  socket.say(golden("drain"));
  await settle();
  assert.deepEqual(
    line.ends.map(({ code, retryMs }) => [code, retryMs]),
    [["restarting", 1500]],
  );
  assert.equal(server.sockets.length, 0);
});

test("a ping is answered with seen", async () => {
  const { line, socket, seen } = await setUp();
  socket.say(golden("ping"));
  assert.deepEqual(seen(), [{ type: "seen", cursor: "k3f9:3" }]);
  assert.equal(line.idles, 1);
});

test("twenty batches never go without seen", async () => {
  const { server, seen } = await setUp();
  for (let n = 0; n < 40; n += 1) server.post(`m${n}`);
  assert.deepEqual(
    seen().map(({ cursor }) => cursor),
    ["k3f9:13", "k3f9:23", "k3f9:33", "k3f9:43"],
  );
});

test("while data comes seen follows within five seconds, and not without data", async () => {
  const { clock, server, seen } = await setUp();
  server.post("d");
  await clock.advance(4999);
  assert.equal(seen().length, 0);
  await clock.advance(1);
  assert.deepEqual(seen(), [{ type: "seen", cursor: "k3f9:4" }]);
  await clock.advance(60_000);
  assert.equal(seen().length, 1);
});

test("while it catches up each batch is acknowledged at once, so that the next one need not wait", async () => {
  const { socket, seen } = await setUp();
  socket.say(golden("batch_more"));
  assert.deepEqual(seen(), [{ type: "seen", cursor: "k3f9:128" }]);
});

test("seen never claims what another line has brought", async () => {
  const { line, socket, seen } = await setUp();
  line.cursor = "k3f9:99";
  socket.say(golden("ping"));
  assert.equal(seen()[0]?.cursor, "k3f9:3");
});

test("a send without an answer fails as passing after fifteen seconds", async () => {
  const { clock, transport, server } = await setUp();
  server.socketFault = () => true;
  const failed = assert.rejects(transport.send(golden("send")), { code: "timeout", isFinal: false });
  await clock.advance(15_000);
  await failed;
});

test("before it is open a send fails as passing", async () => {
  const { clock, server } = new World();
  const transport = new WebSocketTransport({
    env: fakeEnv(clock, { WebSocket: /** @type {any} */ (server.WebSocket) }),
    slug: "lobby",
    timings: golden("hello").timings,
  });
  transport.open(new NotingLine("k3f9:0"));
  await assert.rejects(transport.send(golden("send")), { code: "network" });
});

test("a frame that is broken ends it as passing", async () => {
  const { line, socket } = await setUp();
  socket.onmessage?.({ data: "{" });
  assert.deepEqual(
    line.ends.map(({ code }) => code),
    ["unavailable"],
  );
});

test("two heartbeats may be missed", async () => {
  const { transport } = await setUp();
  assert.equal(transport.silenceMs, 55_000);
});

test("closed, it says nothing more, leaves no timer and fails what was asked as passing", async () => {
  const { clock, server, transport, line, socket } = await setUp();
  server.post("d");
  server.socketFault = () => true;
  const failed = assert.rejects(transport.send(golden("send")), { code: "network" });
  transport.close();
  await failed;
  await settle();
  assert.deepEqual([line.ends.length, clock.timers, socket.readyState], [0, 0, 3]);
});

test("being asked to take another transport is handed on, and ends nothing", async () => {
  const { line, socket } = await setUp();
  socket.say(golden("switch"));
  assert.deepEqual(line.asked, [golden("switch")]);
  assert.deepEqual([line.ends, socket.readyState], [[], 1]);
});

test("an echo is asked for with a number, and handed on", async () => {
  const { transport, line, socket } = await setUp();
  transport.echo();
  transport.echo();
  await settle();
  assert.deepEqual(socket.received, [
    { type: "echo", ref: 1 },
    { type: "echo", ref: 2 },
  ]);
  assert.deepEqual([line.echoes, line.idles], [2, 0]);
});

test("it knows whether there was a connection", async () => {
  const { transport } = await setUp();
  assert.equal(transport.wasOpen, true);
  const { clock, server } = new World();
  server.isDown = true;
  const env = fakeEnv(clock, { WebSocket: /** @type {any} */ (server.WebSocket) });
  const refused = new WebSocketTransport({ env, slug: "lobby", timings: golden("hello").timings });
  refused.open(new NotingLine("k3f9:0"));
  await settle();
  assert.equal(refused.wasOpen, false);
});
