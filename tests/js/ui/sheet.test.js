// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { roughly } from "../../../static/chat/js/ui/sheet.js";

test("a measured time is rounded as a person would say it", () => {
  assert.equal(roughly(4), "less than 10 ms");
  assert.equal(roughly(43), "about 45 ms");
  assert.equal(roughly(312), "about 300 ms");
  assert.equal(roughly(1234), "about 1.2 s");
});
