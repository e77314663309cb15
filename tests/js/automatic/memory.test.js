// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
/** @import { Via } from "../../../static/chat/js/types.d.ts" */
import { better, worse } from "../../../static/chat/js/automatic/ladder.js";
import { Memory, NAME } from "../../../static/chat/js/automatic/memory.js";
import { Browser } from "../support/storage.js";

describe("Memory", () => {
  it("keeps what works for each network, for all tabs", () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(new EventTarget()), browser.tab(new EventTarget())];
    new Memory({ storage: one }, "home").keep({ via: "longpoll", holdS: 24 });
    new Memory({ storage: one }, "home").keep({ via: "poll" });
    new Memory({ storage: one }, "work").keep({ via: "websocket" });
    assert.deepEqual(new Memory({ storage: other }, "home").known, { via: "poll", holdS: 24 });
    assert.deepEqual(new Memory({ storage: other }, "elsewhere").known, {});
  });

  it("forgets the networks that it has not seen for the longest time", () => {
    const storage = new Browser().tab(new EventTarget());
    for (let number = 0; number < 30; number += 1) {
      new Memory({ storage }, `n${number}`).keep({ tries: number });
      new Memory({ storage }, "home").keep({ via: "poll" });
    }
    const kept = Object.keys(JSON.parse(storage.getItem(NAME) ?? "{}"));
    assert.deepEqual([kept.length, kept.at(-1), kept[0]], [20, "home", "n11"]);
  });

  it("does without a storage, and with one that is full or holds something else", () => {
    const browser = new Browser();
    const storage = browser.tab(new EventTarget());
    for (const text of ["", "null", "{", "[]"]) {
      storage.setItem(NAME, text);
      assert.deepEqual(new Memory({ storage }, "home").known, {});
    }
    browser.isFull = true;
    new Memory({ storage }, "home").keep({ via: "poll" });
    new Memory({ storage: null }, "home").keep({ via: "poll" });
    assert.deepEqual(new Memory({ storage: null }, "home").known, {});
  });
});

/** @param {Via} best the default @param {Via[]} others */
const policy = (best, ...others) => ({ allowed: [...others, best], default: best, poll_interval_ms: 2000, hold_s: 25 });

describe("the ladder", () => {
  it("has what is better, the best first, and what is worse, the next first, of what is allowed", () => {
    const all = policy("websocket", "poll", "longpoll");
    assert.deepEqual(better(all, "poll"), ["websocket", "longpoll"]);
    assert.deepEqual(worse(all, "websocket"), ["longpoll", "poll"]);
    assert.deepEqual(better(policy("poll"), "poll"), []);
    assert.deepEqual(worse(policy("websocket", "poll"), "websocket"), ["poll"]);
  });

  it("begins at the default of the room", () => {
    const frugal = policy("longpoll", "poll", "websocket");
    assert.deepEqual(better(frugal, "poll"), ["longpoll"]);
    assert.deepEqual(better(frugal, "longpoll"), []);
    assert.deepEqual(worse(frugal, "websocket"), ["longpoll", "poll"]);
  });
});
