// @ts-check
import { Client } from "./client.js";
import { Actions } from "./ui/actions.js";
import { Composer, stored } from "./ui/composer.js";
import { Connection } from "./ui/connection.js";
import { startDialogs } from "./ui/dialogs.js";
import { byId, part, setText } from "./ui/dom.js";
import { Editor } from "./ui/editor.js";
import { Log } from "./ui/log.js";
import { Pending } from "./ui/pending.js";
import { Rail } from "./ui/rail.js";
import { say } from "./ui/strings.js";

/** @import { Message, Room, State, Via } from "./types.d.ts" */

/** The room page: one client, and the parts of the page that show it. */
const state = /** @type {State} */ (JSON.parse(byId("state").textContent ?? ""));
const { slug } = state.room;
const lastAtStart = state.messages.at(-1)?.seq ?? 0;
const every = Number(new URLSearchParams(location.search).get("every")) || null;
const via = /** @type {Via} */ (byId("transport").dataset.via);
const client = new Client({ slug, state, via, everyMs: every });
const pending = new Pending(client, state.timings.group_s);
const log = new Log(client, state, (keys) => pending.settle(keys));
const composer = new Composer(client, { onSend, onEditLast: () => log.lastOwn && editor.open(log.lastOwn.seq) });
const editor = new Editor(client, log, composer);
const rail = new Rail(slug);

pending.follow(log);
new Actions(client, log, composer, editor);
new Connection(client);
startDialogs();
client.addEventListener("room", () => drawRoom(client.room));
client.addEventListener("you", () => drawStanding(client.you.role !== null));
client.addEventListener("batch", (event) => {
  const { messages } = /** @type {CustomEvent<{ messages: Message[] }>} */ (event).detail;
  if (messages.some(isOwn)) drawStanding(true); // who posts in a public room has joined it
});
client.start();
findPlace();
fitKeyboard();

function onSend() {
  log.clearNew();
  log.toLatest();
}

/** @param {Room} room */
function drawRoom({ name, topic, state: open }) {
  log.title = log.title.replace(byId("room-name").textContent?.trim() ?? "", name);
  setText(part(byId("room-name"), "bdi"), name);
  setText(byId("room-topic"), topic);
  byId("room-state").hidden = open === "open";
  if (open !== "open") setText(byId("room-state"), say(open));
  rail.refresh();
}

/** @param {boolean} isMember */
function drawStanding(isMember) {
  byId("join").hidden = isMember;
  byId("leave").hidden = !isMember;
}

/** @param {Message} message */
function isOwn({ author, kind, seq }) {
  return author.id === client.you.id && kind === "text" && seq > lastAtStart;
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
