import { Api } from "/static/chat/js/api.js";
import { Client } from "/static/chat/js/client.js";
import { browserEnv } from "/static/chat/js/env.js";
import { Recorder } from "/static/chat/js/recorder/recorder.js";
import { loadTransport } from "/static/chat/js/transports/make.js";

const PATIENCE_MS = 20_000;
const THEIRS = "Tide is in.";
const OURS = "On our way.";

const now = () => performance.timeOrigin + performance.now(); // finer than `Date.now`
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rounded = (ms) => Math.round(10 * ms) / 10;

/**
 * One scene of the guide, played by the page's own client: the first state, silence, a message of somebody else, one of
 * ours, and a hand-over. Returns what its recorder has noted, times in milliseconds since the beginning.
 */
export async function play({ slug, via, next, everyMs, silenceMs, pauseMs }) {
  await Promise.all([via, next].map(loadTransport));
  const recorder = new Recorder({ ...browserEnv(), now, storage: null, locks: null });
  const began = now();
  const marks = [];
  const mark = (what, at = now()) => marks.push({ what, at: rounded(at - began) });
  const state = await new Api(recorder.env, slug).state();
  const client = new Client({ slug, state, via, everyMs, env: recorder.env });
  const bodies = bodiesOf(client);

  client.start();
  await until(() => client.status.phase === "live");
  await sleep(silenceMs);
  mark("written", Date.parse(await window.somebodyWrites(THEIRS)));
  await until(() => bodies.has(THEIRS));
  mark("shown");
  await sleep(pauseMs);
  mark("send");
  client.send(OURS);
  await until(() => bodies.has(OURS) && !client.pending.length);
  await sleep(pauseMs);
  mark("switch");
  await client.switchTo(next);
  mark("switched");
  await sleep(pauseMs);
  const endMs = Math.round(now() - began);
  client.stop();
  await sleep(100); // what is under way is noted when it is let go
  return { via, next, end_ms: endMs, marks, traces: recorder.traces.map((trace) => told(trace, began, endMs)) };
}

/** What has come, as it comes. */
function bodiesOf(client) {
  const bodies = new Set();
  client.addEventListener("batch", ({ detail }) => {
    for (const { body } of detail.messages) bodies.add(body);
  });
  return bodies;
}

async function until(isSo) {
  const deadline = now() + PATIENCE_MS;
  while (!isSo()) {
    if (now() > deadline) throw new Error(`Waited too long for ${isSo}`);
    await sleep(5);
  }
}

/** A trace without its text. */
function told({ kind, at, tookMs, what, direction, status, up, down, asks, messages }, began, endMs) {
  const since = at - began;
  return {
    at: rounded(since),
    took_ms: rounded(Math.min(tookMs, endMs - since)),
    is_open: since + tookMs > endMs, // still under way when the scene ended
    kind,
    what: decodeURIComponent(what.replace(`ws://${location.host}`, "")),
    direction,
    status,
    up,
    down,
    asks,
    messages,
  };
}
