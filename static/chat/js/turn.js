// @ts-check
import { retried } from "./retried.js";

/** @import { Env } from "./types.d.ts" */

/** One tab at a time does the work of all tabs with this name. @param {Env} env @param {string} name @returns {(work: () => Promise<void>) => Promise<void>} */
export function turns(env, name) {
  const { locks, storage } = env;
  if (locks) return async (work) => void (await locks.request(name, work));
  if (!storage) return (work) => work();
  // Where it cannot be loaded each tab works for itself.
  const load = retried("lease.js", () => import("./lease.js"));
  return async (work) => {
    const module = await load().catch(() => null);
    return module ? module.lease(env, storage, name, work) : work();
  };
}
