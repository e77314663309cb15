// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Window } from "../../../static/chat/js/ui/window.js";

/** @returns {any} */
const message = (/** @type {number} */ seq, version = seq) => ({ seq, version, key: `k${seq}` });
const range = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const shown = (/** @type {Window} */ window) => window.messages.map(({ seq }) => seq);

describe("Window", () => {
  it("takes new messages at the end", () => {
    const window = new Window(range(1, 3), false);
    assert.equal(window.take(message(4)), "insert");
    assert.deepEqual(shown(window), [1, 2, 3, 4]);
    assert.equal(window.isAtEnd, true);
  });

  it("replaces a message by its newer version only", () => {
    const window = new Window(range(1, 3), false);
    assert.equal(window.take(message(2, 9)), "replace");
    assert.equal(window.take(message(2, 8)), "ignored");
    assert.equal(window.get(2)?.version, 9);
  });

  it("lets the newest go when history makes it too long, and is away from the end then", () => {
    const window = new Window(range(11, 20), true, 10);
    window.prepend(range(6, 10), true);
    assert.deepEqual(shown(window), [6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    assert.equal(window.isAtEnd, false);
    assert.equal(window.more, true);
  });

  it("is at the end after a reset, also when the log has gone back", () => {
    const window = new Window(range(1, 9), false);
    window.reset(range(1, 4));
    assert.deepEqual([window.head, window.isAtEnd], [4, true]);
    assert.equal(window.take(message(5)), "insert");
  });

  it("only counts what comes while it is away from the end", () => {
    const window = new Window(range(11, 20), true, 10);
    window.prepend(range(6, 10), false);
    assert.equal(window.take(message(21)), "later");
    assert.equal(window.head, 21);
    assert.equal(shown(window).at(-1), 15);
    assert.equal(window.take(message(12, 30)), "replace");
  });

  it("reads on to the end, and lets the oldest go", () => {
    const window = new Window(range(11, 20), true, 10);
    window.prepend(range(6, 10), false);
    assert.equal(window.append(range(14, 20)), 5);
    assert.deepEqual(shown(window), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    assert.equal(window.isAtEnd, true);
    assert.equal(window.more, true);
  });

  it("shows another part", () => {
    const window = new Window(range(90, 99), true);
    window.show(range(10, 19), true);
    assert.deepEqual([window.isAtEnd, window.head, window.last?.seq], [false, 99, 19]);
  });
});
