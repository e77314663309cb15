// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Lines } from "../../static/chat/js/lines.js";
import { ChatError } from "../../static/chat/js/wire.js";
import { Clock, settle } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { fakeEnv } from "./support/page.js";

/** @import { Line, Request, Transport, Via } from "../../static/chat/js/types.d.ts" */

/** A transport in the hands of a test. @implements {Transport} */
class Hand {
  silenceMs = 60_000;
  isClosed = false;
  /** @type {((error: ChatError) => void) | null} */
  fail = null;
  /** @type {Line} */
  line = /** @type {any} */ (null);

  /** @param {Via} via @param {number | null} everyMs */
  constructor(via, everyMs) {
    this.via = via;
    this.everyMs = everyMs;
  }

  open(/** @type {Line} */ line) {
    this.line = line;
  }

  send(/** @type {Request} */ _request) {
    return /** @type {Promise<any>} */ (new Promise((_, reject) => (this.fail = reject)));
  }

  nudge() {}

  close() {
    this.isClosed = true;
    this.fail?.(new ChatError("network"));
  }

  live() {
    this.line.onBatch(golden("empty"), "k3f9:128");
    return settle();
  }

  /** @param {string} code */
  end(code) {
    this.line.onEnd(new ChatError(code));
    return settle();
  }
}

/** @param {{ isLive?: boolean, load?: () => Promise<unknown> | null, note?: (fact: any) => void }} [options] */
async function setUp({ isLive = true, load = () => null, note = () => {} } = {}) {
  /** @type {Hand[]} */
  const made = [];
  const lines = new Lines(fakeEnv(new Clock()), { minMs: 500, maxMs: 30_000 }, "websocket", null, {
    make: (via, everyMs) => {
      made.push(new Hand(via, everyMs));
      return hand();
    },
    load,
    position: () => "k3f9:128",
    onHello: () => {},
    onBatch: () => true,
    onChange: () => {},
    note,
  });
  const hand = () => /** @type {Hand} */ (made.at(-1));
  lines.open();
  if (isLive) await hand().live();
  return { lines, made, hand };
}

test("the old line stays until the new one is caught up", async () => {
  const { lines, made, hand } = await setUp();
  const switched = lines.switchTo("poll", 5000);
  assert.deepEqual(
    made.map(({ via, everyMs, isClosed }) => [via, everyMs, isClosed]),
    [
      ["websocket", null, false],
      ["poll", 5000, false],
    ],
  );
  hand().line.onBatch({ ...golden("batch_more") }, "k3f9:128");
  await settle();
  assert.deepEqual([lines.via, made[0]?.isClosed], ["websocket", false]);
  await hand().live();
  await switched;
  assert.deepEqual([lines.via, lines.everyMs, made[0]?.isClosed, made[1]?.isClosed], ["poll", 5000, true, false]);
});

for (const code of ["network", "transport_not_allowed"]) {
  test(`when the new line ends with ${code} the old one is kept`, async () => {
    const { lines, made, hand } = await setUp();
    const failed = assert.rejects(lines.switchTo("longpoll", null), { code });
    await hand().end(code);
    await failed;
    assert.deepEqual(
      [lines.via, lines.current.phase, made[0]?.isClosed, made[1]?.isClosed],
      ["websocket", "live", false, true],
    );
  });
}

test("a line that does not work is not waited for", async () => {
  const { lines, made, hand } = await setUp({ isLive: false });
  await hand().end("network");
  await lines.switchTo("poll", null);
  assert.deepEqual([lines.via, made.length, lines.current.phase], ["poll", 2, "connecting"]);
});

test("the last choice wins: an earlier one that is still under way is given up", async () => {
  const { lines, made, hand } = await setUp();
  const first = assert.rejects(lines.switchTo("longpoll", null), { code: "superseded" });
  const second = lines.switchTo("poll", null);
  await first;
  await hand().live();
  await second;
  assert.deepEqual(
    made.map(({ via, isClosed }) => [via, isClosed]),
    [
      ["websocket", true],
      ["longpoll", true],
      ["poll", false],
    ],
  );
});

test("going back to the line in use gives the change up and keeps it", async () => {
  const { lines, made } = await setUp();
  const first = assert.rejects(lines.switchTo("longpoll", null), { code: "superseded" });
  await lines.switchTo("websocket", null);
  await first;
  assert.deepEqual([lines.via, made.map(({ isClosed }) => isClosed)], ["websocket", [false, true]]);
});

test("choosing again what was refused tries it again", async () => {
  const { lines, made, hand } = await setUp();
  await hand().end("forbidden");
  await lines.switchTo("websocket", null);
  assert.deepEqual([made.length, lines.current.phase], [2, "connecting"]);
});

test("a transport that has still to be loaded takes over when it is here", async () => {
  const { lines, made, hand } = await setUp({ load: () => settle() });
  const switched = lines.switchTo("poll", null);
  assert.deepEqual([lines.via, made.length], ["websocket", 1]);
  await settle();
  await hand().live();
  await switched;
  assert.deepEqual([lines.via, made[0]?.isClosed], ["poll", true]);
});

test("a transport that cannot be loaded leaves everything as it is", async () => {
  const { lines, made } = await setUp({ load: () => Promise.reject(new ChatError("network")) });
  await assert.rejects(lines.switchTo("poll", null), { code: "network" });
  assert.deepEqual([lines.via, lines.current.phase, made.length], ["websocket", "live", 1]);
});

for (const [how, giveUp] of /** @type {[string, (lines: Lines) => unknown][]} */ ([
  ["another choice", (lines) => lines.switchTo("websocket", null)],
  ["closing", (lines) => lines.close()],
])) {
  test(`${how} gives up a change whose transport is still to come`, async () => {
    const { lines, made } = await setUp({ load: () => settle() });
    const failed = assert.rejects(lines.switchTo("poll", null), { code: "superseded" });
    await giveUp(lines);
    await failed;
    assert.deepEqual([lines.via, made.length], ["websocket", 1]);
  });
}

test("the old line may end during the change; the new one takes over all the same", async () => {
  const { lines, made, hand } = await setUp();
  const switched = lines.switchTo("longpoll", null);
  await /** @type {Hand} */ (made[0]).end("network");
  await hand().live();
  await switched;
  assert.deepEqual([lines.via, lines.current.phase], ["longpoll", "live"]);
});

test("closing gives up the change as well", async () => {
  const { lines, made } = await setUp();
  const failed = assert.rejects(lines.switchTo("longpoll", null), { code: "superseded" });
  lines.close();
  await failed;
  assert.deepEqual(
    made.map(({ isClosed }) => isClosed),
    [true, true],
  );
});

test("closed, a change is only a choice for the next opening", async () => {
  const { lines, hand } = await setUp();
  lines.close();
  await lines.switchTo("poll", null);
  assert.equal(hand().via, "websocket");
  lines.open();
  assert.equal(hand().via, "poll");
});

test("a request whose answer the old line took along is asked again by the new one", async () => {
  const { lines, made, hand } = await setUp();
  const asked = lines.send(golden("edit"));
  const switched = lines.switchTo("longpoll", null);
  hand().send = async () => golden("message");
  await hand().live();
  await switched;
  assert.deepEqual(await asked, golden("message"));
  assert.equal(made.length, 2);
});

test("a request that failed on the line in use is not asked again", async () => {
  const { lines, hand } = await setUp();
  const asked = assert.rejects(lines.send(golden("edit")), { code: "network" });
  hand().fail?.(new ChatError("network"));
  await asked;
});

test("the time of the last contact is taken over", async () => {
  const { lines, hand } = await setUp();
  const { upToDateAt } = lines.current;
  await hand().end("network");
  await lines.switchTo("poll", null);
  assert.equal(lines.current.upToDateAt, upToDateAt);
  assert.notEqual(upToDateAt, null);
});

test("a line that has to prove itself takes over afterwards, even from one that does not work", async () => {
  const { lines, made, hand } = await setUp({ isLive: false });
  await hand().end("network");
  /** @type {() => void} */
  let accept = () => {};
  const switched = lines.switchTo("poll", null, () => new Promise((done) => (accept = () => done(undefined))));
  await hand().live();
  assert.deepEqual([lines.via, made.length], ["websocket", 2]);
  accept();
  await switched;
  assert.deepEqual([lines.via, lines.current.phase], ["poll", "live"]);
});

test("a line that fails its proof, or ends during it, changes nothing", async () => {
  const { lines, made, hand } = await setUp();
  const failed = assert.rejects(
    lines.switchTo("poll", null, async () => {
      throw new ChatError("timeout");
    }),
    { code: "timeout" },
  );
  await hand().live();
  await failed;
  const ended = assert.rejects(
    lines.switchTo("poll", null, () => new Promise(() => {})),
    { code: "network" },
  );
  await hand().live();
  await hand().end("network");
  await ended;
  assert.deepEqual([lines.via, made.map(({ isClosed }) => isClosed)], ["websocket", [false, true, true]]);
});

test("what may say something of the network is told of the line in use alone", async () => {
  /** @type {any[]} */
  const facts = [];
  const { lines, made, hand } = await setUp({ note: (fact) => facts.push(fact) });
  const failed = assert.rejects(lines.switchTo("poll", null));
  await hand().end("network");
  await failed;
  assert.deepEqual(facts, []);
  await /** @type {Hand} */ (made[0]).end("network");
  assert.deepEqual(facts, [{ kind: "end", code: "network", ms: 0, wasOpen: true }]);
});

test("with a proof a fresh line of the same kind takes over", async () => {
  const { lines, made, hand } = await setUp();
  const switched = lines.switchTo("websocket", null, async () => {});
  await settle();
  assert.deepEqual([made.length, made[0]?.isClosed], [2, false]);
  await hand().live();
  await switched;
  assert.deepEqual([lines.via, made.map(({ isClosed }) => isClosed)], ["websocket", [true, false]]);
});
