// @ts-check
import { Client } from "./client.js";
import { retried } from "./retried.js";
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
const { dataset } = byId("transport");
const isAutomatic = "automatic" in dataset;
const known = isAutomatic && stored(() => JSON.parse(localStorage.getItem("chat.networks") ?? "{}")[state.network]);
const { allowed, default: best } = state.room.transports; // in order, the best first
const via = /** @type {Via} */ (allowed.indexOf(known?.via) > allowed.indexOf(best) ? known.via : dataset.via);
await loadTransport(via);
const client = new Client({ slug, state, via, everyMs: every, isAutomatic, longestHoldS: known?.holdS });
const log = new Log(client, state, (keys) => pending.settle(keys));
const composer = new Composer(client, { onSend, onEditLast: () => editor.use((it) => it.openLast()) });
const pending = new Pending(client, log, state.timings.group_s);
const editor = new Part(
  retried("ui/editor.js", () => import("./ui/editor.js")),
  ({ Editor }) => new Editor(client, log, composer),
  () => composer.say(say("notLoaded")),
);
const people = new Part(
  retried("ui/people.js", () => import("./ui/people.js")),
  ({ People }) => new People(client, log),
);
const actions = new Part(
  retried("ui/actions.js", () => import("./ui/actions.js")),
  ({ Actions }) => new Actions(client, log, composer, editor, people),
);
const dialogs = new Part(
  retried("ui/dialogs.js", () => import("./ui/dialogs.js")),
  ({ Dialogs }) => new Dialogs(client),
);
const rail = new Part(
  retried("ui/rail.js", () => import("./ui/rail.js")),
  ({ Rail }) => new Rail(slug),
);
const head = new Part(
  retried("ui/head.js", () => import("./ui/head.js")),
  ({ Head }) => new Head(client, log, rail, composer, via),
);
const pilot = new Part(
  retried("automatic/pilot.js", () => import("./automatic/pilot.js")),
  ({ Pilot }) => client.steer((ways) => new Pilot(ways, state.network)),
);
new Part(
  retried("ui/announcing.js", () => import("./ui/announcing.js")),
  ({ Announcing }) => new Announcing(client),
);
const keyboard = new Part(
  retried("ui/keyboard.js", () => import("./ui/keyboard.js")),
  ({ Keyboard }) => new Keyboard(),
);
new Part(
  () => Promise.all(allowed.map(loadTransport)),
  (transports) => transports,
);

new Connection(client);
actions.collect(byId("log"), ["pointerover", "pointerdown", "focusin", "keydown"], (it, event) => it.take(event));
dialogs.collect(document, ["pointerdown", "keydown"], (it, event) => it.take(event));
people.collect(document, ["click"], (it, event) => it.take(event));
head.collect(client, ["room", "you"], (it, event) => it.take(event));
client.addEventListener("status", () => client.status.error && pilot.use(() => {}));
keyboard.collect(window.visualViewport ?? window, ["resize"], (it) => it.fit());
client.start();
findPlace();

function onSend() {
  log.clearNew();
  log.toLatest();
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
