// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Part } from "../../../static/chat/js/ui/part.js";
import { settle } from "../support/clock.js";

/** @type {(() => void)[]} what the browser does when it is idle */
let idle = [];
let [loads, losses] = [0, 0];
let isOnline = true;

beforeEach(() => {
  [idle, loads, losses, isOnline] = [[], 0, 0, true];
  const requestIdleCallback = (/** @type {() => void} */ call) => idle.push(call);
  Object.assign(globalThis, { document: { readyState: "complete" }, window: { requestIdleCallback } });
});

const load = async () => {
  loads += 1;
  if (!isOnline) throw new TypeError("no network here");
  return { word: "made" };
};

const newPart = () =>
  new Part(
    load,
    ({ word }) => ({ word }),
    () => {
      losses += 1;
    },
  );

const goIdle = async () => {
  for (const call of idle.splice(0)) call();
  await settle();
};

test("a part is loaded once the browser is idle, and from then on used at once", async () => {
  const part = newPart();
  await settle();
  assert.deepEqual([loads, part.now], [0, null]);
  await goIdle();
  isOnline = false;
  let word = "";
  part.use((it) => {
    word = it.word;
  });
  assert.deepEqual([loads, word], [1, "made"]);
});

test("while the page is still coming it has to wait", async () => {
  Object.assign(globalThis, { document: { readyState: "interactive" } });
  const target = new EventTarget();
  Object.assign(window, { addEventListener: target.addEventListener.bind(target) });
  newPart();
  assert.equal(idle.length, 0);
  target.dispatchEvent(new Event("load"));
  assert.equal(idle.length, 1);
});

test("the first use does not wait for that, and it is made only once", async () => {
  const part = newPart();
  const used = await Promise.all([part.use((it) => it), part.use((it) => it)]);
  await goIdle();
  assert.deepEqual([loads, used[0] === used[1]], [1, true]);
});

test("where a browser does not tell when it is idle a timer does", async () => {
  const times = /** @type {number[]} */ ([]);
  /** @type {any} */ (globalThis).window = {
    setTimeout: (/** @type {unknown} */ _, /** @type {number} */ ms) => times.push(ms),
  };
  newPart();
  assert.deepEqual(times, [300]);
});

test("what cannot be loaded is said when it is wanted, and asked for again", async () => {
  isOnline = false;
  const part = newPart();
  await goIdle();
  assert.equal(losses, 0);
  await part.use(() => assert.fail("it is not here"));
  assert.equal(losses, 1);
  isOnline = true;
  assert.equal(await part.use(({ word }) => word), "made");
});

test("what happens before it is here is kept for it, in order; afterwards it listens for itself", async () => {
  const [part, target] = [newPart(), new EventTarget()];
  const heard = /** @type {string[]} */ ([]);
  part.collect(target, ["one", "two"], (_, { type }) => heard.push(type));
  for (const type of ["one", "other", "two"]) target.dispatchEvent(new Event(type));
  assert.deepEqual(heard, []);
  await settle();
  target.dispatchEvent(new Event("one"));
  assert.deepEqual([heard, loads], [["one", "two"], 1]);
});
