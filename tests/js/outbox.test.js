// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Outbox } from "../../static/chat/js/outbox.js";
import { ChatError } from "../../static/chat/js/wire.js";
import { Clock } from "./support/clock.js";
import { fakeEnv } from "./support/page.js";
import { Browser } from "./support/storage.js";

const clock = new Clock();
let keys = 9000; // descending, so that no order comes from them

/** @param {Browser} browser @param {string} [name] */
function open(browser, name = "chat.outbox.3.lobby") {
  const env = fakeEnv(clock, { storage: browser.tab(new EventTarget()), newKey: () => `key-${keys--}` });
  return new Outbox(env, name);
}

/** @param {Outbox} outbox */
const bodies = (outbox) => outbox.entries.map(({ body }) => body);

test("entries stay in the order of adding, also within one millisecond", () => {
  const outbox = open(new Browser());
  for (const body of ["a", "b", "c"]) outbox.add(body, null);
  assert.deepEqual(bodies(outbox), ["a", "b", "c"]);
  assert.equal(outbox.next?.body, "a");
});

test("an entry survives a reload with its key, quote and time", () => {
  const browser = new Browser();
  const before = open(browser);
  before.add("hi", 127);
  assert.deepEqual(open(browser).entries, before.entries);
  assert.equal(open(browser).entries[0]?.replyTo, 127);
});

test("each account and each room has its own", () => {
  const browser = new Browser();
  open(browser).add("mine", null);
  assert.deepEqual(bodies(open(browser, "chat.outbox.4.lobby")), []);
  assert.deepEqual(bodies(open(browser, "chat.outbox.3.lobby2")), []);
});

test("two tabs that add at the same time lose nothing", () => {
  const browser = new Browser();
  const [first, second] = [open(browser), open(browser)];
  first.add("a", null);
  second.add("b", null);
  assert.deepEqual(bodies(first), ["a", "b"]);
});

test("a refused entry keeps its reason and lets the next one pass", () => {
  const browser = new Browser();
  const outbox = open(browser);
  const key = outbox.add("a", null);
  outbox.add("b", null);
  outbox.refuse(key, new ChatError("too_long", "Too long."));
  assert.equal(outbox.next?.body, "b");
  assert.equal(open(browser).entries[0]?.error?.message, "Too long.");
});

test("a retried entry is ready again, with the same key and in its old place", () => {
  const outbox = open(new Browser());
  const key = outbox.add("a", null);
  outbox.add("b", null);
  outbox.refuse(key, new ChatError("forbidden"));
  outbox.retry(key);
  assert.deepEqual([outbox.next?.body, outbox.next?.key], ["a", key]);
});

test("after a conflict a retry takes a new key", () => {
  const outbox = open(new Browser());
  const key = outbox.add("a", null);
  outbox.refuse(key, new ChatError("conflict"));
  outbox.retry(key);
  assert.equal(outbox.entries.length, 1);
  assert.notEqual(outbox.next?.key, key);
});

test("what another tab has removed is not brought back", () => {
  const browser = new Browser();
  const [first, second] = [open(browser), open(browser)];
  const key = first.add("a", null);
  second.remove(key);
  first.refuse(key, new ChatError("forbidden"));
  first.retry(key);
  assert.deepEqual(first.entries, []);
});

test("when the storage is full an entry lives in memory, in order with the others", () => {
  const browser = new Browser();
  const outbox = open(browser);
  outbox.add("stored", null);
  browser.isFull = true;
  const key = outbox.add("kept", null);
  assert.deepEqual(bodies(outbox), ["stored", "kept"]);
  outbox.refuse(key, new ChatError("forbidden"));
  assert.equal(outbox.entries[1]?.error?.code, "forbidden");
  outbox.remove(key);
  assert.deepEqual(bodies(outbox), ["stored"]);
});

test("a refusal is remembered even when the storage has become full", () => {
  const browser = new Browser();
  const outbox = open(browser);
  const key = outbox.add("a", null);
  browser.isFull = true;
  outbox.refuse(key, new ChatError("forbidden"));
  assert.equal(outbox.next, undefined);
  assert.equal(outbox.entries.length, 1);
});

test("without a storage everything lives in memory", () => {
  const outbox = new Outbox(fakeEnv(clock), "chat.outbox.3.lobby");
  const key = outbox.add("a", null);
  assert.equal(outbox.next?.body, "a");
  outbox.remove(key);
  assert.deepEqual(outbox.entries, []);
});

test("a damaged item does not hurt the others", () => {
  const browser = new Browser();
  const storage = browser.tab(new EventTarget());
  storage.setItem("chat.outbox.3.lobby.broken", "{");
  storage.setItem("chat.outbox.3.lobby.strange", "5");
  const outbox = open(browser);
  outbox.add("a", null);
  assert.deepEqual(bodies(outbox), ["a"]);
});

test("it knows which stored items are its own", () => {
  const outbox = open(new Browser());
  assert.deepEqual(
    ["chat.outbox.3.lobby.key", null, "chat.outbox.3.lobby:turn", "draft"].map((item) => outbox.owns(item)),
    [true, true, false, false],
  );
});
