// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ServerClock } from "../../../static/chat/js/recorder/clock.js";

const at = (/** @type {number} */ ms) => new Date(ms).toISOString();

describe("ServerClock", () => {
  it("believes the quickest answer", () => {
    const clock = new ServerClock();
    clock.note(at(5100), 1000, 1200);
    clock.note(at(9010), 5000, 5020);
    clock.note(at(1), 8000, 8900);
    assert.deepEqual([clock.offsetMs, clock.tookMs], [4000, 20]);
  });

  it("measures in the server's time, and never less than nothing", () => {
    const clock = new ServerClock();
    clock.note(at(5000), 1000, 1000);
    assert.equal(clock.since(at(5000), 1070), 70);
    assert.equal(clock.since(at(9000), 1070), 0);
  });
});
