// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Evidence, reading } from "../../../static/chat/js/automatic/evidence.js";

/** @typedef {import("../../../static/chat/js/automatic/evidence.js").Kind} Kind */

/** The verdict after these, one a second. @param {Kind[]} kinds */
function verdictOf(...kinds) {
  const evidence = new Evidence();
  kinds.forEach((kind, index) => void evidence.add(kind, 100 + index, index * 1000));
  return evidence.verdict;
}

describe("Evidence", () => {
  it("is enough after three of a kind, or two that are telling", () => {
    assert.equal(verdictOf("closed", "closed"), null);
    assert.deepEqual(verdictOf("closed", "closed", "closed"), { kind: "closed", count: 3, ms: 102 });
    assert.equal(verdictOf("silent"), null);
    assert.deepEqual(verdictOf("silent", "silent"), { kind: "silent", count: 2, ms: 101 });
    assert.deepEqual(verdictOf("late", "late"), { kind: "late", count: 2, ms: 101 });
  });

  it("counts kinds together", () => {
    assert.deepEqual(verdictOf("closed", "refused", "closed"), { kind: "closed", count: 2, ms: 102 });
  });

  it("is nothing at first, and after it was cleared", () => {
    const evidence = new Evidence();
    assert.equal(evidence.verdict, null);
    for (const at of [1, 2, 3]) evidence.add("closed", 200, at);
    evidence.clear();
    assert.equal(evidence.verdict, null);
  });

  it("forgets accidents that are far apart", () => {
    const evidence = new Evidence();
    for (const minute of [0, 2, 4, 6]) evidence.add("closed", 200, minute * 60_000);
    assert.equal(evidence.verdict, null);
  });

  it("learns a hold from three cuts at the same time, and from nothing else", () => {
    const evidence = new Evidence();
    assert.deepEqual(
      [30_010, 30_020].map((ms) => evidence.cut(ms, 50)),
      [null, null],
    );
    assert.equal(evidence.cut(30_000, 50), 24);
    assert.equal(evidence.cut(30_000, 50), null, "it begins again");
    const erratic = new Evidence();
    assert.deepEqual(
      [5000, 21_000, 12_000, 3500, 24_000].map((ms) => erratic.cut(ms, 25)),
      Array(5).fill(null),
    );
    const even = new Evidence();
    assert.deepEqual(
      [30_500, 30_000, 29_600].map((ms) => even.cut(ms, 55)),
      [null, null, 23],
    );
  });

  it("knows that a browser asks again by itself before it tells", () => {
    const twice = new Evidence();
    assert.deepEqual(
      [60_000, 60_000, 60_000].map((ms) => twice.cut(ms, 50)),
      [null, null, 24],
    );
    const several = new Evidence();
    assert.deepEqual(
      [21_070, 6050, 9030].map((ms) => several.cut(ms, 25)),
      [null, null, 2],
    );
  });

  it("halves a hold that was cut although it is within what was learned", () => {
    const evidence = new Evidence();
    assert.deepEqual(
      [8000, 8000, 8000].map((ms) => evidence.cut(ms, 6)),
      [null, null, 3],
    );
  });

  it("never learns a hold of less than two seconds", () => {
    const evidence = new Evidence();
    assert.deepEqual(
      [1600, 1700, 1600].map((ms) => evidence.cut(ms, 50)),
      [null, null, 2],
    );
  });
});

describe("reading", () => {
  const end = { kind: /** @type {const} */ ("end"), code: "network", ms: 200, wasOpen: true };

  it("tells how a socket failed", () => {
    assert.equal(reading("websocket", end), "closed");
    assert.equal(reading("websocket", { ...end, wasOpen: false }), "refused");
    assert.equal(reading("websocket", { ...end, code: "timeout" }), "silent");
  });

  it("has nothing against a socket that lived, nor against what the server decided", () => {
    assert.equal(reading("websocket", { ...end, ms: 60_000 }), null);
    for (const code of ["restarting", "unavailable", "rate_limited", "forbidden", "slow_consumer"])
      assert.equal(reading("websocket", { ...end, code }), null);
  });

  it("tells a held question that was cut from one that failed at once", () => {
    assert.equal(reading("longpoll", { ...end, ms: 30_000 }), "cut");
    assert.equal(reading("longpoll", { ...end, ms: 60_000, code: "unavailable" }), "cut");
    assert.equal(reading("longpoll", end), "failed");
    assert.equal(reading("longpoll", { ...end, code: "timeout", ms: 35_000 }), "cut");
    assert.equal(reading("longpoll", { ...end, code: "timeout", ms: 15_000, wasOpen: false }), "silent");
    assert.equal(reading("longpoll", { ...end, kind: "late", code: "" }), "late");
  });

  it("has nothing to say of polling, below which there is nothing", () => {
    assert.equal(reading("poll", end), null);
    assert.equal(reading("poll", { ...end, code: "timeout" }), null);
  });
});
