// @ts-check
import { Client } from "./client.js";
import { Actions } from "./ui/actions.js";
import { Composer, stored } from "./ui/composer.js";
import { Connection } from "./ui/connection.js";
import { startDialogs } from "./ui/dialogs.js";
import { byId, part, setText } from "./ui/dom.js";
import { Log } from "./ui/log.js";
import { Pending } from "./ui/pending.js";
import { Rail } from "./ui/rail.js";

/** @import { Room, State, Via } from "./types.d.ts" */

/** The room page: one client, and the parts of the page that show it. */
const state = /** @type {State} */ (JSON.parse(byId("state").textContent ?? ""));
const { slug } = state.room;
const every = Number(new URLSearchParams(location.search).get("every")) || null;
const via = /** @type {Via} */ (byId("transport").dataset.via);
const client = new Client({ slug, state, via, everyMs: every });
const pending = new Pending(client, state.timings.group_s);
const log = new Log(client, state, (keys) => pending.settle(keys));
const composer = new Composer(client, { onSend, onEditLast: () => log.lastOwn && actions.edit(log.lastOwn.seq) });
const actions = new Actions(client, log, composer);
const rail = new Rail(slug);

pending.follow(log);
new Connection(client);
startDialogs();
client.addEventListener("room", () => drawRoom(client.room));
client.addEventListener("you", drawStanding);
client.start();
findPlace();
fitKeyboard();

function onSend() {
  log.clearNew();
  log.toLatest();
}

/** @param {Room} room */
function drawRoom({ name, topic, state: open }) {
  document.title = document.title.replace(byId("room-name").textContent?.trim() ?? "", name);
  setText(part(byId("room-name"), "bdi"), name);
  setText(byId("room-topic"), topic);
  byId("room-state").hidden = open === "open";
  rail.refresh();
}

function drawStanding() {
  byId("join").hidden = client.you.role !== null;
  byId("leave").hidden = client.you.role === null;
}

/** Opens where the address points, else where this person left off, else at the end. */
function findPlace() {
  const name = `chat.place.${state.you.id}.${slug}`;
  const kept = stored(() => JSON.parse(sessionStorage.getItem(name) ?? "null"));
  if (location.hash) jumpToAddress();
  else if (kept) log.restore(kept);
  window.addEventListener("hashchange", jumpToAddress);
  window.addEventListener("pagehide", () => stored(() => sessionStorage.setItem(name, JSON.stringify(log.place))));
}

function jumpToAddress() {
  const seq = Number(/^#m-(\d+)$/.exec(location.hash)?.[1]);
  if (seq) log.jump(seq);
}

/** Where a phone lays its keyboard over the page, the page ends above it. */
function fitKeyboard() {
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    const isCovered = view.scale === 1 && view.height < window.innerHeight - 1;
    byId("shell").style.setProperty("--visible-height", isCovered ? `${view.height}px` : "100dvh");
    if (isCovered) window.scrollTo(0, 0);
  });
}
