// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Liveness } from "../../static/chat/js/liveness.js";
import { Clock } from "./support/clock.js";

test("a line is stale when nothing was heard for its longest silence", () => {
  const clock = new Clock();
  const liveness = new Liveness(clock.now, 1000);
  clock.sleep(999);
  assert.equal(liveness.isStale, false);
  assert.equal(liveness.remainingMs, 1);
  clock.sleep(1);
  assert.equal(liveness.isStale, true);
});

test("whatever is heard makes it fresh, and may change what silence is allowed", () => {
  const clock = new Clock();
  const liveness = new Liveness(clock.now, 1000);
  clock.sleep(5000);
  liveness.heard();
  assert.equal(liveness.remainingMs, 1000);
  liveness.heard(3000);
  clock.sleep(2999);
  assert.equal(liveness.isStale, false);
});

test("it needs no timer to know that the machine has slept", () => {
  const clock = new Clock();
  const liveness = new Liveness(clock.now, 60_000);
  clock.sleep(3_600_000);
  assert.equal(clock.timers, 0);
  assert.equal(liveness.isStale, true);
});
