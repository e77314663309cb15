// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../static/chat/js/link.js";
import { ChatError } from "../../static/chat/js/wire.js";
import { Clock } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { fakeEnv } from "./support/page.js";

/** @import { Line, Transport } from "../../static/chat/js/types.d.ts" */

/** A transport in the hands of a test. @implements {Transport} */
class Hand {
  silenceMs = 60_000;
  isClosed = false;
  nudges = 0;
  /** What a send comes to. */
  answer = async () => golden("message");
  /** @type {Line} */
  line = /** @type {any} */ (null);

  open(/** @type {Line} */ line) {
    this.line = line;
  }

  async send() {
    return this.answer();
  }

  nudge() {
    this.nudges += 1;
  }

  close() {
    this.isClosed = true;
  }

  /** @param {string} code @param {number | null} [retryMs] */
  end(code, retryMs = null) {
    this.line.onEnd(new ChatError(code, "", { retryMs }));
  }
}

function setUp({ random = 0.5, accepts = true } = {}) {
  const clock = new Clock();
  /** @type {Hand[]} */
  const made = [];
  /** @type {string[]} */
  const phases = [];
  const link = new Link(
    fakeEnv(clock, { random: () => random }),
    { minMs: 500, maxMs: 30_000 },
    {
      make: () => {
        made.push(new Hand());
        return hand();
      },
      position: () => "k3f9:128",
      onHello: () => {},
      onSwitch: () => {},
      onBatch: () => accepts,
      onChange: ({ phase }) => phases.push(phase),
    },
  );
  const hand = () => /** @type {Hand} */ (made.at(-1));
  link.open();
  return {
    clock,
    link,
    made,
    phases,
    hand,
    batch: (more = {}) => hand().line.onBatch({ ...golden("empty"), ...more }, "k3f9:128"),
  };
}

test("it is connecting, then live with the first batch that has all", () => {
  const { link, phases, batch, clock } = setUp();
  assert.equal(link.upToDateAt, null);
  batch();
  assert.deepEqual(phases, ["connecting", "live"]);
  assert.equal(link.upToDateAt, clock.now());
});

test("with more to come it is catching up, and not up to date", () => {
  const { link, batch } = setUp();
  batch({ more: true });
  assert.deepEqual([link.phase, link.upToDateAt], ["catching_up", null]);
});

test("a hello is up to date only when it does not stand ahead of us", () => {
  for (const [cursor, phase] of [
    ["k3f9:128", "live"],
    ["k3f9:131", "catching_up"],
    ["z8q1:3", "catching_up"],
  ]) {
    const { link, hand } = setUp();
    hand().line.onHello({ ...golden("hello"), cursor });
    assert.equal(link.phase, phase);
  }
});

test("a ping proves that we are up to date", async () => {
  const { clock, link, batch, hand } = setUp();
  batch();
  await clock.advance(25_000);
  hand().line.onIdle();
  assert.equal(link.upToDateAt, clock.now());
});

test("a failure closes the transport and opens another one after the backoff", async () => {
  const { clock, link, made, hand } = setUp();
  hand().end("network");
  assert.deepEqual([link.phase, link.retryAt, link.error?.code], ["waiting", clock.now() + 250, "network"]);
  assert.equal(made[0]?.isClosed, true);
  await clock.advance(249);
  assert.equal(made.length, 1);
  await clock.advance(1);
  assert.deepEqual([made.length, link.phase, link.retryAt], [2, "connecting", null]);
});

test("the backoff grows with each failure", async () => {
  const { clock, link, hand } = setUp({ random: 1 });
  const waits = [];
  for (let failure = 0; failure < 8; failure += 1) {
    hand().end("network");
    const ms = Number(link.retryAt) - clock.now();
    waits.push(ms);
    await clock.advance(ms);
  }
  assert.deepEqual(waits, [500, 500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
});

test("a short contact does not reset the backoff, thirty seconds of health do", async () => {
  const { clock, link, hand, batch } = setUp({ random: 1 });
  const fail = () => {
    hand().end("network");
    return Number(link.retryAt) - clock.now();
  };
  assert.equal(fail(), 500);
  await clock.advance(500);
  batch();
  await clock.advance(29_999);
  assert.equal(fail(), 1000);
  await clock.advance(1000);
  batch();
  await clock.advance(30_000);
  assert.equal(fail(), 500);
});

for (const code of ["not_authenticated", "forbidden", "not_found", "transport_not_allowed"]) {
  test(`${code} stops it`, async () => {
    const { clock, link, made, hand } = setUp();
    hand().end(code);
    await clock.advance(600_000);
    link.wake();
    assert.deepEqual([link.phase, link.error?.code, made.length, clock.timers], ["refused", code, 1, 0]);
  });
}

for (const code of ["slow_consumer", "restarting", "rate_limited", "unavailable", "invalid", "timeout"]) {
  test(`${code} is tried again`, async () => {
    const { clock, made, hand } = setUp();
    hand().end(code);
    await clock.advance(500);
    assert.equal(made.length, 2);
  });
}

test("what the server asks to wait is waited, no more and no less", async () => {
  const { clock, link, made, hand } = setUp();
  hand().end("restarting", 1500);
  link.wake();
  await clock.advance(1499);
  assert.equal(made.length, 1);
  await clock.advance(1);
  assert.equal(made.length, 2);
});

test("a wake ends a wait of our own", () => {
  const { link, made, hand } = setUp();
  hand().end("network");
  link.wake();
  assert.equal(made.length, 2);
});

test("a transport that says nothing at first is given up after fifteen seconds", async () => {
  const { clock, link, hand } = setUp();
  await clock.advance(15_000);
  assert.deepEqual([link.phase, link.error?.code, hand().isClosed], ["waiting", "timeout", true]);
});

test("a line that falls silent is opened again, and one that talks is not", async () => {
  const { clock, made, batch, hand } = setUp();
  batch();
  await clock.advance(50_000);
  hand().line.onIdle();
  await clock.advance(59_000);
  assert.equal(made.length, 1);
  await clock.advance(2000);
  assert.equal(made.length, 2);
});

for (const { hears, code, opens, what } of [
  { hears: false, code: "timeout", opens: 2, what: "without an answer or anything else gives the line up" },
  { hears: true, code: "timeout", opens: 1, what: "without an answer leaves a line that talks alone" },
  { hears: false, code: "rate_limited", opens: 1, what: "that is refused leaves the line alone" },
])
  test(`a send ${what}`, async () => {
    const { clock, link, made, batch, hand } = setUp();
    batch();
    await clock.advance(1000);
    hand().answer = async () => {
      await clock.advance(15_000);
      if (hears) hand().line.onIdle();
      throw new ChatError(code);
    };
    await assert.rejects(link.send(golden("send")), { code });
    await clock.advance(500);
    assert.equal(made.length, opens);
  });

for (const { change, opens } of /** @type {const} */ ([
  { change: "open", opens: 2 },
  { change: "close", opens: 1 },
]))
  test(`a send that a transport of before the ${change} does not answer changes nothing`, async () => {
    const { clock, link, made, batch, hand } = setUp();
    batch();
    await clock.advance(1000);
    hand().answer = async () => {
      link[change]();
      throw new ChatError("timeout");
    };
    await assert.rejects(link.send(golden("send")), { code: "timeout" });
    await clock.advance(500);
    assert.equal(made.length, opens);
  });

test("after a sleep of the machine a wake finds the line stale, without any timer", () => {
  const { clock, link, made, batch } = setUp();
  batch();
  clock.sleep(60_000);
  link.wake();
  assert.deepEqual([made.length, made[0]?.isClosed], [2, true]);
});

test("a wake nudges a line that is well", () => {
  const { link, made, batch, hand } = setUp();
  batch();
  link.wake();
  assert.deepEqual([made.length, hand().nudges], [1, 1]);
});

test("a batch that is not on our track makes it start again", async () => {
  const { clock, made, batch } = setUp({ accepts: false });
  batch();
  await clock.advance(500);
  assert.equal(made.length, 2);
});

test("an error is forgotten with the next contact", async () => {
  const { clock, link, hand, batch } = setUp();
  hand().end("network");
  await clock.advance(250);
  batch();
  assert.equal(link.error, null);
});

test("closed, it leaves neither transport nor timer, and sends fail as passing", async () => {
  const { clock, link, hand, batch } = setUp();
  batch();
  link.close();
  assert.deepEqual([hand().isClosed, clock.timers], [true, 0]);
  await assert.rejects(link.send(golden("send")), { code: "network", isFinal: false });
});

test("an echo is contact, and says that a live line is up to date", () => {
  const { clock, link, hand } = setUp();
  link.open();
  hand().line.onEcho();
  assert.deepEqual([link.phase, link.heardAt, link.upToDateAt], ["connecting", clock.now(), null]);
  hand().line.onBatch(golden("empty"), "k3f9:128");
  clock.sleep(5000);
  hand().line.onEcho();
  assert.deepEqual([link.echoedAt, link.heardAt, link.upToDateAt], [clock.now(), clock.now(), clock.now()]);
});

test("an echo does not end catching up", () => {
  const { link, hand } = setUp();
  link.open();
  hand().line.onBatch(golden("batch_more"), "k3f9:100");
  hand().line.onEcho();
  assert.deepEqual([link.phase, link.upToDateAt], ["catching_up", null]);
});

test("it knows how far it has caught up", () => {
  const { link, hand } = setUp();
  link.open();
  hand().line.onBatch({ ...golden("batch_more"), cursor: "k3f9:120", behind: 180 }, "k3f9:0");
  assert.deepEqual(link.progress, { done: 120, total: 300 });
  hand().line.onBatch({ ...golden("batch_more"), cursor: "k3f9:220", behind: 80 }, "k3f9:120");
  assert.deepEqual(link.progress, { done: 220, total: 300 });
  hand().line.onBatch({ ...golden("empty"), cursor: "k3f9:300" }, "k3f9:220");
  assert.equal(link.progress, null);
});
