// @ts-check
process.env.TZ = "Europe/Berlin";

import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { amount, continues, countdown, dayLabel, dayOf, interval } = await import(
  "../../../static/chat/js/ui/format.js"
);

const base = {
  seq: 1,
  version: 1,
  kind: "text",
  author: { id: 1, name: "Ada" },
  body: "",
  key: "k",
  reply_to: null,
  edited_at: null,
  deleted: false,
};
const at = (/** @type {string} */ created_at, more = {}) => /** @type {any} */ ({ ...base, created_at, ...more });

describe("continues", () => {
  const first = at("2026-11-17T10:00:00Z");

  it("joins messages of one author within the time", () => {
    assert.equal(continues(first, at("2026-11-17T10:04:59Z"), 300), true);
  });

  it("starts anew when the time is over", () => {
    assert.equal(continues(first, at("2026-11-17T10:05:00Z"), 300), false);
  });

  it("starts anew for another author, a reply, a system message and the first row", () => {
    const soon = "2026-11-17T10:00:01Z";
    assert.equal(continues(first, at(soon, { author: { id: 2, name: "Ada" } }), 300), false);
    assert.equal(continues(first, at(soon, { reply_to: 1 }), 300), false);
    assert.equal(continues(first, at(soon, { kind: "system" }), 300), false);
    assert.equal(continues(undefined, first, 300), false);
  });

  it("starts anew at local midnight", () => {
    assert.equal(continues(at("2026-11-17T22:59:00Z"), at("2026-11-17T23:01:00Z"), 300), false);
  });
});

describe("days", () => {
  it("are local", () => {
    assert.equal(dayOf(new Date("2026-11-17T23:30:00Z")), "2026-11-18");
  });

  it("are named without the year, unless it is another one", () => {
    const now = new Date("2026-11-20T12:00:00Z");
    assert.equal(dayLabel(new Date("2026-11-17T12:00:00Z"), now), "Tuesday 17 November");
    assert.match(dayLabel(new Date("2025-12-31T12:00:00Z"), now), /31 December 2025/);
  });
});

describe("amounts of time", () => {
  it("count down without ever saying 0", () => {
    assert.equal(amount(1), "1 s");
    assert.equal(amount(6001), "7 s");
    assert.equal(amount(125_000), "3 min");
    assert.equal(amount(7_200_000), "2 h");
    assert.equal(countdown(-5), "now");
    assert.equal(countdown(6500), "in 7 s");
  });

  it("name an interval", () => {
    assert.equal(interval(500), "0.5 s");
    assert.equal(interval(2000), "2 s");
  });
});
