// @ts-check

const PLACES = 4; // a browser opens six connections to one origin over HTTP/1.1; pages and sends need some of them

/**
 * Takes one of the few places for held questions that all tabs of this browser share, until the signal aborts.
 * @param {Pick<LockManager, "request">} locks @param {AbortSignal} signal @returns {Promise<boolean>} whether there was one
 */
export async function takePlace(locks, signal) {
  for (let place = 1; place <= PLACES; place += 1) if (await take(locks, `chat.hold.${place}`, signal)) return true;
  return false;
}

/** @param {Pick<LockManager, "request">} locks @param {string} name @param {AbortSignal} signal @returns {Promise<boolean>} */
function take(locks, name, signal) {
  return new Promise((told) => {
    locks.request(name, { ifAvailable: true }, (lock) => {
      told(lock !== null);
      if (!lock || signal.aborted) return;
      return new Promise((done) => signal.addEventListener("abort", done, { once: true }));
    });
  });
}
