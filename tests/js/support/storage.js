// @ts-check

/** What tabs of one browser share: a storage that tells the other tabs, and locks. */
export class Browser {
  /** @type {Map<string, string>} */
  #items = new Map();
  /** @type {{ window: EventTarget, storage: Storage }[]} */
  #tabs = [];
  /** @type {Map<string, Promise<unknown>>} */
  #held = new Map();
  /** @type {Set<string>} */
  #busy = new Set();
  isFull = false;

  /** @param {EventTarget} window @returns {Storage} as one tab sees it */
  tab(window) {
    const items = this.#items;
    const target = {
      getItem: (/** @type {string} */ key) => items.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
        if (this.isFull) throw new DOMException("full", "QuotaExceededError");
        items.set(key, String(value));
        this.#tellOthers(storage, key);
      },
      removeItem: (/** @type {string} */ key) => {
        if (items.delete(key)) this.#tellOthers(storage, key);
      },
    };
    /** @type {any} */
    const storage = new Proxy(target, {
      ownKeys: () => [...items.keys()],
      getOwnPropertyDescriptor: (_, key) =>
        items.has(String(key)) ? { configurable: true, enumerable: true, value: items.get(String(key)) } : undefined,
    });
    this.#tabs.push({ window, storage });
    return storage;
  }

  /** One holder at a time, in the order of asking; with `ifAvailable` now or not at all. */
  locks = {
    /** @param {string} name @param {[any] | [{ ifAvailable: boolean }, any]} how */
    request: (name, ...how) => {
      const work = how.at(-1);
      if (how.length > 1 && this.#busy.has(name)) return Promise.resolve(work(null));
      const before = this.#held.get(name) ?? Promise.resolve();
      this.#busy.add(name);
      const mine = before.then(() => work({ name })).finally(() => this.#busy.delete(name));
      this.#held.set(
        name,
        mine.catch(() => {}),
      );
      return mine;
    },
  };

  /** @param {Storage} from @param {string} key */
  #tellOthers(from, key) {
    for (const { window, storage } of this.#tabs) {
      if (storage !== from) window.dispatchEvent(Object.assign(new Event("storage"), { key }));
    }
  }
}
