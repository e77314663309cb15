// @ts-check
process.env.TZ = "UTC";

import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { moved, trouble } = await import("../../../static/chat/js/ui/trouble.js");

const since = Date.parse("2026-11-17T14:03:00Z");
const now = since + 6000;

/** @returns {any} */
const status = (/** @type {string} */ phase, more = {}) => ({
  via: "websocket",
  phase,
  retryAt: null,
  error: null,
  isSilent: false,
  heardAt: now - 40_000,
  progress: null,
  move: null,
  waitingToSend: 0,
  ...more,
});

describe("trouble", () => {
  it("is empty when all is well", () => {
    assert.equal(trouble(status("live"), now, since), "");
  });

  it("says for how long there was no contact, what waits, and what happens next", () => {
    assert.equal(
      trouble(status("waiting", { retryAt: now + 4500, waitingToSend: 2 }), now, since),
      "No contact for 40 s, 2 messages waiting. Reconnecting in 5 s.",
    );
    assert.equal(
      trouble(status("waiting", { retryAt: now, waitingToSend: 1 }), now, since),
      "No contact for 40 s, 1 message waiting. Reconnecting now.",
    );
    assert.equal(trouble(status("connecting"), now, since), "No contact for 40 s. Reconnecting.");
    assert.match(trouble(status("offline"), now, since), /offline since .*03/);
  });

  it("counts from when it began where there never was any contact", () => {
    assert.equal(trouble(status("connecting", { heardAt: null }), now, since), "No contact for 6 s. Reconnecting.");
  });

  it("does not take an open line for contact", () => {
    assert.equal(
      trouble(status("live", { isSilent: true }), now, since),
      "No contact for 40 s. Waiting for an answer.",
    );
    assert.match(trouble(status("catching_up", { isSilent: true }), now, since), /^No contact for 40 s\./);
  });

  it("says how far it has caught up", () => {
    assert.equal(
      trouble(status("catching_up", { progress: { done: 120, total: 300 } }), now, since),
      "Catching up: 120 of 300.",
    );
    assert.equal(trouble(status("catching_up"), now, since), "Catching up.");
  });

  it("gives the reason of a refusal", () => {
    assert.equal(trouble(status("refused", { error: { message: "You are banned." } }), now, since), "You are banned.");
  });
});

describe("moved", () => {
  it("says for a while why the page uses another transport", () => {
    const move = { words: "WebSocket works here again.", at: now - 10_000 };
    assert.equal(moved(status("live", { move }), now), move.words);
    assert.equal(moved(status("live", { move }), now + 10_000), "");
    assert.equal(moved(status("live"), now), "");
  });
});
