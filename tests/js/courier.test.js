// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Courier } from "../../static/chat/js/courier.js";
import { Outbox } from "../../static/chat/js/outbox.js";
import { ChatError } from "../../static/chat/js/wire.js";
import { Clock, settle } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { fakeEnv } from "./support/page.js";
import { Browser } from "./support/storage.js";

const bounds = { minMs: 500, maxMs: 30_000 };

/** A courier whose ways answer as a test says. @param {Browser} [browser] */
function setUp(browser = new Browser(), clock = new Clock()) {
  const env = fakeEnv(clock, { storage: browser.tab(new EventTarget()) });
  const outbox = new Outbox(env, "chat.outbox.3.lobby");
  /** @type {{ send: any, answer: (answer?: ChatError) => Promise<void> }[]} */
  const asked = [];
  /** @type {string[]} */
  const told = [];
  const submit = (/** @type {any} */ send) =>
    new Promise((resolve, reject) => {
      const answer = (/** @type {ChatError | undefined} */ error) => (
        error ? reject(error) : resolve({ ...golden("message"), key: send.key, body: send.body }), settle()
      );
      asked.push({ send, answer });
    });
  const courier = new Courier(env, outbox, bounds, {
    turn: (work) => /** @type {any} */ (browser.locks.request("turn", work)),
    submit,
    onSent: ({ body }) => told.push(`sent ${body}`),
    onRefused: ({ code }) => told.push(`refused ${code}`),
    onChange: () => {},
  });
  courier.start();
  const bodies = () => asked.map(({ send }) => send.body);
  const add = async (/** @type {string[]} */ ...texts) => {
    for (const text of texts) outbox.add(text, null);
    courier.kick();
    await settle();
  };
  return {
    clock,
    outbox,
    asked,
    told,
    courier,
    bodies,
    add,
    last: () => /** @type {typeof asked[0]} */ (asked.at(-1)),
  };
}

test("entries are sent one after the other, in order", async () => {
  const { outbox, bodies, add, last, told } = setUp();
  await add("a", "b");
  assert.deepEqual(bodies(), ["a"]);
  await last().answer();
  assert.deepEqual(bodies(), ["a", "b"]);
  await last().answer();
  assert.deepEqual(told, ["sent a", "sent b"]);
  assert.deepEqual(outbox.entries, []);
});

test("what is asked is the send frame of the protocol", async () => {
  const { asked, outbox, courier } = setUp();
  const key = outbox.add("hi", 127);
  courier.kick();
  await settle();
  assert.deepEqual(asked[0]?.send, { ...golden("send"), key, body: "hi", reply_to: 127 });
});

test("after a failure the same key is tried again, and nothing overtakes it", async () => {
  const { clock, asked, add, bodies, last } = setUp();
  await add("a", "b");
  await last().answer(new ChatError("network"));
  assert.deepEqual(bodies(), ["a"]);
  await clock.advance(250); // half of the first half second
  assert.deepEqual(bodies(), ["a", "a"]);
  assert.equal(asked[0]?.send.key, asked[1]?.send.key);
});

test("the waits grow while it fails, and start again after a success", async () => {
  const { clock, add, bodies, last } = setUp();
  await add("a", "b");
  for (const ms of [250, 500, 1000]) {
    await last().answer(new ChatError("timeout"));
    await clock.advance(ms - 1);
    const before = bodies().length;
    await clock.advance(1);
    assert.equal(bodies().length, before + 1);
  }
  await last().answer();
  await last().answer(new ChatError("timeout"));
  await clock.advance(250);
  assert.deepEqual(bodies(), ["a", "a", "a", "a", "b", "b"]);
});

test("a kick does not wait for the backoff", async () => {
  const { courier, add, bodies, last } = setUp();
  await add("a");
  await last().answer(new ChatError("network"));
  courier.kick();
  await settle();
  assert.deepEqual(bodies(), ["a", "a"]);
});

for (const code of ["invalid", "forbidden", "conflict", "too_long", "not_found", "too_large"]) {
  test(`${code} is final: the entry is marked and the next one goes on`, async () => {
    const { courier, add, bodies, last, told } = setUp();
    await add("a", "b");
    await last().answer(new ChatError(code, "Because."));
    assert.deepEqual(bodies(), ["a", "b"]);
    const [first, second] = courier.entries;
    assert.deepEqual([first?.phase, first?.error?.code, first?.error?.message], ["failed", code, "Because."]);
    assert.equal(second?.phase, "sending");
    assert.deepEqual(told, [`refused ${code}`]);
  });
}

test("rate_limited waits as long as the server says, whoever kicks", async () => {
  const { clock, courier, add, bodies, last } = setUp();
  await add("a");
  await last().answer(new ChatError("rate_limited", "Slowly.", { retryMs: 7000 }));
  const { phase, error } = /** @type {any} */ (courier.entries[0]);
  assert.deepEqual([phase, error.code, error.retry_after], ["waiting", "rate_limited", 7]);
  await clock.advance(6999);
  courier.kick();
  await settle();
  assert.deepEqual(bodies(), ["a"]);
  await clock.advance(1);
  assert.deepEqual(bodies(), ["a", "a"]);
  await last().answer();
  assert.deepEqual(courier.entries, []);
});

test("signed out, it waits without asking until the line is back", async () => {
  const { clock, courier, add, bodies, last } = setUp();
  await add("a");
  await last().answer(new ChatError("not_authenticated"));
  await clock.advance(600_000);
  assert.deepEqual(bodies(), ["a"]);
  courier.kick();
  await settle();
  assert.deepEqual(bodies(), ["a", "a"]);
});

test("the phases are waiting, sending and failed", async () => {
  const { courier, add, last } = setUp();
  await add("a", "b", "c");
  assert.deepEqual(
    courier.entries.map(({ phase }) => phase),
    ["sending", "waiting", "waiting"],
  );
  await last().answer(new ChatError("forbidden"));
  await last().answer(new ChatError("network"));
  assert.deepEqual(
    courier.entries.map(({ phase, error }) => [phase, error?.code]),
    [
      ["failed", "forbidden"],
      ["waiting", "network"],
      ["waiting", undefined],
    ],
  );
});

test("an entry that was confirmed meanwhile is not sent again", async () => {
  const { clock, outbox, add, bodies, last } = setUp();
  await add("a", "b");
  outbox.remove(/** @type {string} */ (outbox.next?.key));
  await last().answer(new ChatError("network"));
  await clock.advance(250);
  assert.deepEqual(bodies(), ["a", "b"]);
});

test("a stopped courier finishes the answer under way and begins nothing", async () => {
  const { clock, courier, add, bodies, last, outbox } = setUp();
  await add("a", "b");
  courier.stop();
  await last().answer();
  await clock.advance(60_000);
  assert.deepEqual(bodies(), ["a"]);
  assert.equal(outbox.next?.body, "b");
});

test("stopped while it waits it leaves no timer, and goes on after a start and a kick", async () => {
  const { clock, courier, add, bodies, last } = setUp();
  await add("a");
  await last().answer(new ChatError("network"));
  courier.stop();
  assert.equal(clock.timers, 0);
  courier.start();
  courier.kick();
  await settle();
  assert.deepEqual(bodies(), ["a", "a"]);
});

test("two tabs send each entry once, in order", async () => {
  const [browser, clock] = [new Browser(), new Clock()];
  const [one, two] = [setUp(browser, clock), setUp(browser, clock)];
  await one.add("a");
  await two.add("b");
  assert.deepEqual([one.bodies(), two.bodies()], [["a"], []]);
  await one.last().answer();
  await one.last().answer();
  assert.deepEqual([one.bodies(), two.bodies()], [["a", "b"], []]);
});

test("a tab that cannot send leaves the turn to the other one", async () => {
  const [browser, clock] = [new Browser(), new Clock()];
  const [one, two] = [setUp(browser, clock), setUp(browser, clock)];
  await one.add("a");
  await two.add("b");
  await one.last().answer(new ChatError("network"));
  assert.deepEqual(two.bodies(), ["a"]);
  assert.equal(two.asked[0]?.send.key, one.asked[0]?.send.key);
});
