// @ts-check
process.env.TZ = "UTC";

import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { buttonWord } = await import("../../../static/chat/js/ui/connection.js");

/** @returns {any} */
const status = (/** @type {string} */ phase, more = {}) => ({
  via: "websocket",
  everyMs: null,
  phase,
  retryAt: null,
  error: null,
  ...more,
});

describe("buttonWord", () => {
  it("names the transport while it works", () => {
    assert.equal(buttonWord(status("live")), "via WebSocket");
    assert.equal(buttonWord(status("catching_up", { via: "longpoll" })), "via long polling");
    assert.equal(buttonWord(status("live", { via: "poll", everyMs: 2000 })), "polling every 2 s");
  });

  it("tells the truth while it does not", () => {
    assert.equal(buttonWord(status("waiting")), "reconnecting");
    assert.equal(buttonWord(status("offline")), "offline");
    assert.equal(buttonWord(status("connecting")), "connecting");
    assert.equal(buttonWord(status("refused")), "not connected");
  });

  it("does not claim contact that there is not", () => {
    assert.equal(buttonWord(status("live", { isSilent: true })), "no contact");
    assert.equal(buttonWord(status("waiting", { isSilent: true })), "reconnecting");
  });

  it("keeps to one word from try to try", () => {
    const error = { code: "network", message: "" };
    assert.equal(buttonWord(status("connecting", { error })), buttonWord(status("waiting", { error })));
  });
});
