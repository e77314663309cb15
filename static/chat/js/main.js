// @ts-check
import { Client } from "./client.js";
import { loadTransport } from "./transports/make.js";
import { Composer, stored } from "./ui/composer.js";
import { Connection } from "./ui/connection.js";
import { byId } from "./ui/dom.js";
import { Log } from "./ui/log.js";
import { Part } from "./ui/part.js";
import { Pending } from "./ui/pending.js";
import { say } from "./ui/strings.js";

/** @import { State, Via } from "./types.d.ts" */

/** The room page: one client, and the parts of the page that show it. Parts that nobody sees at first come later. */
const state = /** @type {State} */ (JSON.parse(byId("state").textContent ?? ""));
const { slug } = state.room;
const every = Number(new URLSearchParams(location.search).get("every")) || null;
const via = /** @type {Via} */ (byId("transport").dataset.via);
await loadTransport(via);
const client = new Client({ slug, state, via, everyMs: every });
const log = new Log(client, state, (keys) => pending.settle(keys));
const composer = new Composer(client, { onSend, onEditLast });
const pending = new Pending(client, log, state.timings.group_s);
const editor = new Part(
  () => import("./ui/editor.js"),
  ({ Editor }) => new Editor(client, log, composer),
  () => composer.say(say("notLoaded")),
);
const actions = new Part(
  () => import("./ui/actions.js"),
  ({ Actions }) => new Actions(client, log, composer, editor),
);
const header = new Part(
  () => import("./ui/header.js"),
  ({ Header }) => new Header(client, log, composer),
);
const dialogs = new Part(
  () => import("./ui/dialogs.js"),
  ({ Dialogs }) => new Dialogs(),
);
const rail = new Part(
  () => import("./ui/rail.js"),
  ({ Rail }) => new Rail(slug),
);
new Part(
  () => Promise.all(state.room.transports.allowed.map(loadTransport)),
  (transports) => transports,
);

new Connection(client);
actions.collect(byId("log"), ["pointerover", "pointerdown", "focusin", "keydown"], (it, event) => it.take(event));
dialogs.collect(document, ["pointerdown", "keydown"], (it, event) => it.take(event));
header.collect(client, ["room", "you"], () => {});
client.addEventListener("room", () => rail.use((it) => it.refresh()));
client.start();
findPlace();
fitKeyboard();

function onSend() {
  log.clearNew();
  log.toLatest();
}

function onEditLast() {
  const last = log.lastOwn;
  if (last) editor.use((it) => it.open(last.seq));
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
