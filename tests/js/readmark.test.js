// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { ReadMark } from "../../static/chat/js/readmark.js";
import { Clock } from "./support/clock.js";
import { fakeEnv } from "./support/page.js";

function setUp() {
  const clock = new Clock();
  /** @type {number[]} */
  const told = [];
  const line = { fails: false };
  const mark = new ReadMark(fakeEnv(clock), 10, async (seq) => {
    told.push(seq);
    if (line.fails) throw new Error("no network");
  });
  return { clock, told, line, mark };
}

test("the first move is told at once, those of the next second in one request", async () => {
  const { clock, told, mark } = setUp();
  for (const seq of [11, 12, 15, 13]) mark.move(seq);
  assert.deepEqual(told, [11]);
  await clock.advance(999);
  assert.deepEqual(told, [11]);
  await clock.advance(1);
  assert.deepEqual(told, [11, 15]);
});

test("it never goes backwards, nor tells the same twice", async () => {
  const { clock, told, mark } = setUp();
  for (const seq of [10, 3, 12, 12, 11]) mark.move(seq);
  await clock.advance(5000);
  assert.deepEqual(told, [12]);
  assert.equal(clock.timers, 0);
});

test("what could not be told is told with the next move", async () => {
  const { clock, told, line, mark } = setUp();
  line.fails = true;
  mark.move(12);
  await clock.advance(200);
  line.fails = false;
  mark.move(12);
  await clock.advance(3000);
  assert.deepEqual(told, [12, 12]);
});
