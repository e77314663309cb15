// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { NAME } from "../../../static/chat/js/automatic/memory.js";
import { Pilot } from "../../../static/chat/js/automatic/pilot.js";
import { settle } from "../support/clock.js";
import { golden } from "../support/golden.js";
import { World } from "../support/page.js";

/** @import { Via } from "../../../static/chat/js/types.d.ts" */

const S = 1000;
const HOME = golden("state").network;

/** A page that chooses for itself, on a network of which `blocked` says what it does to sockets. @param {{ via?: Via, blocked?: "" | "refused" | "cut" | "mute", known?: object, isAutomatic?: boolean, allowed?: Via[] }} [options] */
async function setUp({ via = "websocket", blocked = "", known, isAutomatic = true, allowed } = {}) {
  const world = new World();
  const { clock, server } = world;
  Object.assign(server, { blocked, setTimeout: clock.setTimeout });
  if (allowed) server.room.transports.allowed = allowed;
  const page = world.page(via, { isAutomatic });
  const storage = /** @type {Storage} */ (page.env.storage);
  if (known) storage.setItem(NAME, JSON.stringify({ [HOME]: known }));
  page.client.steer((ways) => new Pilot(ways, HOME));
  await page.start();
  const memory = () => JSON.parse(storage.getItem(NAME) ?? "{}")[HOME];
  /** Lets time pass, a second at a time, until something is so. @param {() => boolean} isSo @param {number} mostS */
  const until = async (isSo, mostS = 60) => {
    let s = 0;
    for (; !isSo(); s += 1) {
      assert.ok(s < mostS, `not within ${mostS} s`);
      await clock.advance(S);
    }
    return s;
  };
  const on = (/** @type {Via} */ wanted) => () => page.client.status.via === wanted && page.phase === "live";
  return { world, clock, server, page, client: page.client, memory, until, on };
}

/** @type {[("refused" | "cut" | "mute"), RegExp, number][]} */
const FAULTS = [
  ["refused", /^WebSocket could not be opened, while ordinary requests are answered; a proxy may be blocking it\.$/, 8],
  ["cut", /^WebSocket closed 3 times within a second of opening; a proxy may be blocking it\.$/, 8],
  ["mute", /^WebSocket stayed silent 2 times, while ordinary requests are answered;/, 12],
];

for (const [blocked, words, withinS] of FAULTS) {
  test(`a socket that is ${blocked} is left for long polling, with the reason`, async () => {
    const { server, page, client, memory, until, on } = await setUp({ blocked });
    server.post("meanwhile");
    await until(on("longpoll"), withinS);
    assert.match(client.status.move?.words ?? "", words);
    assert.deepEqual(page.texts, ["meanwhile"]);
    assert.equal(memory().via, "longpoll");
  });

  test(`messages come while a socket that is ${blocked} is judged`, async () => {
    const { server, page, until, client } = await setUp({ blocked });
    server.post("at once");
    await until(() => page.texts.length === 1, 6);
    assert.equal(client.status.via, "websocket");
  });

  test(`where a socket was ${blocked} the page climbs back after healing, when echoes have come for seconds`, async () => {
    const { server, page, client, until, on } = await setUp({ blocked });
    await until(on("longpoll"), 12);
    server.blocked = "";
    server.post("over long polling");
    const s = await until(on("websocket"), 40);
    assert.ok(s >= 5, "not before it has proved itself");
    server.post("over the socket");
    await settle();
    assert.deepEqual(page.texts, ["over long polling", "over the socket"]);
    assert.equal(page.batches.flatMap(({ messages }) => messages).length, 2);
    assert.equal(client.status.move?.words, "WebSocket works here again.");
  });
}

test("while the fault lasts, better ways are tried later each time, and nobody notices", async () => {
  const { clock, client, page, memory, until, on } = await setUp({ blocked: "cut" });
  await until(on("longpoll"), 12);
  const moves = page.statuses.length;
  await clock.advance(600 * S);
  assert.equal(client.status.via, "longpoll");
  assert.ok(page.statuses.slice(moves).every(({ via, phase }) => via === "longpoll" && phase === "live"));
  const { tries } = memory();
  assert.ok(tries >= 4 && tries <= 8, `${tries} tries in ten minutes`);
});

test("a socket that is cut again and again after its proof is tried less and less", async () => {
  const { clock, server, client, memory, until, on } = await setUp({ blocked: "cut" });
  await until(on("longpoll"), 12);
  server.blocked = "";
  await until(on("websocket"), 40);
  server.blocked = "cut";
  for (const socket of server.sockets) socket.drop(1006);
  await until(on("longpoll"), 20);
  assert.ok(memory().nextAt - clock.now() > 12 * S);
  assert.equal(client.status.via, "longpoll");
});

test("a server that restarts is no evidence, however long it takes", async () => {
  const { clock, server, client, page, until, on } = await setUp();
  for (const downS of [1, 8, 40]) {
    server.isDown = true;
    for (const socket of server.sockets) socket.drop(1006);
    await clock.advance(downS * S);
    assert.equal(client.status.via, "websocket");
    server.isDown = false;
    await until(on("websocket"), 40);
    await clock.advance(5 * S);
  }
  assert.equal(client.status.move, null);
  assert.ok(page.statuses.every(({ via }) => via === "websocket"));
});

for (const downS of [1, 2, 3, 4, 5, 6, 8, 10]) {
  test(`what failed in ${downS} s without the server is not held against what fails once when it is back`, async () => {
    const { clock, server, client, page, until, on } = await setUp();
    server.isDown = true;
    for (const socket of server.sockets) socket.drop(1006);
    await clock.advance(downS * S);
    Object.assign(server, { isDown: false, blocked: "refused" });
    const asked = server.requests.length;
    await until(() => server.requests.length > asked, 20);
    server.blocked = "";
    await until(on("websocket"), 40);
    assert.equal(client.status.move, null);
    assert.ok(page.statuses.every(({ via }) => via === "websocket"));
  });
}

test("a drain is no evidence", async () => {
  const { clock, server, client } = await setUp();
  for (let round = 0; round < 5; round += 1) {
    for (const socket of server.sockets) {
      socket.say({ type: "drain", retry_ms: 300 });
      socket.drop(4412);
    }
    await clock.advance(2 * S);
  }
  assert.deepEqual([client.status.via, client.status.move], ["websocket", null]);
});

test("a silent socket is asked for an echo, given up when none comes, and opened again", async () => {
  const { clock, server, client, page, until } = await setUp();
  await clock.advance(8 * S);
  const [socket] = server.sockets;
  assert.equal(socket?.received.filter(({ type }) => type === "echo").length, 1, "its first words prove one direction");
  if (socket) socket.isMute = true;
  server.post("swallowed");
  await until(() => client.status.isSilent, 14);
  await until(() => page.texts.includes("swallowed"), 10);
  assert.equal(client.status.isSilent, false);
  await clock.advance(10 * S);
  assert.deepEqual([server.sockets.includes(/** @type {any} */ (socket)), client.status.via], [false, "websocket"]);
});

test("a socket on which nothing gets up is given up too", async () => {
  const { clock, server, until } = await setUp();
  server.socketFault = ({ type }) => type === "echo";
  const [socket] = server.sockets;
  await clock.advance(2 * S);
  await until(() => !server.sockets.includes(/** @type {any} */ (socket)), 20);
});

test("a server that knows no echo is not asked", async () => {
  const world = new World();
  delete world.server.timings.echo_s;
  const page = world.page("websocket", { isAutomatic: true });
  page.client.steer((ways) => new Pilot(ways, HOME));
  await page.start();
  await world.clock.advance(30 * S);
  assert.deepEqual(
    world.server.sockets[0]?.received.filter(({ type }) => type === "echo"),
    [],
  );
});

test("nobody is asked while nobody looks", async () => {
  const { clock, server, page } = await setUp();
  await clock.advance(S);
  page.env.document.visibilityState = "hidden";
  await clock.advance(40 * S);
  assert.equal(server.sockets[0]?.received.filter(({ type }) => type === "echo").length, 1);
});

test("by hand is by hand: a fault moves nobody", async () => {
  const { clock, server, client } = await setUp({ blocked: "cut", isAutomatic: false });
  const { requests } = server;
  await clock.advance(30 * S);
  assert.deepEqual([client.status.via, client.status.move], ["websocket", null]);
  assert.deepEqual(requests, [], "and it asks in no other way");
});

test("a choice by hand that does not hold is told of, until it does", async () => {
  const { server, client, until } = await setUp({ blocked: "cut", isAutomatic: false });
  await until(() => client.status.advice !== null, 8);
  assert.match(client.status.advice ?? "", /^WebSocket closed \d times within a second of opening;/);
  server.blocked = "";
  await until(() => client.status.advice === null, 60);
});

test("left to the page again, it moves", async () => {
  const { clock, client, until, on } = await setUp({ blocked: "cut", isAutomatic: false });
  await clock.advance(3 * S);
  client.goAutomatic();
  await until(on("longpoll"), 12);
});

test("a choice by hand ends the page's own", async () => {
  const { clock, client } = await setUp();
  await client.switchTo("poll", 5000);
  await clock.advance(60 * S);
  assert.deepEqual([client.status.via, client.status.everyMs, client.status.isAutomatic], ["poll", 5000, false]);
});

test("a choice by hand while something better proves itself holds", async () => {
  const { clock, server, client, until, on } = await setUp({ blocked: "cut" });
  server.lateMs = 20 * S;
  await until(on("poll"), 20);
  Object.assign(server, { blocked: "", lateMs: 0 });
  await until(() => server.sockets.length === 1, 20);
  const chosen = client.switchTo("poll", 5000);
  await clock.advance(60 * S);
  await chosen;
  assert.deepEqual([client.status.via, client.status.isAutomatic, server.sockets.length], ["poll", false, 0]);
});

test("a choice by hand that does not work leaves the choice to the page", async () => {
  const { server, client } = await setUp();
  server.fault = ({ path }) => (path === "/longpoll" ? { status: 502 } : undefined);
  await assert.rejects(client.switchTo("longpoll"), { code: "unavailable" });
  assert.deepEqual([client.status.via, client.status.isAutomatic], ["websocket", true]);
});

test("what the room forbids is never tried", async () => {
  const { clock, server, client, until, on } = await setUp({ blocked: "cut" });
  server.changeRoom({ transports: { ...server.room.transports, allowed: ["websocket", "poll"], default: "poll" } });
  await until(on("poll"), 12);
  assert.match(client.status.move?.words ?? "", /closed 3 times/);
  server.changeRoom({ transports: { ...server.room.transports, allowed: ["poll"], default: "poll" } });
  server.blocked = "";
  await clock.advance(60 * S);
  assert.equal(client.status.via, "poll");
});

test("a room with one transport has nowhere to go", async () => {
  const { clock, client } = await setUp({ blocked: "cut", allowed: ["websocket"] });
  await clock.advance(20 * S);
  assert.equal(client.status.via, "websocket");
});

test("where holds are answered late long polling is passed over, and left", async () => {
  const { server, client, until, on } = await setUp({ blocked: "refused" });
  server.lateMs = 20 * S;
  await until(on("poll"), 20);
  assert.match(client.status.move?.words ?? "", /WebSocket could not be opened.* Long polling does not work either\.$/);
});

test("a hold that is cut at a steady time is learned and shortened, and kept for this network", async () => {
  const { clock, server, client, memory, until } = await setUp({
    via: "longpoll",
    known: { nextAt: Date.parse("2027-01-01") },
  });
  server.cutMs = 12 * S;
  await until(() => memory()?.holdS !== undefined, 90);
  assert.equal(memory().holdS, 9);
  await clock.advance(30 * S);
  const waits = server.requests.filter(({ path }) => path === "/longpoll").map(({ query }) => query.get("wait"));
  assert.deepEqual(waits.slice(-2), ["9", "9"]);
  assert.match(client.status.move?.words ?? "", /^Requests that wait are cut here; they wait 9 s at most now\.$/);
});

test("answers of long polling that come late send the page on to polling", async () => {
  const { server, client, until, on } = await setUp({ via: "longpoll", known: { nextAt: Date.parse("2027-01-01") } });
  server.lateMs = 8 * S;
  await until(on("poll"), 120);
  assert.match(
    client.status.move?.words ?? "",
    /^Long polling was answered late 2 times; a proxy may be keeping answers back\.$/,
  );
});

test("answers of long polling that are kept back although there is news are found out by asking plainly", async () => {
  const { clock, server, page, client, until, on } = await setUp({
    via: "longpoll",
    known: { nextAt: Date.parse("2027-01-01") },
  });
  await clock.advance(S);
  server.keptMs = 20 * S;
  await until(() => (server.post(`at ${clock.now()}`), on("poll")()), 40);
  assert.match(client.status.move?.words ?? "", /^Long polling was answered late 2 times;/);
  await clock.advance(3 * S);
  assert.equal(page.texts.length, server.messages.size);
});

test("a quiet room is asked plainly less and less", async () => {
  const { clock, server, client } = await setUp({ via: "longpoll", known: { nextAt: Date.parse("2027-01-01") } });
  await clock.advance(20 * 60 * S);
  const held = server.requests.filter(({ path }) => path === "/longpoll").length;
  const plain = server.requests.filter(({ path }) => path === "/poll").length;
  assert.ok(held > 40 && plain <= 6, `${plain} beside ${held}`);
  assert.deepEqual([client.status.via, client.status.isSilent], ["longpoll", false]);
});

test("what staff ask in a plain answer is heard too", async () => {
  const { server, client, until } = await setUp({ blocked: "refused" });
  /** @type {any[]} */
  const asked = [];
  client.addEventListener("switch", (event) => asked.push(/** @type {CustomEvent} */ (event).detail));
  server.fault = ({ path }) => {
    if (path !== "/poll" || asked.length) return undefined;
    return { body: { ...golden("empty"), cursor: server.cursor, switch: { to: "poll", reason: "" } } };
  };
  await until(() => asked.length > 0, 8);
  assert.deepEqual(asked[0], { to: "poll", reason: "" });
});

test("another network has its own memory", async () => {
  const { clock, server, page, client, until, on } = await setUp({ blocked: "cut" });
  await until(on("longpoll"), 12);
  server.blocked = "";
  server.network = "elsewhere";
  page.env.window.dispatchEvent(new Event("online"));
  await until(on("websocket"), 9);
  await clock.advance(S);
  assert.equal(client.status.isAutomatic, true);
});
