// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Api } from "../../static/chat/js/api.js";
import { Clock } from "./support/clock.js";
import { golden } from "./support/golden.js";
import { fakeEnv } from "./support/page.js";

/** An API whose requests are noted and answered with one answer. @param {() => Promise<Response>} answer */
function setUp(answer) {
  const clock = new Clock();
  /** @type {{ url: string, options: any }[]} */
  const asked = [];
  /** @type {any} */
  const fetch = (/** @type {string} */ url, /** @type {any} */ options) => {
    asked.push({ url, options });
    const aborted = new Promise((_, reject) =>
      options.signal.addEventListener("abort", () => reject(new Error("aborted"))),
    );
    return Promise.race([answer(), aborted]);
  };
  return { clock, asked, api: new Api(fakeEnv(clock, { fetch }), "lob by") };
}

const says =
  (/** @type {unknown} */ body, status = 200, headers = {}) =>
  async () =>
    new Response(JSON.stringify(body), { status, headers });
const sent = { message: golden("message") };

test("a send is posted as the protocol says, with the token and as JSON", async () => {
  const { asked, api } = setUp(says(sent, 201));
  assert.deepEqual(await api.submit(golden("send_reply")), golden("message"));
  const [{ url, options }] = /** @type {any} */ (asked);
  assert.deepEqual([options.method, url], ["POST", "/api/rooms/lob%20by/messages"]);
  assert.deepEqual(JSON.parse(options.body), { key: "a1B2_c3-reply", body: "“ünï” 🎉\nok", reply_to: 127 });
  assert.equal(options.headers["X-CSRFToken"], "token");
  assert.equal(options.headers["Content-Type"], "application/json");
});

test("an edit is a PATCH and a deletion a DELETE of the message", async () => {
  const { asked, api } = setUp(says(sent));
  await api.submit(golden("edit"));
  await api.submit(golden("delete"));
  assert.deepEqual(
    asked.map(({ url, options }) => [options.method, url, options.body]),
    [
      ["PATCH", "/api/rooms/lob%20by/messages/127", '{"body":"hi again"}'],
      ["DELETE", "/api/rooms/lob%20by/messages/127", null],
    ],
  );
});

test("state, history and read mark have their addresses; reading needs no token", async () => {
  const { asked, api } = setUp(says({}));
  await api.state();
  await api.before(128, 50);
  await api.read(127);
  assert.deepEqual(
    asked.map(({ url, options }) => `${options.method} ${url}`),
    [
      "GET /api/rooms/lob%20by",
      "GET /api/rooms/lob%20by/messages?before=128&limit=50",
      "POST /api/rooms/lob%20by/read",
    ],
  );
  assert.equal(asked[0]?.options.headers["X-CSRFToken"], undefined);
});

test("one message is the last one before the next place, if it is there at all", async () => {
  const { api } = setUp(says({ messages: [golden("message")], more: true }));
  assert.equal((await api.one(127))?.seq, 127);
  assert.equal(await api.one(130), null);
});

test("a batch is asked for by cursor", async () => {
  const { asked, api } = setUp(says(golden("batch")));
  const batch = await api.batch("longpoll", { after: "k3f9:128", wait: 25 }, new AbortController().signal);
  assert.equal(batch.cursor, "k3f9:131");
  assert.equal(asked[0]?.url, "/api/rooms/lob%20by/longpoll?after=k3f9%3A128&wait=25");
});

test("a refusal is told with its code, words and wait", async () => {
  const { api } = setUp(says(golden("error_rate_limited"), 429));
  await assert.rejects(api.state(), {
    code: "rate_limited",
    retryMs: 3000,
    message: "Too many messages. Wait a moment.",
  });
});

test("a proxy's page is a failure that passes", async () => {
  const { api } = setUp(
    async () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Retry-After": "5" } }),
  );
  await assert.rejects(api.state(), { code: "unavailable", retryMs: 5000 });
});

test("a good status with something else than JSON is a failure that passes", async () => {
  const { api } = setUp(async () => new Response("<h1>Sign in to the hotel</h1>"));
  await assert.rejects(api.state(), { code: "unavailable" });
});

test("no network is a failure that passes", async () => {
  const { api } = setUp(() => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(api.state(), { code: "network" });
});

test("a request without an answer ends after fifteen seconds, and leaves no timer", async () => {
  const { clock, api } = setUp(() => new Promise(() => {}));
  const ended = assert.rejects(api.submit(golden("send")), { code: "timeout" });
  await clock.advance(15_000);
  await ended;
  assert.equal(clock.timers, 0);
});
