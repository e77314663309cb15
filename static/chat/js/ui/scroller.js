// @ts-check

const NEAR_PX = 48; // so close to the end counts as being there

/** The scroller of the log. It is reversed: 0 is the end, above it are negative numbers. */
export class Scroller {
  #element;

  /** @param {HTMLElement} element @param {() => void} onScroll */
  constructor(element, onScroll) {
    this.#element = element;
    element.addEventListener("scroll", onScroll, { passive: true });
  }

  get isAtEnd() {
    return this.below < NEAR_PX;
  }

  /** Pixels out of view below. */
  get below() {
    return Math.abs(this.#element.scrollTop);
  }

  /** Pixels out of view above. */
  get above() {
    return this.#element.scrollHeight - this.#element.clientHeight - this.below;
  }

  get height() {
    return this.#element.clientHeight;
  }

  toEnd() {
    this.#element.scrollTop = 0;
  }

  /** The first row in view and its distance from the upper edge. @returns {{ row: HTMLElement, top: number } | null} */
  get place() {
    const edge = this.#element.getBoundingClientRect().top;
    for (const row of this.#element.querySelectorAll(".row")) {
      const box = row.getBoundingClientRect();
      if (box.bottom > edge) return { row: /** @type {HTMLElement} */ (row), top: box.top - edge };
    }
    return null;
  }

  /** Moves a row to a distance from the upper edge. @param {HTMLElement} row @param {number} top */
  put(row, top) {
    const edge = this.#element.getBoundingClientRect().top;
    this.#element.scrollTop += row.getBoundingClientRect().top - edge - top;
  }

  /** Changes the page without moving what is being read, or stays at the end. @param {() => void} change @param {boolean} isEnd whether what is loaded ends where the log does */
  keeping(change, isEnd) {
    if (this.isAtEnd && isEnd) {
      change();
      return this.toEnd();
    }
    const place = this.place;
    change();
    if (place?.row.isConnected) this.put(place.row, place.top);
  }
}
