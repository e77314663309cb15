// @ts-check

/**
 * Loads a module, as often as it takes. What a browser could not fetch it never fetches again under the same name
 * (https://github.com/whatwg/html/issues/6768), so each further try has a name of its own.
 * @template M @param {string} name from here @param {() => Promise<M>} load the first try @returns {() => Promise<M>}
 */
export function retried(name, load) {
  let failures = 0;
  return () =>
    (failures ? import(`./${name}?again=${failures}`) : load()).catch((error) => {
      failures += 1;
      throw error;
    });
}
