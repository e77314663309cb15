// @ts-check
import { readFileSync } from "node:fs";

/** A golden frame of the protocol; the server's tests read the same files. @param {string} name @returns {any} */
export const golden = (name) => JSON.parse(readFileSync(new URL(`../../wire/${name}.json`, import.meta.url), "utf8"));
