// @ts-check

/** @import { Env } from "./types.d.ts" */

/** The real browser, as the client needs it. @returns {Env} */
export function browserEnv() {
  const token = csrfToken();
  return {
    fetch: (input, init) => fetch(input, init),
    WebSocket,
    storage: storageOrNull(),
    locks: navigator.locks ?? null,
    now: () => Date.now(),
    setTimeout: (call, ms) => setTimeout(call, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    random: Math.random,
    newKey,
    location,
    document,
    window,
    online: () => navigator.onLine,
    // Read once: a sign-in in another tab changes it, and then this page must not send in that person's name.
    csrf: () => token,
  };
}

function storageOrNull() {
  try {
    return window.localStorage;
  } catch {
    return null; // blocked by the person's settings
  }
}

/** Unlike `randomUUID` it also exists on plain HTTP. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** From the page itself where a site hides the cookie from scripts or gives it another name. */
function csrfToken() {
  const cookie = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}
