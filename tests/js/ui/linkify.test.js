// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pieces } from "../../../static/chat/js/ui/linkify.js";

const links = (/** @type {string} */ text) => pieces(text).flatMap((piece) => (piece.href ? [piece.text] : []));

describe("pieces", () => {
  it("leaves text without an address in one piece", () => {
    assert.deepEqual(pieces("no address: here"), [{ text: "no address: here" }]);
    assert.deepEqual(pieces(""), []);
  });

  it("finds http, https and mailto", () => {
    assert.deepEqual(links("http://a.example, https://b.example/x?y=1#z mailto:ada@c.example"), [
      "http://a.example",
      "https://b.example/x?y=1#z",
      "mailto:ada@c.example",
    ]);
  });

  it("links no other scheme", () => {
    assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://a.example file:///etc xhttps://a.example"), []);
  });

  it("leaves the punctuation of the sentence outside", () => {
    assert.deepEqual(links("(see https://a.example/b), or https://a.example/c_(d)."), [
      "https://a.example/b",
      "https://a.example/c_(d)",
    ]);
    assert.deepEqual(links("“https://a.example”! <https://b.example>"), ["https://a.example", "https://b.example"]);
  });

  it("gives the whole text back", () => {
    const text = "a https://a.example/, (http://b.example)\nhttps:// mailto: https://c.example/%zz …";
    assert.equal(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
  });

  it("stays quick on long and odd input", () => {
    const text = "https://a.example/".repeat(2000) + ")".repeat(4000);
    const before = process.cpuUsage(); // time of its own: a machine may be busy with other work
    assert.equal(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
    assert.ok(process.cpuUsage(before).user < 2_000_000, "microseconds");
  });
});
