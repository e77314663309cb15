// @ts-check

const SOON_MS = 300; // where a browser does not tell when it is idle

/**
 * A part of the page that can wait: loaded when the page stands and the browser has nothing else to do, at the latest at its first use.
 * From then on it needs no network.
 * @template M, T
 */
export class Part {
  #load;
  #make;
  #onLost;
  /** @type {Promise<T | null> | null} */
  #loading = null;
  /** @type {T | null} once it is here */
  now = null;

  /** @param {() => Promise<M>} load @param {(module: M) => T} make @param {() => void} [onLost] it is wanted and cannot be loaded */
  constructor(load, make, onLost = () => {}) {
    this.#load = load;
    this.#make = make;
    this.#onLost = onLost;
    if (document.readyState === "complete") this.#prepare();
    else window.addEventListener("load", () => this.#prepare(), { once: true }); // what is seen first comes first
  }

  /** Works with it at once when it is here, else as soon as it is. @template R @param {(part: T) => R} work */
  async use(work) {
    const part = this.now ?? (await this.#get());
    if (part) return work(part);
    this.#onLost();
  }

  /**
   * Keeps for it what happens before it is here and listens for itself.
   * @param {EventTarget} target @param {string[]} types @param {(part: T, event: Event) => void} take
   */
  collect(target, types, take) {
    for (const type of types)
      target.addEventListener(type, (event) => this.now ?? this.use((part) => take(part, event)));
  }

  #prepare() {
    const whenIdle = window.requestIdleCallback ?? ((call) => window.setTimeout(call, SOON_MS));
    whenIdle(() => this.#get());
  }

  /** What could not be loaded is asked for again at the next use. */
  #get() {
    this.#loading ??= this.#load().then(
      (module) => {
        this.now = this.#make(module);
        return this.now;
      },
      () => {
        this.#loading = null;
        return null;
      },
    );
    return this.#loading;
  }
}
