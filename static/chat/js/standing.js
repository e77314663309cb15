// @ts-check
import { asChatError, ChatError } from "./wire.js";

/** @import { Room, State, You } from "./types.d.ts" */

const SOMEONE_ELSE = "You are signed in as somebody else now. Reload the page to go on.";

/**
 * @typedef {object} Ways
 * @property {() => Promise<State>} ask
 * @property {(room: Room) => void} onRoom
 * @property {(you: You) => void} onYou
 * @property {(error: ChatError) => void} onStranger the session belongs to another person
 */

/** The room as it is, and what this person may do in it. */
export class Standing {
  #ways;
  /** Whether something suggests that `you` has changed. */
  isStale = false;

  /** @param {State} state @param {Ways} ways */
  constructor({ room, you }, ways) {
    this.room = room;
    this.you = you;
    this.#ways = ways;
  }

  /** @param {Room} room @param {boolean} [anyway] after a reset versions do not compare @returns {boolean} whether it is news */
  isNews(room, anyway = false) {
    return anyway || room.version > this.room.version;
  }

  /** @param {Room} room */
  setRoom(room) {
    this.room = room;
    this.#ways.onRoom(room);
  }

  /** @param {You} you */
  setYou(you) {
    if (you.id !== this.you.id) return this.#ways.onStranger(new ChatError("not_authenticated", SOMEONE_ELSE));
    const before = { ...this.you, last_read_seq: you.last_read_seq }; // which moves by itself
    this.you = you;
    if (JSON.stringify(you) !== JSON.stringify(before)) this.#ways.onYou(you);
  }

  /** Asks the server for both. */
  async refresh() {
    this.isStale = false;
    try {
      const { room, you } = await this.#ways.ask();
      if (this.isNews(room)) this.setRoom(room);
      this.setYou(you);
    } catch (error) {
      this.isStale = !asChatError(error).isStop;
    }
  }
}
