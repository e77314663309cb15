// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { har } from "../../../static/chat/js/inspector/har.js";
import { BLANK } from "../../../static/chat/js/recorder/trace.js";

/** @import { Heads, Trace } from "../../../static/chat/js/recorder/trace.js" */

const AT = Date.parse("2026-11-17T09:00:00Z");
const page = { origin: "https://chat.test", browser: "a browser" };

/** @param {Partial<Trace>} more @returns {Trace} */
const trace = (more) => ({ ...BLANK, at: AT, ...more });

const frame = (/** @type {Partial<Trace>} */ more) =>
  trace({ kind: "frame", socket: 3, url: "wss://chat.test/ws/rooms/lobby/?after=a%3A1", ...more });

describe("har", () => {
  it("has for each request what HAR 1.2 asks for", () => {
    const post = trace({
      what: "POST /api/rooms/lobby/messages",
      tookMs: 12,
      status: 201,
      body: '{"body":"ü"}',
      text: '{"message":1}',
      sent: /** @type {Heads} */ ([["content-type", "application/json"]]),
      received: /** @type {Heads} */ ([["content-type", "application/json"]]),
    });
    const { log } = har([post], page);
    assert.deepEqual([log.version, log.pages, log.entries.length], ["1.2", [], 1]);
    const [entry] = /** @type {any[]} */ (log.entries);
    assert.deepEqual(Object.keys(entry), [
      "startedDateTime",
      "time",
      "request",
      "response",
      "cache",
      "timings",
      "_resourceType",
    ]);
    assert.deepEqual([entry.startedDateTime, entry.time], ["2026-11-17T09:00:00.000Z", 12]);
    assert.deepEqual(entry.timings, { send: 0, wait: 12, receive: 0 });
    const { request, response } = entry;
    assert.deepEqual([request.method, request.url], ["POST", "https://chat.test/api/rooms/lobby/messages"]);
    assert.deepEqual(request.postData, { mimeType: "application/json", text: '{"body":"ü"}' });
    assert.deepEqual([request.bodySize, request.headersSize, request.cookies], [13, -1, []]);
    assert.deepEqual(response.content, { size: 13, mimeType: "application/json", text: '{"message":1}' });
    assert.deepEqual([response.status, response.redirectURL, response.cookies], [201, "", []]);
  });

  it("takes the query of an address apart, and has no data of a plain question", () => {
    const [entry] = har([trace({ what: "GET /api/rooms/lobby/poll?after=a%3A1&limit=200", status: 200 })], page).log
      .entries;
    assert.deepEqual(entry?.request.queryString, [
      { name: "after", value: "a:1" },
      { name: "limit", value: "200" },
    ]);
    assert.ok(!Object.hasOwn(entry?.request ?? {}, "postData"));
  });

  it("puts the frames of a socket to its handshake, as browsers do", () => {
    const traces = [
      frame({ kind: "handshake", what: "GET wss://chat.test/ws/rooms/lobby/?after=a%3A1", status: 101, tookMs: 5 }),
      frame({ direction: "in", text: "hello", at: AT + 10 }),
      frame({ direction: "out", text: "seen", at: AT + 20 }),
      trace({ kind: "hand-over", what: "websocket → poll" }),
    ];
    const { entries } = har(traces, page).log;
    const [entry] = /** @type {any[]} */ (entries);
    assert.deepEqual([entries.length, entry._resourceType, entry.response.status], [1, "websocket", 101]);
    assert.deepEqual(entry._webSocketMessages, [
      { type: "receive", time: AT / 1000 + 0.01, opcode: 1, data: "hello" },
      { type: "send", time: AT / 1000 + 0.02, opcode: 1, data: "seen" },
    ]);
  });

  it("keeps frames whose handshake was let go", () => {
    const [entry] = /** @type {any[]} */ (har([frame({ text: "late" })], page).log.entries);
    assert.deepEqual([entry.request.method, entry.request.url], ["GET", "wss://chat.test/ws/rooms/lobby/?after=a%3A1"]);
    assert.deepEqual([entry.response.content.text, entry._webSocketMessages.length], ["", 1]);
  });

  it("is in order of time", () => {
    const late = trace({ what: "GET /b", at: AT + 100 });
    const entries = har([late, trace({ what: "GET /a" })], page).log.entries;
    assert.deepEqual(
      entries.map(({ request }) => request.url),
      ["https://chat.test/a", "https://chat.test/b"],
    );
  });
});
