// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Announcer } from "../../static/chat/js/announcer.js";

function setUp() {
  const announcer = new Announcer();
  /** @type {any[]} */
  const heard = [];
  for (const type of ["a", "b"])
    announcer.addEventListener(type, (event) => heard.push([type, /** @type {any} */ (event).detail]));
  return { announcer, heard };
}

test("an announcement reaches the listeners of its kind, each time", () => {
  const { announcer, heard } = setUp();
  announcer.announce("a", { n: 1 });
  announcer.announce("a", { n: 1 });
  assert.deepEqual(heard, [
    ["a", { n: 1 }],
    ["a", { n: 1 }],
  ]);
});

test("a change is announced only when it is one, kind by kind", () => {
  const { announcer, heard } = setUp();
  for (const [type, n] of /** @type {const} */ ([
    ["a", 1],
    ["a", 1],
    ["b", 1],
    ["a", 2],
    ["a", 1],
  ]))
    announcer.announceChange(type, { n });
  assert.deepEqual(heard, [
    ["a", { n: 1 }],
    ["b", { n: 1 }],
    ["a", { n: 2 }],
    ["a", { n: 1 }],
  ]);
});
