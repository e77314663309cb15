// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { World } from "./support/page.js";

/** @import { Via } from "../../static/chat/js/types.d.ts" */

/** @type {Via[]} */
const ALL = ["websocket", "longpoll", "poll"];
const POLL_MS = 2000;

/** A world with one page on it. @param {Via} via @param {Parameters<World["page"]>[1]} [options] */
async function setUp(via, options) {
  const world = new World();
  const page = await world.page(via, options).start();
  return { ...world, world, page, client: page.client };
}

/** The same before this person has joined the room. @param {Via} via */
async function setUpAsStranger(via) {
  const world = new World();
  world.server.you = { ...world.server.you, role: null };
  const page = await world.page(via).start();
  return { ...world, client: page.client };
}

/** @param {{ messages: Map<number, { body: string }> }} server */
const stored = ({ messages }) => [...messages.values()].map(({ body }) => body);

for (const via of ALL) {
  test(`${via}: what others write arrives once and in order`, async () => {
    const { clock, server, page } = await setUp(via);
    for (let n = 0; n < 30; n += 1) {
      server.post(`m${n}`);
      if (n % 7 === 0) await clock.advance(POLL_MS);
    }
    await clock.advance(POLL_MS);
    assert.deepEqual(page.texts, stored(server));
    assert.equal(page.batches.flatMap(({ messages }) => messages).length, 30);
  });

  test(`${via}: a message of one's own is stored once, shown once and leaves the outbox`, async () => {
    const { server, page, client } = await setUp(via);
    const key = client.send("hi", { replyTo: 3 });
    assert.deepEqual(
      client.pending.map(({ body, replyTo, phase }) => [body, replyTo, phase]),
      [["hi", 3, "waiting"]],
    );
    await settle();
    const [message] = [...server.messages.values()];
    assert.deepEqual([message?.key, message?.reply_to], [key, 3]);
    assert.deepEqual([page.texts, client.pending], [["hi"], []]);
    assert.equal(page.batches.flatMap(({ messages }) => messages).length, 1);
  });

  test(`${via}: who joins by posting learns of the new role, and asks for it once`, async () => {
    const { clock, server, client } = await setUpAsStranger(via);
    server.post("of somebody else");
    await clock.advance(POLL_MS);
    assert.equal(client.you.role, null);
    server.you = { ...server.you, role: "member" };
    client.send("hi");
    await clock.advance(POLL_MS);
    client.send("again");
    await clock.advance(POLL_MS);
    assert.equal(client.you.role, "member");
    assert.equal(server.requests.filter(({ method, path }) => method === "GET" && path === "").length, 1);
  });

  test(`${via}: the row is there before the entry is gone`, async () => {
    const { page, client } = await setUp(via);
    page.events.length = 0;
    client.send("hi");
    await settle();
    assert.ok(page.events.indexOf("batch") < page.events.lastIndexOf("outbox"));
  });

  test(`${via}: edits and deletions come back as messages and are shown at once`, async () => {
    const { server, page, client } = await setUp(via);
    server.post("a");
    server.post("b");
    assert.equal((await client.edit(1, "a2")).body, "a2");
    assert.equal((await client.remove(2)).deleted, true);
    await settle();
    assert.deepEqual(page.texts, ["a2", ""]);
  });

  test(`${via}: a refused edit rejects with code and words`, async () => {
    const { server, client } = await setUp(via);
    server.post("a");
    server.fault = ({ method }) => (method === "PATCH" ? { status: 403, body: golden("error_frame") } : undefined);
    server.socketFault = (_, socket) => (socket.say({ ...golden("error_frame"), key: undefined, ref: 1 }), true);
    await assert.rejects(client.edit(1, "a2"), {
      code: "forbidden",
      message: "You are muted in this room.",
      retry_after: null,
    });
  });

  test(`${via}: after an outage everything that was missed is there`, async () => {
    const { clock, server, page } = await setUp(via);
    server.isDown = true;
    for (const socket of server.sockets) socket.drop(1006);
    server.wake();
    server.post("missed");
    await clock.advance(POLL_MS + 100);
    assert.equal(page.phase, "waiting");
    assert.ok(page.client.status.retryAt);
    server.isDown = false;
    server.post("later");
    await clock.advance(40_000);
    assert.deepEqual([page.phase, page.texts], ["live", ["missed", "later"]]);
  });

  test(`${via}: a lost reply after the commit is healed by the same key`, async () => {
    const { clock, server, page, client } = await setUp(via);
    let lost = 0;
    server.fault = ({ method }) => (method === "POST" && lost++ === 0 ? "lose answer" : undefined);
    server.socketFault = (frame, socket) => {
      if (frame.type !== "send" || lost++ > 0) return false;
      server.post(frame.body, { key: frame.key, author: { id: 3, name: "alice" } });
      socket.drop(1006);
      return true;
    };
    client.send("once");
    await clock.advance(10_000);
    assert.deepEqual([stored(server), page.texts, client.pending], [["once"], ["once"], []]);
  });

  test(`${via}: a reset replaces what the page shows`, async () => {
    const { clock, server, page } = await setUp(via);
    for (const body of ["a", "b", "c"]) server.post(body);
    await clock.advance(POLL_MS);
    server.restore("z8q1", 1);
    await clock.advance(POLL_MS);
    server.post("d");
    await clock.advance(POLL_MS);
    assert.deepEqual(page.texts, ["a", "d"]);
    assert.equal(page.batches.filter(({ reset }) => reset).length, 1);
  });

  test(`${via}: a change of the room is told, and what one may do with it`, async () => {
    const { clock, server, page, client } = await setUp(via);
    server.changeRoom({ topic: "new" });
    server.changeAccess(golden("you_muted"));
    await clock.advance(POLL_MS);
    assert.deepEqual([client.room.topic, client.you.may_post], ["new", false]);
    assert.deepEqual(
      page.events.filter((type) => type === "room" || type === "you"),
      ["room", "you"],
    );
  });

  test(`${via}: when the room forbids it the page moves to the default and says so`, async () => {
    const { clock, server, page, client } = await setUp(via);
    const other = via === "longpoll" ? "poll" : "longpoll";
    server.changeRoom({ transports: { ...server.room.transports, allowed: [other], default: other } });
    await clock.advance(POLL_MS);
    assert.deepEqual(
      [client.status.via, client.status.phase, client.status.error?.code],
      [other, "live", "transport_not_allowed"],
    );
    server.post("on");
    await clock.advance(POLL_MS);
    assert.deepEqual(page.texts, ["on"]);
  });

  test(`${via}: hidden for good it holds nothing; back from the cache it is caught up at once`, async () => {
    const { clock, server, page } = await setUp(via);
    page.env.window.dispatchEvent(new Event("pagehide"));
    await settle();
    assert.deepEqual([server.held, server.sockets.length, clock.timers, page.phase], [0, 0, 0, "offline"]);
    server.post("meanwhile");
    page.env.window.dispatchEvent(new Event("pageshow"));
    await settle();
    assert.deepEqual([page.texts, page.phase], [["meanwhile"], "live"]);
  });

  test(`${via}: stopped, nothing is left behind`, async () => {
    const { clock, server, page, client } = await setUp(via);
    client.send("a");
    await settle();
    client.stop();
    await settle();
    page.env.window.dispatchEvent(new Event("pageshow"));
    await settle();
    assert.deepEqual([server.held, server.sockets.length, clock.timers], [0, 0, 0]);
  });

  test(`${via}: an outage of the network is told as offline`, async () => {
    const online = { is: true };
    const { clock, server, page } = await setUp(via, { parts: { online: () => online.is } });
    online.is = false;
    server.isDown = true;
    for (const socket of server.sockets) socket.drop(1006);
    server.wake();
    await clock.advance(POLL_MS + 10);
    assert.equal(page.phase, "offline");
    online.is = true;
    server.isDown = false;
    page.env.window.dispatchEvent(new Event("online"));
    await settle();
    assert.equal(page.phase, "live");
  });

  test(`${via}: a line that died without a word is found out when the browser loses its network`, async () => {
    const online = { is: true };
    const { clock, server, page } = await setUp(via, { parts: { online: () => online.is } });
    const count = page.statuses.length;
    online.is = false;
    server.isDown = true;
    page.env.window.dispatchEvent(new Event("offline"));
    await clock.advance(60_000);
    assert.deepEqual([...new Set(page.statuses.slice(count).map(({ phase }) => phase))], ["offline"]);
  });

  test(`${via}: a browser that is wrong about its network costs nothing`, async () => {
    const { server, page, client } = await setUp(via);
    page.env.window.dispatchEvent(new Event("offline"));
    await settle();
    server.post("still there");
    await client.switchTo(via);
    await settle();
    assert.deepEqual([page.phase, page.texts.at(-1)], ["live", "still there"]);
  });

  test(`${via}: refused for good it stays so until it is started again`, async () => {
    const { clock, server, page, client } = await setUp(via);
    const isRefused = { is: true };
    server.fault = ({ path }) =>
      isRefused.is && path.includes("poll") ? { status: 403, body: golden("error_frame") } : undefined;
    for (const socket of server.sockets) socket.drop(4403);
    server.wake();
    await clock.advance(120_000);
    assert.deepEqual([page.phase, client.status.error?.code, client.status.retryAt], ["refused", "forbidden", null]);
    isRefused.is = false;
    client.start();
    await settle();
    assert.equal(page.phase, "live");
  });

  test(`${via}: being up to date is claimed only with contact`, async () => {
    const { clock, server, client } = await setUp(via);
    const before = client.status.upToDateAt;
    assert.ok(before);
    server.isDown = true;
    for (const socket of server.sockets) socket.isSilent = true;
    await clock.advance(20_000);
    assert.equal(client.status.upToDateAt, before);
  });

  for (const to of ALL.filter((other) => other !== via)) {
    test(`${via} to ${to}: nothing is lost or doubled while messages arrive on both`, async () => {
      const { clock, server, page, client } = await setUp(via);
      server.post("before");
      await clock.advance(POLL_MS);
      const switched = client.switchTo(to);
      server.post("between");
      client.send("mine");
      await switched;
      server.post("after");
      await clock.advance(POLL_MS);
      assert.deepEqual(page.texts, stored(server));
      assert.equal(page.batches.flatMap(({ messages }) => messages).length, 4);
      assert.deepEqual(
        [client.status.via, server.sockets.length, server.held],
        [to, to === "websocket" ? 1 : 0, to === "longpoll" ? 1 : 0],
      );
    });

    test(`${via} to ${to}: a reply that the old transport loses is asked for by the new one with the same key`, async () => {
      const { clock, server, page, client } = await setUp(via);
      let sends = 0;
      const swallow = () => sends++ === 0;
      server.fault = ({ method }) => (method === "POST" && swallow() ? "lose answer" : undefined);
      server.socketFault = (frame) =>
        frame.type === "send" &&
        swallow() &&
        Boolean(server.post(frame.body, { key: frame.key, author: { id: 3, name: "alice" } }));
      client.send("once");
      await client.switchTo(to);
      await clock.advance(20_000);
      assert.deepEqual([stored(server), page.texts, client.pending], [["once"], ["once"], []]);
    });

    test(`${via} to ${to}: when the new one fails the old one is kept, and it is told`, async () => {
      const { clock, server, page, client } = await setUp(via);
      server.fault = ({ path }) => (path === `/${to}` ? { status: 503, body: null } : undefined);
      server.refuseSockets = to === "websocket" ? 1006 : 0;
      await assert.rejects(client.switchTo(to));
      assert.deepEqual([client.status.via, client.status.phase], [via, "live"]);
      assert.ok(client.status.error);
      server.post("still here");
      await clock.advance(POLL_MS);
      assert.deepEqual(page.texts, ["still here"]);
    });
  }
}

test("toggling at random while everybody talks ends with the same list everywhere", async () => {
  const world = new World();
  const pages = await Promise.all(ALL.map((via) => world.page(via).start()));
  let seed = 7;
  const draw = (/** @type {number} */ below) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let step = 0; step < 200; step += 1) {
    const { client } = /** @type {typeof pages[0]} */ (pages[draw(3)]);
    if (draw(4) === 0) client.switchTo(/** @type {Via} */ (ALL[draw(3)])).catch(() => {});
    if (draw(2) === 0) client.send(`m${step}`);
    if (draw(9) === 0) for (const socket of world.server.sockets) if (draw(2)) socket.drop(1006);
    if (draw(3) === 0) await world.clock.advance(draw(900));
    else await settle();
  }
  await world.clock.advance(120_000);
  for (const page of pages) {
    assert.deepEqual(page.texts, stored(world.server));
    assert.deepEqual(page.client.pending, []);
    const shown = page.batches.flatMap(({ messages }) => messages.map((/** @type {any} */ { version }) => version));
    assert.equal(new Set(shown).size, shown.length);
  }
});

test("while it is offline the outbox fills, survives a reload and goes out once, in order", async () => {
  const { world, clock, server, client } = await setUp("websocket");
  server.isDown = true;
  for (const socket of server.sockets) socket.drop(1006);
  await settle();
  for (const body of ["a", "b", "c"]) client.send(body);
  await clock.advance(3000);
  assert.equal(client.status.waitingToSend, 3);
  const state = server.state();
  client.stop();
  await clock.advance(1000);
  const again = world.page("longpoll", { state });
  assert.deepEqual(
    again.client.pending.map(({ body, phase }) => [body, phase]),
    [
      ["a", "waiting"],
      ["b", "waiting"],
      ["c", "waiting"],
    ],
  );
  await again.start();
  await clock.advance(5000);
  server.isDown = false;
  await clock.advance(40_000);
  assert.deepEqual([stored(server), again.texts, again.client.pending], [["a", "b", "c"], ["a", "b", "c"], []]);
});

test("an entry that the first state already shows is not sent again", async () => {
  const { world, clock, server, client } = await setUp("poll");
  server.fault = ({ method }) => (method === "POST" ? "lose answer" : undefined);
  client.send("once");
  await settle();
  client.stop();
  const again = world.page("poll");
  assert.deepEqual(again.client.pending, []);
  await again.start();
  await clock.advance(10_000);
  assert.deepEqual(stored(server), ["once"]);
});

for (const withLocks of [true, false]) {
  test(`two tabs ${withLocks ? "with" : "without"} locks send each entry once and lose none`, async () => {
    const world = new World();
    const parts = withLocks ? {} : { locks: null };
    const [one, two] = [await world.page("websocket", { parts }).start(), await world.page("poll", { parts }).start()];
    let posts = 0;
    world.server.fault = ({ method }) => {
      if (method === "POST") posts += 1;
      return undefined;
    };
    world.server.socketFault = ({ type }) => {
      if (type === "send") posts += 1;
      return false;
    };
    for (let n = 0; n < 5; n += 1) {
      one.client.send(`one${n}`);
      two.client.send(`two${n}`);
    }
    await world.clock.advance(30_000);
    assert.equal(posts, 10);
    for (const page of [one, two]) {
      assert.deepEqual([page.texts, page.client.pending], [stored(world.server), []]);
      assert.deepEqual(
        page.texts.filter((text) => text.startsWith("one")),
        ["one0", "one1", "one2", "one3", "one4"],
      );
    }
  });
}

test("what a closed tab has left is sent by the other one", async () => {
  const world = new World();
  const [one, two] = [await world.page("websocket").start(), await world.page("longpoll").start()];
  world.server.isDown = true;
  for (const socket of world.server.sockets) socket.drop(1006);
  await settle();
  one.client.send("left behind");
  await settle();
  one.client.stop();
  assert.deepEqual(
    two.client.pending.map(({ body }) => body),
    ["left behind"],
  );
  world.server.isDown = false;
  await world.clock.advance(30_000);
  assert.deepEqual([stored(world.server), two.texts, two.client.pending], [["left behind"], ["left behind"], []]);
});

test("a refused message is marked, and goes out when it is tried again", async () => {
  const { server, page, client } = await setUp("longpoll");
  server.fault = ({ method }) => (method === "POST" ? { status: 403, body: golden("error_frame") } : undefined);
  const key = client.send("a");
  await settle();
  assert.deepEqual(
    client.pending.map(({ phase, error }) => [phase, error?.message]),
    [["failed", "You are muted in this room."]],
  );
  assert.equal(client.status.waitingToSend, 0);
  server.fault = null;
  client.retry(key);
  await settle();
  assert.deepEqual([page.texts, client.pending], [["a"], []]);
});

test("a refused message can be discarded", async () => {
  const { server, client } = await setUp("longpoll");
  server.fault = ({ method }) => (method === "POST" ? { status: 413, body: golden("error") } : undefined);
  const key = client.send("a");
  await settle();
  client.discard(key);
  assert.deepEqual(client.pending, []);
});

test("a refusal to post asks again what one may do", async () => {
  const { server, client } = await setUp("longpoll");
  server.you = golden("you_muted");
  server.fault = ({ method }) => (method === "POST" ? { status: 403, body: golden("error_frame") } : undefined);
  client.send("a");
  await settle();
  assert.equal(client.you.why_not?.message, "You are muted in this room.");
});

test("a change of access tells what one may do, without another question", async () => {
  const { server, client } = await setUp("longpoll");
  server.changeAccess(golden("you_muted"));
  await settle();
  assert.equal(client.you.may_post, false);
});

test("4408 and 4412 come back with the cursor", async () => {
  for (const code of [4408, 4412]) {
    const { clock, server, page } = await setUp("websocket");
    server.post("a");
    server.sockets[0]?.drop(code);
    await settle();
    server.post("b");
    await clock.advance(500);
    assert.match(String(server.sockets[0]?.url), /after=k3f9%3A1$/);
    assert.deepEqual([page.texts, page.phase], [["a", "b"], "live"]);
  }
});

test("a drained socket comes back when the server says", async () => {
  const { clock, server, client } = await setUp("websocket");
  server.sockets[0]?.say(golden("drain"));
  assert.deepEqual([client.status.phase, Number(client.status.retryAt) - clock.now()], ["waiting", 1500]);
  await clock.advance(1500);
  assert.equal(client.status.phase, "live");
});

test("4410 learns the room's policy and moves to its default", async () => {
  const { clock, server, client } = await setUp("websocket");
  server.room = {
    ...server.room,
    version: 0,
    transports: { ...server.room.transports, allowed: ["poll"], default: "poll" },
  };
  server.number = 1;
  server.room.version = 1;
  server.sockets[0]?.drop(4410);
  await clock.advance(100);
  assert.deepEqual(
    [client.status.via, client.status.phase, client.status.error?.code],
    ["poll", "live", "transport_not_allowed"],
  );
});

test("when the default is what is refused the page stops", async () => {
  const { clock, server, client } = await setUp("websocket");
  server.refuseSockets = 4410;
  server.sockets[0]?.drop(4410);
  await clock.advance(60_000);
  assert.deepEqual([client.status.via, client.status.phase], ["websocket", "refused"]);
});

test("a transport that the room does not allow is not even tried", async () => {
  const { server, client } = await setUp("websocket");
  client.room.transports.allowed = ["websocket"];
  const asked = server.requests.length;
  await assert.rejects(client.switchTo("poll"), { code: "transport_not_allowed" });
  assert.equal(server.requests.length, asked);
});

test("a page that asks for what is not allowed starts with the default", async () => {
  const world = new World();
  world.server.room.transports = { ...world.server.room.transports, allowed: ["poll"], default: "poll" };
  const page = await world.page("websocket").start();
  assert.equal(page.client.status.via, "poll");
});

test("the interval is the choice, but not below the room's", async () => {
  const { client } = await setUp("poll", { everyMs: 500 });
  assert.equal(client.status.everyMs, POLL_MS);
  await client.switchTo("poll", 5000);
  assert.equal(client.status.everyMs, 5000);
  await client.switchTo("longpoll");
  assert.equal(client.status.everyMs, null);
  await client.switchTo("poll");
  assert.equal(client.status.everyMs, 5000);
});

test("a new interval holds from the change on", async () => {
  const { clock, server, client } = await setUp("poll");
  await client.switchTo("poll", 10_000);
  const before = server.requests.length;
  await clock.advance(9999);
  assert.equal(server.requests.length, before);
  await clock.advance(1);
  assert.equal(server.requests.length, before + 1);
});

test("a poll that is asked to slow down waits for it", async () => {
  const { clock, server, page } = await setUp("poll");
  server.fault = () => ({ status: 429, body: null, headers: { "Retry-After": "20" } });
  await clock.advance(POLL_MS);
  server.fault = null;
  const before = server.requests.length;
  await clock.advance(19_999);
  assert.equal(server.requests.length, before);
  await clock.advance(1);
  assert.equal(page.phase, "live");
});

test("after a change of network a socket that may be dead is replaced at once", async () => {
  const { server, page } = await setUp("websocket");
  const [dead] = server.sockets;
  if (dead) dead.isSilent = true;
  server.post("a");
  page.env.window.dispatchEvent(new Event("online"));
  await settle();
  assert.deepEqual([page.texts, page.phase, server.sockets.length], [["a"], "live", 1]);
  assert.notEqual(server.sockets[0], dead);
});

test("a socket that falls silent is replaced", async () => {
  const { clock, server, page } = await setUp("websocket");
  const [silent] = server.sockets;
  if (silent) silent.isSilent = true;
  server.post("a");
  await clock.advance(56_000);
  assert.deepEqual(page.texts, ["a"]);
  assert.notEqual(server.sockets[0], silent);
});

test("a held question that is never answered is asked again after hold and margin", async () => {
  const { clock, server, page } = await setUp("longpoll");
  server.fault = () => "hang";
  server.post("a");
  await settle();
  server.post("b");
  server.fault = null;
  await clock.advance(36_000);
  assert.deepEqual(page.texts, ["a", "b"]);
});

test("somebody else's session is not used for this page's outbox", async () => {
  const { clock, server, client } = await setUp("websocket");
  server.you = { ...server.you, id: 5, name: "mallory" };
  server.sockets[0]?.drop(1006);
  client.send("alice's words");
  await clock.advance(60_000);
  assert.deepEqual(
    [client.status.phase, client.status.error?.code, stored(server)],
    ["refused", "not_authenticated", []],
  );
});

test("the read mark is told at most once a second", async () => {
  const { clock, server, client } = await setUp("websocket");
  for (const seq of [121, 122, 125, 124]) client.markRead(seq);
  await clock.advance(3000);
  assert.deepEqual(
    server.requests.filter(({ path }) => path === "/read").map(({ body }) => body),
    [{ seq: 121 }, { seq: 125 }],
  );
});

test("history comes by place, and one message by its own", async () => {
  const { server, client } = await setUp("websocket");
  for (const body of ["a", "b", "c", "d"]) server.post(body);
  const { messages, more } = await client.loadBefore(4, 2);
  assert.deepEqual([messages.map(({ body }) => body), more], [["b", "c"], true]);
  assert.equal((await client.loadOne(2))?.body, "b");
  assert.equal(await client.loadOne(99), null);
});

test("the measured delivery is that of other people's messages", async () => {
  const { clock, server, client } = await setUp("poll");
  client.send("sets the clock");
  await settle();
  assert.equal(client.status.deliveryMs, null);
  await clock.advance(500);
  server.post("from another");
  await clock.advance(POLL_MS);
  assert.equal(client.status.deliveryMs, 1500);
  await client.switchTo("websocket");
  assert.equal(client.status.deliveryMs, null);
});

test("status and outbox are told only when they change", async () => {
  const { page, client } = await setUp("websocket");
  const count = page.events.length;
  page.env.document.dispatchEvent(new Event("visibilitychange"));
  client.discard("unknown-key");
  assert.equal(page.events.length, count);
  for (const [index, status] of page.statuses.entries()) assert.notDeepEqual(status, page.statuses[index - 1]);
});

test("what the server asks for is announced, over every transport; what comes with it is shown", async () => {
  const { to, reason } = golden("switch");
  for (const via of ALL) {
    const { clock, server, client, page } = await setUp(via);
    /** @type {any[]} */
    const asked = [];
    client.addEventListener("switch", (event) => asked.push(/** @type {CustomEvent} */ (event).detail));
    server.ask({ to, reason });
    server.post("beside it");
    await clock.advance(POLL_MS);
    assert.deepEqual(
      asked.map((one) => [one.to, one.reason]),
      [[to, reason]],
      via,
    );
    assert.deepEqual(page.texts, ["beside it"], via);
  }
});
