// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lab } from "../../../static/chat/js/lab/lab.js";
import { figures, mark } from "../../../static/chat/js/lab/measure.js";
import { csv } from "../../../static/chat/js/lab/report.js";
import { standard } from "../../../static/chat/js/lab/scenario.js";
import { words } from "../../../static/chat/js/lab/words.js";
import { time } from "../../../static/chat/js/ui/figures.js";
import { fakeEnv, World } from "../support/page.js";

/** A lab on a server in memory, which knows how to burst. */
function setUp() {
  const { clock, server } = new World();
  const author = { id: server.you.id, name: server.you.name };
  let bursts = 0;
  const bursting = () => {
    bursts += 1;
    const keys = Array.from({ length: 20 }, (_, number) => `burst-key-${bursts}-${number}`);
    for (const key of keys) server.post("burst", { key, author });
    return { status: 201, body: { keys } };
  };
  server.fault = ({ path }) => (path === "/api/lab/burst" ? bursting() : undefined);
  const env = fakeEnv(clock, { fetch: server.fetch, WebSocket: /** @type {any} */ (server.WebSocket) });
  const lab = new Lab({ env, state: server.state(), everyMs: 2000, holdS: 25 });
  return { clock, server, env, lab, abort: new AbortController() };
}

/** @template T @param {import("../support/clock.js").Clock} clock @param {Promise<T>} promise @param {number} ms @returns {Promise<T>} */
async function passing(clock, promise, ms) {
  await clock.advance(ms);
  return promise;
}

const PLAN = { idleMs: 10_000, talkMs: 10_000, everyMs: 1000, bursts: 9, cutMs: 4000 };

describe("Lab", () => {
  it("gives the same messages to all three lanes, once each", async () => {
    const { clock, lab, abort } = setUp();
    await passing(clock, lab.open(abort.signal), 5000);
    const marks = lab.lanes.map(mark);
    const told = (/** @type {string} */ key) => marks.forEach(({ keys }) => void keys.add(key));
    await passing(clock, lab.talk({ everyMs: 1000, count: 5, signal: abort.signal, told }), 6000);
    await clock.advance(3000);
    const found = lab.lanes.map((lane, index) => figures(lane, /** @type {any} */ (marks[index])));
    assert.deepEqual(
      found.map(({ via, messages, missing, doubled }) => [via, messages, missing, doubled]),
      [
        ["poll", 5, 0, 0],
        ["longpoll", 5, 0, 0],
        ["websocket", 5, 0, 0],
      ],
    );
    const [poll, longpoll, websocket] = found;
    assert.ok(Number(poll?.p50) > 100);
    assert.deepEqual([longpoll?.p99, websocket?.p99, longpoll?.pushed, websocket?.requests], [0, 0, 5, 0]);
    lab.close();
  });

  it("runs the standard scenario to its end, with nothing lost or doubled", async () => {
    const { clock, env, lab, abort } = setUp();
    await passing(clock, lab.open(abort.signal), 5000);
    /** @type {string[]} */
    const told = [];
    const parts = await passing(
      clock,
      standard(lab, env, abort.signal, (name) => told.push(name), PLAN),
      90_000,
    );
    assert.deepEqual(told, ["idle", "talk", "burst", "cut"]);
    const counts = parts.map(({ lanes }) =>
      lanes.map(({ messages, missing, doubled }) => [messages, missing, doubled]),
    );
    const all = (/** @type {number} */ count) => [0, 1, 2].map(() => [count, 0, 0]);
    assert.deepEqual(counts, [all(0), all(10), all(180), all(4)]);
    const [idle, , burst, cut] = parts.map(({ lanes }) => lanes);
    assert.deepEqual(
      idle?.map(({ empty }) => empty > 0),
      [true, false, false],
    );
    assert.equal(burst?.[2]?.lastMs, 0);
    assert.ok(Number(cut?.[2]?.lastMs) > 0);
    lab.close();
  });

  it("stops when it is told to", async () => {
    const { clock, env, lab, abort } = setUp();
    await passing(clock, lab.open(abort.signal), 5000);
    const running = standard(lab, env, abort.signal, () => {}, PLAN);
    await clock.advance(1000);
    abort.abort();
    const parts = await passing(clock, running, 100);
    assert.deepEqual(
      parts.map(({ name }) => name),
      ["idle"],
    );
    lab.close();
  });

  it("waits as long as the server's limit asks, and says so", async () => {
    const { clock, server, lab, abort } = setUp();
    await passing(clock, lab.open(abort.signal), 5000);
    let refusals = 1;
    server.fault = ({ method }) => {
      if (method !== "POST" || !refusals) return undefined;
      refusals -= 1;
      return { status: 429, body: { error: { code: "rate_limited", message: "" }, retry_after: 7 } };
    };
    const posting = lab.feed.post(abort.signal);
    await clock.advance(6900);
    assert.equal(lab.feed.keys.size, 5);
    assert.ok(await passing(clock, posting, 200));
    assert.equal(lab.feed.heldMs, 7000);
    lab.close();
  });

  it("notices what comes twice, and leaves changes of messages out", async () => {
    const { server, lab } = setUp();
    const [lane] = lab.lanes;
    const message = server.post("one");
    const changed = { ...message, version: 9, key: "another-key" };
    lane?.client.announce("batch", { messages: [message, changed] });
    lane?.client.announce("batch", { messages: [message] });
    assert.deepEqual([lane?.arrivals.length, lane?.doubled], [2, 1]);
  });

  it("leaves no timer behind", async () => {
    const { clock, lab, abort } = setUp();
    await passing(clock, lab.open(abort.signal), 5000);
    lab.close();
    assert.equal(clock.timers, 0);
  });
});

describe("what is exported", () => {
  it("has a line for each part and transport", () => {
    const lane = /** @type {any} */ ({ via: "poll", messages: 2, p50: 3, lastMs: null });
    const [head, line, ...more] = csv([{ name: "talk", lanes: [lane] }])
      .trimEnd()
      .split("\n");
    assert.match(head ?? "", /^part,transport,messages,missing,doubled,p50,/);
    assert.match(line ?? "", /^talk,poll,2,,,3,/);
    assert.deepEqual(more, []);
  });
});

describe("words", () => {
  it("says times as a person would", () => {
    assert.deepEqual([3.54, 9.95, 12.3, 999.4, 999.5, 1049, null].map(time), [
      "3.5 ms",
      "10 ms",
      "12 ms",
      "999 ms",
      "1.0 s",
      "1.0 s",
      "–",
    ]);
    assert.equal(words(/** @type {any} */ ({ p50: 4, upEach: null, messages: 3 })).upEach, "–");
  });
});
