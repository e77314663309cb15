// @ts-check
process.env.TZ = "UTC";

import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { buttonWord, trouble } = await import("../../../static/chat/js/ui/connection.js");

/** @returns {any} */
const status = (/** @type {string} */ phase, more = {}) => ({
  via: "websocket",
  everyMs: null,
  phase,
  retryAt: null,
  error: null,
  ...more,
});
const since = Date.parse("2026-11-17T14:03:00Z");

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

  it("keeps to one word from try to try", () => {
    const error = { code: "network", message: "" };
    assert.equal(buttonWord(status("connecting", { error })), buttonWord(status("waiting", { error })));
  });
});

describe("trouble", () => {
  it("is empty when all is well", () => {
    assert.equal(trouble(status("live"), since, since), "");
  });

  it("says since when, and what happens next", () => {
    assert.match(
      trouble(status("waiting", { retryAt: since + 6500 }), since, since),
      /since .*03.* Trying again in 7 s\.$/,
    );
    assert.match(trouble(status("offline"), since, since), /offline since .*03/);
  });

  it("gives the reason of a refusal", () => {
    assert.equal(
      trouble(status("refused", { error: { message: "You are banned." } }), since, since),
      "You are banned.",
    );
  });
});
