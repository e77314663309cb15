// @ts-check
import { byId } from "./dom.js";

/** Where a phone lays its keyboard over the page, the page ends above it. */
export class Keyboard {
  constructor() {
    window.visualViewport?.addEventListener("resize", () => this.fit());
  }

  fit() {
    const view = window.visualViewport;
    if (!view) return;
    const isCovered = view.scale === 1 && view.height < window.innerHeight - 1;
    byId("shell").style.setProperty("--visible-height", isCovered ? `${view.height}px` : "100dvh");
    if (isCovered) window.scrollTo(0, 0);
  }
}
