// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameBytes, requestBytes, responseBytes } from "../../../static/chat/js/recorder/sizes.js";

describe("frameBytes", () => {
  it("has the head that the protocol gives it, longer for a client's", () => {
    for (const [size, head] of [
      [0, 2],
      [125, 2],
      [126, 4],
      [65_535, 4],
      [65_536, 10],
    ]) {
      assert.equal(frameBytes("x".repeat(Number(size)), false), Number(head) + Number(size));
      assert.equal(frameBytes("x".repeat(Number(size)), true), Number(head) + 4 + Number(size));
    }
  });

  it("counts bytes and not characters", () => {
    assert.equal(frameBytes("ü", false), 4);
  });
});

describe("requests and answers", () => {
  it("grow by their paths, heads and bodies", () => {
    const plain = requestBytes("GET", "/a", {}, "");
    assert.equal(requestBytes("GET", "/abc", {}, ""), plain + 2);
    assert.equal(requestBytes("GET", "/a", { name: "value" }, "body"), plain + "name: value\r\n".length + 4);
    const bare = responseBytes(new Headers(), "");
    assert.equal(responseBytes(new Headers({ name: "value" }), "body"), bare + "name: value\r\n".length + 4);
  });
});
