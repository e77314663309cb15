// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHECKS, verdict } from "../../../static/chat/js/probe/findings.js";

/** All good but these. @param {Record<string, any>} others @returns {any} */
const found = (others) => ({
  ...Object.fromEntries(CHECKS.map((name) => [name, { state: "good", figures: {} }])),
  ...Object.fromEntries(Object.entries(others).map(([name, state]) => [name, { state, figures: {} }])),
});

describe("verdict", () => {
  it("takes a WebSocket where it does all that a room needs", () => {
    assert.equal(verdict(found({})), "websocket");
    assert.equal(verdict(found({ clock: "note", pieces: "note", hold50: "bad" })), "websocket");
  });

  it("takes no WebSocket that opens and then does not work", () => {
    for (const name of ["upgrade", "echo", "stay", "frame", "quiet"])
      assert.equal(verdict(found({ [name]: "bad" })), "longpoll", name);
    assert.equal(verdict(found({ upgrade: "bad", echo: "untried" })), "longpoll");
  });

  it("falls back to polling, and to nothing", () => {
    assert.equal(verdict(found({ upgrade: "bad", hold25: "bad" })), "poll");
    assert.equal(verdict(found({ plain: "bad", upgrade: "untried", hold25: "untried" })), null);
  });

  it("says nothing of what the server did not let it try", () => {
    assert.equal(verdict(found({ hold25: "limited" })), "limited");
  });
});
