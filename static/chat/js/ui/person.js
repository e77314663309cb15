// @ts-check
import { announce, byId, part, setText } from "./dom.js";
import { moment } from "./format.js";
import { ask } from "./question.js";
import { drawAvatar } from "./row.js";
import { say } from "./words.js";

/** @import { Client } from "../client.js" */
/** @import { Author, Member, Problem, Sanction } from "../types.d.ts" */

const ROLES = ["owner", "moderator", "member"];

/** One person of the room: who they are, and what may be done to them. */
export class Person {
  #client;
  #onChange;
  #dialog = /** @type {HTMLDialogElement} */ (byId("person"));
  #deeds = byId("person-deeds");
  /** @type {Member | null} */
  #member = null;

  /** @param {Client} client @param {(member: Member) => void} onChange */
  constructor(client, onChange) {
    this.#client = client;
    this.#onChange = onChange;
    this.#deeds.addEventListener("click", (event) => this.#onDeed(event));
  }

  /** @param {Author} author */
  async open({ id, name }) {
    this.#member = null;
    drawAvatar(part(this.#dialog, ".row-avatar"), { id, name });
    setText(byId("person-name"), name);
    setText(byId("person-role"), "");
    for (const fact of ["muted", "banned", "error"]) byId(`person-${fact}`).hidden = true;
    for (const button of this.#buttons) button.hidden = true;
    this.#dialog.showModal();
    await this.#change(() => this.#client.request("GET", `/members/${id}`), id);
  }

  /** @returns {HTMLButtonElement[]} */
  get #buttons() {
    return [...this.#deeds.querySelectorAll("button")];
  }

  /** @param {() => Promise<{ member: Member }>} request @param {number} id */
  async #change(request, id) {
    byId("person-error").hidden = true;
    await request().then(
      ({ member }) => member.id === id && this.#draw(member),
      (/** @type {Problem} */ { message }) => {
        setText(byId("person-error"), message);
        byId("person-error").hidden = false;
      },
    );
  }

  /** @param {Member} member */
  #draw(member) {
    this.#member = member;
    const { name, guest, role, muted, banned, may } = member;
    setText(byId("person-name"), name);
    setText(byId("person-role"), [say(role ?? "gone"), ...(guest ? [say("guest")] : [])].join(" · "));
    drawFact("muted", muted);
    drawFact("banned", banned);
    const offered = /** @type {Record<string, boolean>} */ ({
      mute: may.includes("mute") && !muted,
      unmute: may.includes("mute") && !!muted,
      ban: may.includes("ban") && !banned,
      unban: may.includes("ban") && !!banned,
      remove: may.includes("remove"),
    });
    for (const other of ROLES) offered[other] = may.includes("role") && role !== other;
    for (const button of this.#buttons) button.hidden = !offered[button.dataset.deed ?? ""];
  }

  /** @param {Event} event */
  async #onDeed({ target }) {
    const button = /** @type {HTMLElement} */ (target).closest("button");
    const member = this.#member;
    if (!button || !member) return;
    const deed = button.dataset.deed ?? "";
    if (deed.startsWith("un")) await this.#lift(member, deed.slice(2), button.dataset.done ?? "");
    else await this.#ask(member, deed, button.dataset.line);
    // What was done is not offered any more.
    if (button.hidden)
      (this.#buttons.find(({ hidden }) => !hidden) ?? part(this.#dialog, ".dialog-head button")).focus();
  }

  /** @param {Member} member @param {string} what @param {string} done */
  async #lift(member, what, done) {
    await this.#change(
      () => this.#client.request("DELETE", `/members/${member.id}/${what}`).then(this.#told),
      member.id,
    );
    if (byId("person-error").hidden) announce(done);
  }

  /** @param {Member} member @param {string} deed @param {string | undefined} line what another role means */
  async #ask({ id, name }, deed, line) {
    const isRole = ROLES.includes(deed);
    if (line) setText(byId("ask-role-line"), line);
    const how = { mute: ["PUT", "/mute"], ban: ["PUT", "/ban"], remove: ["POST", "/remove"] }[deed] ?? ["PATCH", ""];
    await ask(isRole ? "role" : deed, name, async ({ messages, ...fields }) => {
      const body = isRole ? { role: deed } : fields;
      const answer = await this.#client.request(String(how[0]), `/members/${id}${how[1]}`, body);
      this.#draw(this.#told(answer).member);
      if (messages) await this.#deleteMessages(id, fields.reason);
    });
  }

  /** Part by part, as long as it takes. @param {number} id @param {string | undefined} reason */
  async #deleteMessages(id, reason) {
    let { deletion } = await this.#client.request("POST", `/members/${id}/delete-messages`, { reason });
    while (!deletion.done) ({ deletion } = await this.#client.request("POST", `/deletions/${deletion.id}`));
  }

  #told = (/** @type {{ member: Member }} */ answer) => {
    this.#onChange(answer.member);
    return answer;
  };
}

/** @param {"muted" | "banned"} what @param {Sanction | null} sanction */
function drawFact(what, sanction) {
  const fact = byId(`person-${what}`);
  fact.hidden = !sanction;
  if (!sanction) return;
  const { until, reason } = sanction;
  const text = until ? say(`${what}Until`, { time: moment(new Date(until)) }) : say(`${what}ForGood`);
  setText(fact, reason ? `${text}: ${reason}` : text);
}
