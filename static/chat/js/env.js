// @ts-check

/** @import { Env } from "./types.d.ts" */

/** The real browser, as the client needs it. @returns {Env} */
export function browserEnv() {
  return {
    fetch: (input, init) => fetch(input, init),
    WebSocket,
    storage: storageOrNull(),
    locks: navigator.locks ?? null,
    now: () => Date.now(),
    setTimeout: (call, ms) => window.setTimeout(call, ms),
    clearTimeout: (timer) => window.clearTimeout(timer),
    random: Math.random,
    newKey,
    location,
    document,
    window,
    online: () => navigator.onLine,
    csrf: () => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? metaToken(),
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
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** For sites that hide the cookie from scripts or give it another name. */
const metaToken = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
