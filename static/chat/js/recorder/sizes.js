// @ts-check
/** Bytes as they pass on the wire above TCP and TLS. What a browser hides from its pages is estimated. */

const BROWSER_HEAD = 598; // what Chromium adds to a request of HTTP/1.1: its name, languages, `Sec-Fetch-…`, the cookies
const SERVER_HEAD = 40; // what a browser hides of an answer's head, status line included
// Without the address, which counts besides.
const HANDSHAKE_UP = 560;
const HANDSHAKE_DOWN = 130;

const encoder = new TextEncoder();

/** @param {string} text */
export const bytesOf = (text) => encoder.encode(text).length;

/** @param {Iterable<[string, string]>} headers */
function headBytes(headers) {
  let sum = 0;
  for (const [name, value] of headers) sum += name.length + value.length + 4;
  return sum;
}

/** @param {string} method @param {string} path @param {HeadersInit} headers @param {string} body */
export function requestBytes(method, path, headers, body) {
  return bytesOf(`${method} ${path} HTTP/1.1\r\n`) + headBytes(new Headers(headers)) + BROWSER_HEAD + bytesOf(body);
}

/** @param {Headers} headers @param {string} body */
export const responseBytes = (headers, body) => SERVER_HEAD + headBytes(headers) + bytesOf(body);

/** A frame with its head (RFC 6455, 5.2); those of clients are masked. @param {string} text @param {boolean} isMasked */
export function frameBytes(text, isMasked) {
  const size = bytesOf(text);
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  return head + (isMasked ? 4 : 0) + size;
}

/** @param {string} url */
export const handshakeBytes = (url) => ({ up: HANDSHAKE_UP + bytesOf(url), down: HANDSHAKE_DOWN });
