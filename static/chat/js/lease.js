// @ts-check

/** @import { Env } from "./types.d.ts" */

const LEASE_MS = 20_000; // longer than a send takes; a tab that died is replaced after it
const RENEW_MS = 5000;
const SETTLE_MS = 50; // for two tabs that wrote at the same moment to see who was last
const LOOK_MS = 1000;

/** A turn where the browser has no locks; a rare double run is harmless, because sends carry keys. @param {Env} env @param {Storage} storage @param {string} name @param {() => Promise<void>} work */
export async function lease(env, storage, name, work) {
  const me = env.newKey();
  const pause = (/** @type {number} */ ms) => new Promise((done) => env.setTimeout(() => done(undefined), ms));
  const read = () => JSON.parse(storage.getItem(name) ?? '{"until":0}');
  const write = () => {
    try {
      storage.setItem(name, JSON.stringify({ me, until: env.now() + LEASE_MS }));
    } catch {
      return true; // a full storage cannot tell the others anything
    }
    return false;
  };
  let isMine = false;
  while (!isMine) {
    if (read().until > env.now()) await pause(LOOK_MS);
    else if (write()) isMine = true;
    else isMine = (await pause(SETTLE_MS), read().me === me);
  }
  let timer = 0;
  const renew = () => {
    write();
    timer = env.setTimeout(renew, RENEW_MS);
  };
  timer = env.setTimeout(renew, RENEW_MS);
  try {
    await work();
  } finally {
    env.clearTimeout(timer);
    if (read().me === me) storage.removeItem(name);
  }
}
