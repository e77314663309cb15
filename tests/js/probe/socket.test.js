// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { probeSocket } from "../../../static/chat/js/probe/socket.js";
import { Clock } from "../support/clock.js";
import { fakeEnv } from "../support/page.js";

/** A socket that says hello and echoes, but for the faults of the test. */
class FakeSocket {
  static faults =
    /** @type {{ opens?: boolean, hello?: string | null, echoes?: (text: string) => boolean, cutMs?: number }} */ ({});
  static clock = new Clock();
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;

  constructor(/** @type {string} */ url) {
    assert.equal(url, "ws://chat.test/ws/connection-test/");
    const { opens = true, hello = '{"type":"hello"}', cutMs } = FakeSocket.faults;
    FakeSocket.clock.setTimeout(() => {
      if (!opens) return this.onclose({ code: 1006 });
      this.onopen();
      if (hello) this.onmessage({ data: hello });
    }, 20);
    if (cutMs !== undefined) FakeSocket.clock.setTimeout(() => this.onclose({ code: 1006 }), 20 + cutMs);
  }

  /** @param {string} text */
  send(text) {
    const { echoes = () => true } = FakeSocket.faults;
    if (echoes(text)) FakeSocket.clock.setTimeout(() => this.onmessage({ data: text }), 10);
  }

  close() {}
}

/** @param {typeof FakeSocket.faults} faults @returns {Promise<Record<string, any>>} what is told */
async function probe(faults) {
  const clock = new Clock();
  FakeSocket.clock = clock;
  FakeSocket.faults = faults;
  /** @type {Record<string, any>} */
  const told = {};
  const env = fakeEnv(clock, { WebSocket: /** @type {any} */ (FakeSocket) });
  const done = probeSocket(env, 25, (name, finding) => Object.assign(told, { [name]: finding }));
  await clock.advance(60_000);
  await done;
  assert.equal(clock.timers, 0);
  return told;
}

const states = (/** @type {Record<string, any>} */ told) =>
  Object.entries(told).map(([name, { state }]) => `${name} ${state}`);

describe("probeSocket", () => {
  it("tries all when all works", async () => {
    const told = await probe({});
    assert.deepEqual(states(told), ["upgrade good", "echo good", "stay good", "frame good", "quiet good"]);
    assert.deepEqual(
      [told.upgrade.figures, told.echo.figures, told.quiet.figures],
      [{ ms: 20 }, { ms: 10 }, { s: 25 }],
    );
  });

  it("notices a proxy that strips the Upgrade", async () => {
    assert.deepEqual(states(await probe({ opens: false })), ["upgrade bad"]);
  });

  it("tells in which direction frames are swallowed", async () => {
    assert.equal((await probe({ hello: null })).echo.why, "down");
    assert.equal((await probe({ echoes: () => false })).echo.why, "up");
  });

  it("notices what cuts a socket right after it has opened", async () => {
    const told = await probe({ cutMs: 200 });
    assert.deepEqual(told.stay, { state: "bad", figures: { ms: 200 } });
  });

  it("notices frames that are too large, and silences that are too long", async () => {
    assert.equal((await probe({ echoes: (text) => text.length < 1000 })).frame.state, "bad");
    assert.deepEqual((await probe({ cutMs: 12_000 })).quiet.state, "bad");
  });

  it("does not blame the way for a limit of the server", async () => {
    const told = await probe({ hello: '{"type":"error","retry_after":7}' });
    assert.deepEqual(told.echo, { state: "limited", figures: { wait: 7 } });
  });
});
