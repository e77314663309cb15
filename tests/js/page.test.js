// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { PageLife } from "../../static/chat/js/page.js";
import { Clock } from "./support/clock.js";
import { fakeEnv } from "./support/page.js";

function setUp() {
  const env = fakeEnv(new Clock());
  /** @type {string[]} */
  const said = [];
  const life = new PageLife(env, {
    open: () => said.push("open"),
    close: () => said.push("close"),
    wake: (isNewNetwork) => said.push(isNewNetwork ? "new network" : "wake"),
    onStored: (item) => said.push(`stored ${item}`),
  });
  life.start();
  /** @param {"window" | "document"} target @param {string} type @param {object} [more] */
  const happen = (target, type, more = {}) => env[target].dispatchEvent(Object.assign(new Event(type), more));
  return { env, life, said, happen };
}

test("a page opens at its start, closes when it is put away and opens again when it comes back", () => {
  const { life, said, happen } = setUp();
  happen("window", "pagehide");
  assert.equal(life.isAwake, false);
  happen("window", "pageshow");
  assert.deepEqual([said, life.isAwake], [["open", "close", "open"], true]);
});

test("being seen wakes, being covered does not", () => {
  const { env, said, happen } = setUp();
  env.document.visibilityState = "hidden";
  happen("document", "visibilitychange");
  assert.deepEqual(said, ["open"]);
  env.document.visibilityState = "visible";
  happen("document", "visibilitychange");
  happen("document", "resume");
  assert.deepEqual(said, ["open", "wake", "wake"]);
});

test("the network going is looked into, as its coming back is", () => {
  const { said, happen } = setUp();
  happen("window", "offline");
  happen("window", "online");
  assert.deepEqual(said, ["open", "new network", "new network"]);
});

test("the network going under a page that was put away does not wake it", () => {
  const { said, happen } = setUp();
  happen("window", "pagehide");
  happen("window", "offline");
  assert.deepEqual(said, ["open", "close"]);
});

test("a change in another tab names its item", () => {
  const { said, happen } = setUp();
  happen("window", "storage", { key: "draft" });
  assert.deepEqual(said, ["open", "stored draft"]);
});

test("stopped, it hears nothing, and can be started again", () => {
  const { life, said, happen } = setUp();
  life.stop();
  happen("window", "pageshow");
  assert.deepEqual([said, life.isStarted], [["open", "close"], false]);
  life.start();
  assert.deepEqual(said, ["open", "close", "open"]);
});
