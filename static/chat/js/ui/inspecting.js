// @ts-check
import { retried } from "../retried.js";
import { byId, clone, part, setText } from "./dom.js";
import { Drawer } from "./drawer.js";
import { say } from "./strings.js";

/** @import { Client } from "../client.js" */
/** @import { View } from "../inspector/view.js" */

const loadView = retried("inspector/view.js", () => import("../inspector/view.js"));

/** The drawer of the inspector. All else of it, its looks included, comes when it is opened and goes when it is closed. */
export class Inspecting {
  #client;
  #drawer = new Drawer("inspector", {
    opens: '[data-opens="inspector"]',
    onOpen: () => this.#start().catch(() => setText(byId("inspector-state"), say("notLoaded"))),
    onClose: () => this.#stop(),
  });
  /** @type {View | null} */
  #view = null;

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  toggle() {
    this.#drawer.toggle();
  }

  async #start() {
    setText(byId("inspector-state"), "");
    const { View } = await loadView();
    if (!this.#drawer.isOpen || this.#view) return;
    const body = clone("inspector-parts");
    const looks = part(body, "link");
    const isHere = new Promise((done) => {
      for (const type of ["load", "error"]) looks.addEventListener(type, done);
    });
    body.hidden = true;
    byId("inspector").append(body);
    this.#view = new View(this.#client, body);
    await isHere;
    body.hidden = false;
  }

  #stop() {
    this.#view?.close();
    this.#view = null;
    byId("inspector").querySelector(".inspector-body")?.remove();
  }
}
