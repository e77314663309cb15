// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { percentile, Totals } from "../../../static/chat/js/recorder/totals.js";

/** @param {object} more @returns {any} */
const trace = (more) => ({
  kind: "request",
  direction: "out",
  status: 200,
  messages: 0,
  tookMs: 5,
  asks: "longpoll",
  up: 100,
  down: 50,
  ...more,
});

describe("Totals", () => {
  it("counts what brought nothing, what was pushed and what failed", () => {
    const totals = new Totals();
    totals.add(trace({}));
    totals.add(trace({ messages: 2 }));
    totals.add(trace({ messages: 1, tookMs: 9000 }));
    totals.add(trace({ messages: 1, tookMs: 9000, asks: "poll" }));
    totals.add(trace({ asks: null }));
    totals.add(trace({ status: 0, down: 0 }));
    totals.add(trace({ status: 503 }));
    assert.deepEqual(totals.counts, { requests: 7, empty: 1, pushed: 1, up: 700, down: 300, failed: 2 });
  });

  it("counts a socket as one request, and each frame with messages as a push", () => {
    const totals = new Totals();
    totals.add(trace({ kind: "handshake", status: 101, asks: null }));
    totals.add(trace({ kind: "frame", direction: "in", messages: 3, up: 0 }));
    totals.add(trace({ kind: "frame", direction: "in", up: 0 }));
    totals.add(trace({ kind: "frame", direction: "out", down: 0 }));
    assert.deepEqual(totals.counts, { requests: 1, empty: 0, pushed: 1, up: 200, down: 150, failed: 0 });
  });

  it("tells what was added since a moment", () => {
    const totals = new Totals();
    totals.add(trace({}));
    const since = totals.snapshot();
    totals.add(trace({ messages: 1 }));
    assert.deepEqual(totals.after(since), { requests: 1, empty: 0, pushed: 0, up: 100, down: 50, failed: 0 });
  });
});

describe("percentile", () => {
  it("is one of the values", () => {
    const values = [5, 1, 4, 2, 3];
    assert.deepEqual(
      [1, 50, 95, 100].map((share) => percentile(values, share)),
      [1, 3, 5, 5],
    );
    assert.equal(percentile([], 50), null);
    assert.deepEqual(values, [5, 1, 4, 2, 3]);
  });
});
