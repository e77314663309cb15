// @ts-check

/** @import { Env } from "./types.d.ts" */

/** One tab at a time does the work of all tabs with this name. @param {Env} env @param {string} name @returns {(work: () => Promise<void>) => Promise<void>} */
export function turns(env, name) {
  const { locks, storage } = env;
  if (locks) return async (work) => void (await locks.request(name, work));
  if (!storage) return (work) => work();
  // Where it cannot be loaded each tab works for itself.
  const loading = () => import("./lease.js").catch(() => null);
  return async (work) => {
    const module = await loading();
    return module ? module.lease(env, storage, name, work) : work();
  };
}
