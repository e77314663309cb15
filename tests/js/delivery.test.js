// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Delivery } from "../../static/chat/js/delivery.js";
import { golden } from "./support/golden.js";

const SERVER = Date.parse("2026-11-17T09:00:00Z");
const SKEW = 3_600_000; // our clock is an hour ahead

/** @param {number} ms after the start, by the server's clock @param {object} [more] */
const message = (ms, more = {}) => ({
  ...golden("message"),
  version: 127,
  created_at: new Date(SERVER + ms).toISOString(),
  ...more,
});

test("nothing is claimed before the clocks are compared", () => {
  const delivery = new Delivery();
  delivery.received(message(0), SERVER + 5);
  assert.equal(delivery.ms, null);
});

test("the time since the server stored a message is measured, whatever our clock shows", () => {
  const delivery = new Delivery();
  delivery.sent(message(1000), SERVER + SKEW + 990, SERVER + SKEW + 1010);
  delivery.received(message(5000), SERVER + SKEW + 5040);
  assert.equal(delivery.ms, 40);
});

test("the quickest send sets the clock", () => {
  const delivery = new Delivery();
  delivery.sent(message(1000), SERVER + 990, SERVER + 1010);
  delivery.sent(message(2000), SERVER + 2000, SERVER + 9000);
  delivery.received(message(10_000), SERVER + 10_040);
  assert.equal(delivery.ms, 40);
});

test("one slow message moves the figure by its share, and none is negative", () => {
  const delivery = new Delivery();
  delivery.sent(message(0), SERVER, SERVER);
  delivery.received(message(1000), SERVER + 990);
  assert.equal(delivery.ms, 0);
  delivery.received(message(2000), SERVER + 2100);
  assert.equal(delivery.ms, 30);
});

test("a change of an old message says nothing about delivery", () => {
  const delivery = new Delivery();
  delivery.sent(message(0), SERVER, SERVER);
  delivery.received(message(0, { version: 300 }), SERVER + 90_000);
  assert.equal(delivery.ms, null);
});
