// @ts-check
import { byId, part } from "../ui/dom.js";
import { choose, fill, time } from "../ui/figures.js";
import { chart } from "./chart.js";
import { figures } from "./measure.js";
import { words } from "./words.js";

/** @import { Lane } from "./lane.js" */
/** @import { Mark } from "./measure.js" */

const SHOWN = 6; // messages of a lane's list

/** One lane on the page: its state, its drawing, its figures and its newest messages. */
export class LaneView {
  #lane;
  #began;
  #root;
  #mark;
  #drawn = -1;

  /** @param {Lane} lane @param {Mark} mark from where on figures count @param {number} began */
  constructor(lane, mark, began) {
    this.#lane = lane;
    this.#mark = mark;
    this.#began = began;
    this.#root = byId(`lane-${lane.via}`);
    part(this.#root, ".lane-list").replaceChildren();
  }

  /** @param {number} now @param {boolean} isRunning */
  draw(now, isRunning) {
    const { phase } = this.#lane.client.status;
    const isLive = phase === "live" || phase === "catching_up";
    choose(this.#root, "word", isRunning ? (isLive ? "live" : "trying") : "resting");
    const found = figures(this.#lane, this.#mark);
    fill(this.#root, words(found));
    part(this.#root, ".lane-verdict").hidden = found.messages === 0;
    this.#drawChart(now);
    if (this.#drawn !== this.#lane.arrivals.length) this.#drawList();
  }

  /** @param {number} now */
  #drawChart(now) {
    const seconds = Math.max(30, Math.ceil((now - this.#began) / 1000));
    part(this.#root, ".lane-chart").replaceChildren(chart([this.series()], seconds));
  }

  /** @returns {import("./chart.js").Series} */
  series() {
    const { via, arrivals } = this.#lane;
    const since = arrivals.slice(this.#mark.arrivals);
    return { via, points: since.map(({ at, ms }) => ({ s: (at - this.#began) / 1000, ms })) };
  }

  #drawList() {
    this.#drawn = this.#lane.arrivals.length;
    const rows = this.#lane.arrivals.slice(-SHOWN).map(({ body, ms }) => {
      const row = document.createElement("li");
      const took = document.createElement("span");
      took.textContent = time(ms);
      row.append(body, took);
      return row;
    });
    part(this.#root, ".lane-list").replaceChildren(...rows);
  }
}
