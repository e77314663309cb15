// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { retried } from "../../static/chat/js/retried.js";

test("a module that could not be loaded is loaded under another name, and from then on under that", async () => {
  let first = 0;
  const load = retried("backoff.js", () => {
    first += 1;
    return Promise.reject(new TypeError("no network"));
  });
  await assert.rejects(load(), TypeError);
  assert.equal(typeof (await load()).backoffMs, "function");
  assert.equal(await load(), await load());
  assert.equal(first, 1);
});

test("each failure has a name of its own", async () => {
  const load = retried("nowhere.js", () => Promise.reject(new TypeError("no network")));
  await assert.rejects(load(), TypeError);
  await assert.rejects(load(), ({ url }) => url.endsWith("/nowhere.js?again=1"));
  await assert.rejects(load(), ({ url }) => url.endsWith("/nowhere.js?again=2"));
});
