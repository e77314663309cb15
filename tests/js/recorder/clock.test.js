// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ServerClock, timeOf } from "../../../static/chat/js/recorder/clock.js";

const at = (/** @type {number} */ ms) => new Date(ms).toISOString();

describe("ServerClock", () => {
  it("believes what all answers together leave possible", () => {
    const clock = new ServerClock();
    clock.note(at(5100), 1000, 1200); // ahead by 3900 to 4100
    assert.deepEqual([clock.offsetMs, clock.tookMs], [4000, 200]);
    clock.note(at(9010), 5000, 5020); // by 3990 to 4010
    clock.note(at(12_000), 8000, 8900); // by 3100 to 4000
    assert.deepEqual([clock.offsetMs, clock.tookMs], [3995, 20]);
  });

  it("believes the newest answer when a clock has been set anew", () => {
    const clock = new ServerClock();
    clock.note(at(5010), 1000, 1020);
    clock.note(at(3050), 2000, 2100);
    assert.equal(clock.offsetMs, 1000);
  });

  it("measures in the server's time, and never less than nothing", () => {
    const clock = new ServerClock();
    clock.note(at(5000), 1000, 1000);
    assert.equal(clock.since(5000, 1070), 70);
    assert.equal(clock.since(9000, 1070), 0);
  });

  it("reads microseconds", () => {
    const clock = new ServerClock();
    clock.note("1970-01-01T00:00:05.000250Z", 1000, 1000);
    assert.equal(clock.offsetMs, 4000.25);
    assert.equal(clock.since(timeOf("1970-01-01T00:00:05.0005Z"), 1001), 0.75);
    assert.equal(clock.since(timeOf("1970-01-01T00:00:05Z"), 1001), 1.25);
  });
});
