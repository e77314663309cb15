// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { howSeen, probeHold, probePieces, probePlain, probeSize } from "../../../static/chat/js/probe/http.js";
import { Clock } from "../support/clock.js";
import { fakeEnv } from "../support/page.js";

const location = { protocol: "https:", host: "chat.test" };

/** @param {(path: string, init: RequestInit) => Response | Promise<Response>} answer @param {Clock} [clock] */
const env = (answer, clock = new Clock()) =>
  fakeEnv(clock, {
    fetch: /** @type {any} */ (async (/** @type {string} */ path, /** @type {any} */ init) => answer(path, init)),
  });

const json = (/** @type {object} */ body) => Response.json(body);

describe("howSeen", () => {
  const seen = { at: "", address: "10.0.0.1", host: "chat.test", secure: true };

  it("tells a proxy that hides the scheme from one that hides the host", () => {
    assert.equal(howSeen(seen, location).state, "good");
    assert.equal(howSeen({ ...seen, secure: false }, location).why, "scheme");
    assert.equal(howSeen({ ...seen, host: "127.0.0.1:8001" }, location).why, "host");
  });
});

describe("probePlain", () => {
  it("takes the clock from the quickest answer", async () => {
    const clock = new Clock();
    const waits = [200, 40, 90, 60, 50];
    const ahead = 3000;
    const answer = async () => {
      const ms = waits.shift() ?? 0;
      clock.sleep(ms / 2);
      const at = new Date(clock.now() + ahead).toISOString();
      clock.sleep(ms / 2);
      return json({ at, address: "::1", host: "chat.test", secure: false });
    };
    /** @type {Record<string, any>} */
    const told = {};
    await probePlain(env(answer, clock), (name, finding) => Object.assign(told, { [name]: finding }));
    assert.deepEqual(told.plain, { state: "good", figures: { ms: 40 } });
    assert.deepEqual(told.clock, { state: "note", figures: { offset: "3.0" } });
    assert.equal(told.seen.state, "good");
  });

  it("tells a refusal by a limit from an answer of something else", async () => {
    /** @type {any[]} */
    const told = [];
    const tell = (/** @type {string} */ _name, /** @type {any} */ finding) => void told.push(finding);
    await probePlain(
      env(() => new Response("", { status: 429, headers: { "Retry-After": "12" } })),
      tell,
    );
    await probePlain(
      env(() => new Response("blocked", { status: 403 })),
      tell,
    );
    await probePlain(
      env(() => Promise.reject(new TypeError("no network"))),
      tell,
    );
    assert.deepEqual(told, [
      { state: "limited", figures: { wait: "12", status: 429 } },
      { state: "bad", figures: { status: 403 } },
      { state: "bad", figures: { status: 0 } },
    ]);
  });
});

describe("probeHold", () => {
  it("says when it was cut", async () => {
    const clock = new Clock();
    const cut = () => {
      clock.sleep(30_000);
      return new Response("", { status: 504 });
    };
    assert.deepEqual(await probeHold(env(cut, clock), 50), { state: "bad", figures: { status: 504, s: "30.0" } });
  });

  it("does not take the answer of something else for a hold", async () => {
    assert.equal(
      (
        await probeHold(
          env(() => json({})),
          25,
        )
      ).state,
      "bad",
    );
    assert.equal(
      (
        await probeHold(
          env(() => json({ held_s: 25 })),
          25,
        )
      ).state,
      "good",
    );
  });
});

describe("probeSize", () => {
  it("wants back what it sent, whole", async () => {
    const whole = env((_, { body }) => json({ body }));
    const cut = env((_, { body }) => json({ body: String(body).slice(1) }));
    assert.equal((await probeSize(whole)).state, "good");
    assert.equal((await probeSize(cut)).state, "bad");
    assert.equal((await probeSize(env(() => new Response("", { status: 413 })))).figures.status, 413);
  });
});

describe("probePieces", () => {
  it("notices pieces that come together", async () => {
    const clock = new Clock();
    const pieces = (/** @type {number} */ gapMs) => () =>
      new Response(
        new ReadableStream(
          {
            pull(controller) {
              clock.sleep(gapMs);
              this.count = (this.count ?? 0) + 1;
              if (this.count > 3) controller.close();
              else controller.enqueue(new Uint8Array(1));
            },
          },
          { highWaterMark: 0 },
        ),
      );
    assert.equal((await probePieces(env(pieces(500), clock))).state, "good");
    assert.equal((await probePieces(env(pieces(0), clock))).state, "note");
  });
});
