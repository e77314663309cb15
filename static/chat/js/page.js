// @ts-check

/** @import { Env } from "./types.d.ts" */

/**
 * Tells when the page goes to sleep and when something suggests that the server should be asked again.
 * @param {Env} env @param {{ sleep: () => void, wake: (isNewNetwork?: boolean) => void, change: () => void, stored: (item: string | null) => void }} calls @param {AbortSignal} signal ends it
 */
export function watchPage({ window, document }, { sleep, wake, change, stored }, signal) {
  const on = (
    /** @type {EventTarget} */ target,
    /** @type {string} */ type,
    /** @type {(event: any) => void} */ call,
  ) => target.addEventListener(type, call, { signal });
  on(window, "pagehide", sleep); // an open line would keep the page out of the back/forward cache
  on(window, "pageshow", () => wake());
  on(window, "online", () => wake(true));
  on(window, "offline", change);
  on(window, "storage", ({ key }) => stored(key));
  on(document, "resume", () => wake());
  on(document, "visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
}
