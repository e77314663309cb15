// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import "../../static/chat/js/lease.js"; // at its first use it would take longer than settling does
import { turns } from "../../static/chat/js/turn.js";
import { Clock, settle } from "./support/clock.js";
import { fakeEnv } from "./support/page.js";
import { Browser } from "./support/storage.js";

/** Two tabs that note what they do. @param {boolean} withLocks */
function tabs(withLocks) {
  const [clock, browser] = [new Clock(), new Browser()];
  const locks = withLocks ? /** @type {any} */ (browser.locks) : null;
  const make = () => turns(fakeEnv(clock, { storage: browser.tab(new EventTarget()), locks }), "turn");
  return { clock, browser, first: make(), second: make() };
}

/** Work that lasts until it is told to end. */
function longWork() {
  let end = () => {};
  const work = {
    started: 0,
    end: () => end(),
    run: () =>
      new Promise((/** @type {(done: void) => void} */ done) => {
        work.started += 1;
        end = () => done();
      }),
  };
  return work;
}

for (const withLocks of [true, false]) {
  const how = withLocks ? "by locks" : "by a lease";

  test(`${how}: only one tab works, the other follows it`, async () => {
    const { clock, first, second } = tabs(withLocks);
    const [one, two] = [longWork(), longWork()];
    const done = first(one.run);
    second(two.run);
    await clock.advance(5000);
    assert.deepEqual([one.started, two.started], [1, 0]);
    one.end();
    await done;
    await clock.advance(2000);
    assert.equal(two.started, 1);
  });

  test(`${how}: work that fails frees the turn`, async () => {
    const { clock, first, second } = tabs(withLocks);
    const failed = assert.rejects(first(() => Promise.reject(new Error("no"))));
    await clock.advance(100);
    await failed;
    const two = longWork();
    second(two.run);
    await clock.advance(100);
    assert.equal(two.started, 1);
  });
}

test("by a lease: two tabs that come at the same moment do not both work", async () => {
  const { clock, first, second } = tabs(false);
  const [one, two] = [longWork(), longWork()];
  first(one.run);
  second(two.run);
  await clock.advance(10_000);
  assert.equal(one.started + two.started, 1);
});

test("by a lease: the one who wrote last has it", async () => {
  const { clock, browser, first } = tabs(false);
  const one = longWork();
  first(one.run);
  browser.tab(new EventTarget()).setItem("turn", JSON.stringify({ me: "quicker", until: clock.now() + 20_000 }));
  await clock.advance(15_000);
  assert.equal(one.started, 0);
  await clock.advance(7000);
  assert.equal(one.started, 1);
});

test("by a lease: long work keeps it, and nothing is left behind", async () => {
  const { clock, browser, first, second } = tabs(false);
  const [one, two] = [longWork(), longWork()];
  const done = first(one.run);
  second(two.run);
  await clock.advance(120_000);
  assert.equal(two.started, 0);
  one.end();
  await done;
  await clock.advance(2000);
  two.end();
  await settle();
  assert.deepEqual(Object.keys(browser.tab(new EventTarget())), []);
  assert.equal(clock.timers, 0);
});

test("by a lease: a tab that died is replaced", async () => {
  const { clock, browser, second } = tabs(false);
  browser.tab(new EventTarget()).setItem("turn", JSON.stringify({ me: "dead", until: clock.now() + 20_000 }));
  const two = longWork();
  second(two.run);
  await clock.advance(19_000);
  assert.equal(two.started, 0);
  await clock.advance(3000);
  assert.equal(two.started, 1);
});

test("a full storage does not stop the work", async () => {
  const { clock, browser, first } = tabs(false);
  browser.isFull = true;
  const one = longWork();
  first(one.run);
  await clock.advance(100);
  assert.equal(one.started, 1);
});

test("without locks and storage the only tab that we know of works", async () => {
  const one = longWork();
  turns(fakeEnv(new Clock()), "turn")(one.run);
  await settle();
  assert.equal(one.started, 1);
});
