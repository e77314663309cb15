// @ts-check

/** Of what a browser's targets do. Node forgets at a garbage collection that a signal is to take a listener away. */
export class Target extends EventTarget {
  /** @override @param {string} type @param {any} call @param {AddEventListenerOptions} [options] */
  addEventListener(type, call, { signal, ...options } = {}) {
    super.addEventListener(type, call, options);
    signal?.addEventListener("abort", () => this.removeEventListener(type, call, options), { once: true });
  }
}
