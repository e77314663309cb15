// @ts-check

/** Tells listeners, as events with a `detail`. */
export class Announcer extends EventTarget {
  /** @type {Record<string, string>} the last detail of each kind */
  #said = {};

  /** @param {string} type @param {object} detail */
  announce(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Only when it is not what was told last. @param {string} type @param {object} detail */
  announceChange(type, detail) {
    const said = JSON.stringify(detail);
    if (this.#said[type] === said) return;
    this.#said[type] = said;
    this.announce(type, detail);
  }
}
