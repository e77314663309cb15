// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import {
  asChatError,
  ChatError,
  distance,
  errorOfAnswer,
  errorOfBody,
  errorOfClose,
  parseCursor,
  readBatch,
  readFrame,
} from "../../static/chat/js/wire.js";
import { golden } from "./support/golden.js";

for (const name of [
  "batch",
  "batch_more",
  "batch_room",
  "empty",
  "empty_restarting",
  "empty_switch",
  "reset",
  "hello",
  "sent",
  "error_frame",
  "ping",
  "drain",
  "switch",
]) {
  test(`the golden frame ${name} is read field by field`, () => {
    assert.deepEqual(readFrame(JSON.stringify(golden(name))), golden(name));
  });
}

test("a frame of a later version of the protocol is passed over", () => {
  assert.equal(readFrame('{"type":"typing","who":3}'), null);
  assert.equal(readFrame("null"), null);
});

test("fields that are not known are left alone", () => {
  const frame = readFrame(JSON.stringify({ ...golden("empty"), later: 1 }));
  assert.equal(/** @type {any} */ (frame).later, 1);
});

test("a batch without a room, more or reset means none of them", () => {
  const { room, more, reset } = readBatch({ type: "batch", cursor: "a:1", messages: [] });
  assert.deepEqual({ room, more, reset }, { room: null, more: false, reset: false });
});

for (const broken of [
  null,
  {},
  { type: "batch" },
  { type: "batch", messages: [], cursor: "nonsense" },
  { type: "batch", messages: {}, cursor: "a:1" },
]) {
  test(`what is no batch is refused: ${JSON.stringify(broken)}`, () => {
    assert.throws(() => readBatch(broken), ChatError);
  });
}

test("a cursor is an epoch and a number", () => {
  assert.deepEqual(parseCursor("k3f9:128"), { epoch: "k3f9", number: 128 });
  for (const bad of ["", "k3f9", "k3f9:", ":1", "k3f9:-1", "k3f9:1x", null, undefined])
    assert.equal(parseCursor(bad), null);
});

test("the distance of two cursors is a number within an epoch and none across epochs", () => {
  assert.equal(distance("k3f9:130", "k3f9:128"), 2);
  assert.equal(distance("k3f9:128", "k3f9:130"), -2);
  assert.equal(Number.isNaN(distance("z8q1:130", "k3f9:128")), true);
});

test("a refusal keeps code, words, field and wait", () => {
  const error = errorOfBody(golden("error"));
  assert.equal(error.code, "too_long");
  assert.equal(error.field, "body");
  assert.equal(error.message, "A message has at most 4000 characters.");
  const limited = errorOfBody(golden("error_rate_limited"));
  assert.equal(limited.retryMs, 3000);
  assert.deepEqual(limited.toJSON(), {
    code: "rate_limited",
    message: "Too many messages. Wait a moment.",
    retry_after: 3,
  });
});

test("an HTTP answer that the server has not written is judged by its status", () => {
  const codes = [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504].map(
    (status) => errorOfAnswer(status, null).code,
  );
  assert.deepEqual(codes, [
    "invalid",
    "not_authenticated",
    "forbidden",
    "not_found",
    "conflict",
    "too_large",
    "rate_limited",
    "unavailable",
    "unavailable",
    "unavailable",
    "unavailable",
  ]);
});

test("the Retry-After header counts when the body says nothing, and a date in it is passed over", () => {
  assert.equal(errorOfAnswer(503, null, "7").retryMs, 7000);
  assert.equal(errorOfAnswer(429, golden("error_rate_limited"), "9").retryMs, 3000);
  assert.equal(errorOfAnswer(503, null, "Wed, 21 Oct 2026 07:28:00 GMT").retryMs, null);
});

test("each close code has its meaning, and any other is the network's", () => {
  const codes = [4400, 4401, 4403, 4404, 4408, 4410, 4412, 4413, 4429, 4503, 1006, 1001].map(
    (code) => errorOfClose(code).code,
  );
  assert.deepEqual(codes, [
    "invalid",
    "not_authenticated",
    "forbidden",
    "not_found",
    "slow_consumer",
    "transport_not_allowed",
    "restarting",
    "too_large",
    "rate_limited",
    "unavailable",
    "network",
    "network",
  ]);
});

test("only what no repetition can change is final", () => {
  const final = ["invalid", "forbidden", "not_found", "conflict", "too_long", "too_large"];
  const passing = [
    "network",
    "timeout",
    "rate_limited",
    "unavailable",
    "restarting",
    "slow_consumer",
    "not_authenticated",
    "transport_not_allowed",
  ];
  assert.deepEqual(
    final.filter((code) => !new ChatError(code).isFinal),
    [],
  );
  assert.deepEqual(
    passing.filter((code) => new ChatError(code).isFinal),
    [],
  );
});

test("four refusals stop a line, the others do not", () => {
  const codes = [
    "not_authenticated",
    "forbidden",
    "not_found",
    "transport_not_allowed",
    "slow_consumer",
    "restarting",
    "invalid",
    "network",
  ];
  assert.deepEqual(
    codes.filter((code) => new ChatError(code).isStop),
    codes.slice(0, 4),
  );
});

test("whatever else is thrown is a failure of the network", () => {
  assert.equal(asChatError(new TypeError("Failed to fetch")).code, "network");
  const error = new ChatError("conflict");
  assert.equal(asChatError(error), error);
});
