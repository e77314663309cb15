// @ts-check
import assert from "node:assert/strict";
import { it } from "node:test";
import { firstLine } from "../../../static/chat/js/ui/quotes.js";
import { say } from "../../../static/chat/js/ui/words.js";

it("a quote is the first line, cut where it is long", () => {
  assert.equal(firstLine("one\ntwo"), "one");
  assert.equal(firstLine("x".repeat(500)).length, 120);
});

it("a string is filled in without reading what is filled in", () => {
  assert.equal(say("another", { name: "{text}", text: "{name}" }), "{text}: {name}");
});
