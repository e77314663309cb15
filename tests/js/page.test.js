// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { watchPage } from "../../static/chat/js/page.js";
import { Clock } from "./support/clock.js";
import { fakeEnv } from "./support/page.js";

function setUp() {
  const env = fakeEnv(new Clock());
  /** @type {string[]} */
  const said = [];
  const ending = new AbortController();
  const note = (/** @type {string} */ word) => () => void said.push(word);
  watchPage(
    env,
    {
      sleep: note("sleep"),
      wake: note("wake"),
      change: note("change"),
      stored: (item) => void said.push(`stored ${item}`),
    },
    ending.signal,
  );
  return { env, said, ending };
}

test("the page sleeps when it is hidden for good, and wakes when it comes back from the cache", () => {
  const { env, said } = setUp();
  for (const type of ["pagehide", "pageshow", "online", "offline"]) env.window.dispatchEvent(new Event(type));
  assert.deepEqual(said, ["sleep", "wake", "wake", "change"]);
});

test("being seen wakes, being covered does not", () => {
  const { env, said } = setUp();
  env.document.visibilityState = "hidden";
  env.document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(said, []);
  env.document.visibilityState = "visible";
  env.document.dispatchEvent(new Event("visibilitychange"));
  env.document.dispatchEvent(new Event("resume"));
  assert.deepEqual(said, ["wake", "wake"]);
});

test("a change in another tab names its item", () => {
  const { env, said } = setUp();
  env.window.dispatchEvent(Object.assign(new Event("storage"), { key: "draft" }));
  assert.deepEqual(said, ["stored draft"]);
});

test("ended, it hears nothing", () => {
  const { env, said, ending } = setUp();
  ending.abort();
  env.window.dispatchEvent(new Event("pageshow"));
  assert.deepEqual(said, []);
});
