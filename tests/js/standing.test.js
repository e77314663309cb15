// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Standing } from "../../static/chat/js/standing.js";
import { ChatError } from "../../static/chat/js/wire.js";
import { golden } from "./support/golden.js";

function setUp() {
  /** @type {string[]} */
  const told = [];
  /** @type {{ answer: () => Promise<any> }} */
  const server = { answer: async () => golden("state") };
  const standing = new Standing(golden("state"), {
    ask: () => server.answer(),
    onRoom: ({ version }) => void told.push(`room ${version}`),
    onYou: ({ may_post }) => void told.push(`may post: ${may_post}`),
    onStranger: ({ code }) => void told.push(code),
  });
  return { told, server, standing };
}

test("a room is news when its version is newer, or after a reset", () => {
  const { standing } = setUp();
  const room = golden("room");
  assert.equal(standing.isNews({ ...room, version: 91 }), true);
  assert.equal(standing.isNews(room), false);
  assert.equal(standing.isNews({ ...room, version: 12 }), false);
  assert.equal(standing.isNews({ ...room, version: 12 }, true), true);
});

test("what one may do is told when it changes", () => {
  const { told, standing } = setUp();
  standing.setYou(golden("you"));
  assert.deepEqual(told, []);
  standing.setYou(golden("you_muted"));
  assert.deepEqual([told, standing.you.may_post], [["may post: false"], false]);
});

test("a mark that has moved is no news", () => {
  const { told, standing } = setUp();
  standing.setYou({ ...golden("you"), last_read_seq: 999 });
  assert.deepEqual([told, standing.you.last_read_seq], [[], 999]);
});

test("another person's standing is not taken", () => {
  const { told, standing } = setUp();
  standing.setYou({ ...golden("you_muted"), id: 5 });
  assert.deepEqual([told, standing.you], [["not_authenticated"], golden("you")]);
});

test("a refresh takes the room and what one may do in it", async () => {
  const { told, server, standing } = setUp();
  server.answer = async () => ({ ...golden("state"), room: golden("batch_room").room, you: golden("you_muted") });
  standing.isStale = true;
  await standing.refresh();
  assert.deepEqual([told, standing.isStale], [["room 132", "may post: false"], false]);
});

test("a refresh that fails is due again, one that is refused is not", async () => {
  for (const [code, isDue] of /** @type {const} */ ([
    ["network", true],
    ["forbidden", false],
  ])) {
    const { server, standing } = setUp();
    server.answer = () => Promise.reject(new ChatError(code));
    await standing.refresh();
    assert.equal(standing.isStale, isDue);
  }
});
