// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Tally, viaOf } from "../../../static/chat/js/inspector/tally.js";
import { BLANK } from "../../../static/chat/js/recorder/trace.js";

const poll = {
  ...BLANK,
  what: "GET /api/rooms/lobby/poll?after=a:1",
  asks: /** @type {const} */ ("poll"),
  status: 200,
};
const echo = {
  ...BLANK,
  kind: /** @type {const} */ ("frame"),
  what: "echo",
  socket: 1,
  text: '{"type":"echo","ref":7}',
};

describe("viaOf", () => {
  it("is how a question asks, the socket that a frame passed, and the one in use for changes of the log", () => {
    const change = { ...BLANK, what: "POST /api/rooms/lobby/messages" };
    const other = { ...BLANK, what: "POST /api/rooms/lobby/read" };
    const history = { ...BLANK, what: "GET /api/rooms/lobby/messages?before=3" };
    const found = [poll, echo, change, other, history].map((trace) => viaOf(trace, "longpoll"));
    assert.deepEqual(found, ["poll", "websocket", "longpoll", null, null]);
  });
});

describe("Tally", () => {
  it("counts empty answers among those that could have had some", () => {
    const tally = new Tally();
    for (const messages of [0, 0, 0, 2]) tally.add({ ...poll, messages });
    tally.add({ ...BLANK, what: "POST /api/rooms/lobby/messages", status: 201 });
    const { requests, empty, emptyPercent, messages } = tally.figures;
    assert.deepEqual([requests, empty, emptyPercent, messages], [5, 3, 75, 2]);
  });

  it("has no share of nothing", () => {
    const { emptyPercent, p50, trip } = new Tally().figures;
    assert.deepEqual([emptyPercent, p50, trip], [null, null, null]);
  });

  it("takes as round trip what is answered at once, and echoes", () => {
    const tally = new Tally();
    const held = {
      ...poll,
      asks: /** @type {const} */ ("longpoll"),
      what: "GET /longpoll?wait=25&page=x",
      tookMs: 9000,
    };
    tally.add(held);
    assert.equal(tally.figures.trip, null);
    tally.add({ ...held, what: "GET /longpoll?wait=0&page=x", tookMs: 30 });
    assert.equal(tally.figures.trip, 30);
    const socket = new Tally();
    socket.add({ ...echo, direction: "out", at: 1000 });
    socket.add({ ...echo, direction: "in", at: 1042 });
    socket.add({ ...echo, direction: "in", at: 9000 });
    assert.equal(socket.figures.trip, 42);
  });

  it("tells the spread of deliveries, and keeps the newest", () => {
    const tally = new Tally();
    for (let ms = 1; ms <= 2000; ms += 1) tally.deliver(ms);
    const { p50, p95, p99 } = tally.figures;
    assert.deepEqual([p50, p95, p99], [1500, 1950, 1990]);
  });
});
