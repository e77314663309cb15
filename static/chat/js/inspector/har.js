// @ts-check
/** HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), with the frames of sockets as browsers add them. */

import { bytesOf } from "../recorder/sizes.js";
import { BLANK } from "../recorder/trace.js";

/** @import { Heads, Trace } from "../recorder/trace.js" */

const UNKNOWN = -1; // what a browser hides from its pages

/** @param {Trace[]} traces @param {{ origin: string, browser: string }} page */
export function har(traces, { origin, browser }) {
  const requests = traces.filter(({ kind }) => kind === "request").map((trace) => entry(trace, origin));
  const sockets = [...new Set(traces.map(({ socket }) => socket))].filter((socket) => socket > 0);
  const lines = sockets.map((number) => line(traces.filter(({ socket }) => socket === number)));
  const entries = [...requests, ...lines].sort((a, b) => a.startedDateTime.localeCompare(b.startedDateTime));
  return { log: { version: "1.2", creator: { name: "Parley", version: "1" }, comment: browser, pages: [], entries } };
}

/** A socket: its handshake, and all that passed it. @param {Trace[]} traces at least one */
function line(traces) {
  const frames = traces.filter(({ kind }) => kind === "frame");
  const [first = BLANK] = traces;
  // Of a socket that was opened long ago the handshake may have been let go.
  const handshake = traces.find(({ kind }) => kind === "handshake") ?? {
    ...first,
    ...RESUMED,
    what: `GET ${first.url}`,
  };
  const messages = frames.map(({ direction, at, text }) => ({
    type: direction === "out" ? "send" : "receive",
    time: at / 1000,
    opcode: 1,
    data: text,
  }));
  return { ...entry(handshake, ""), _resourceType: "websocket", _webSocketMessages: messages };
}

const RESUMED = /** @type {const} */ ({ kind: "handshake", status: 101, text: "", tookMs: 0 });

/** @param {Trace} trace @param {string} origin */
function entry(trace, origin) {
  const { at, tookMs } = trace;
  return {
    startedDateTime: new Date(at).toISOString(),
    time: tookMs,
    request: requestOf(trace, origin),
    response: responseOf(trace),
    cache: {},
    timings: { send: 0, wait: tookMs, receive: 0 },
    _resourceType: "fetch",
  };
}

/** @param {Trace} trace @param {string} origin */
function requestOf({ what, body, sent }, origin) {
  const space = what.indexOf(" ");
  const url = new URL(what.slice(space + 1), origin || undefined);
  const data = body && { postData: { mimeType: valueIn(sent, "content-type"), text: body } };
  return {
    method: what.slice(0, space),
    url: url.href,
    httpVersion: "unknown",
    cookies: [],
    headers: pairs(sent),
    queryString: pairs([...url.searchParams]),
    ...data,
    headersSize: UNKNOWN,
    bodySize: bytesOf(body),
  };
}

/** @param {Trace} trace */
function responseOf({ status, text, received }) {
  const size = bytesOf(text);
  return {
    status,
    statusText: "",
    httpVersion: "unknown",
    cookies: [],
    headers: pairs(received),
    content: { size, mimeType: valueIn(received, "content-type"), text },
    redirectURL: "",
    headersSize: UNKNOWN,
    bodySize: size,
  };
}

/** @param {Heads} heads */
const pairs = (heads) => heads.map(([name, value]) => ({ name, value }));

/** @param {Heads} heads @param {string} wanted */
const valueIn = (heads, wanted) => heads.find(([name]) => name === wanted)?.[1] ?? "";
