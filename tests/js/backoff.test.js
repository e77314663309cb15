// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { backoffMs } from "../../static/chat/js/backoff.js";

const bounds = { minMs: 500, maxMs: 30_000 };

test("the upper end doubles from half a second to thirty seconds", () => {
  const ends = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffMs(attempt, 1, bounds));
  assert.deepEqual(ends, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("the jitter is full: any wait up to the end", () => {
  assert.equal(backoffMs(3, 0, bounds), 0);
  assert.equal(backoffMs(3, 0.25, bounds), 1000);
});

test("nobody waits longer than the trouble has lasted", () => {
  const ends = [0, 100, 700, 3000, 90_000].map((sinceMs) => backoffMs(9, 1, bounds, sinceMs));
  assert.deepEqual(ends, [500, 500, 700, 3000, 30_000]);
});
