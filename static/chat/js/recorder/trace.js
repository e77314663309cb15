// @ts-check

/** @typedef {[name: string, value: string][]} Heads without those that are secret */

/**
 * A request with its answer, a handshake, a frame, or a hand-over, which somebody else notes. Sizes in bytes, estimated where a browser hides them.
 * @typedef {object} Trace
 * @property {"request" | "handshake" | "frame" | "hand-over"} kind
 * @property {number} at when it began
 * @property {number} tookMs until the whole answer was here; 0 for a frame
 * @property {string} what method and path, or the type of the frame
 * @property {"in" | "out"} direction
 * @property {number} status of HTTP, 101 for a socket that opened; 0 without an answer, and for a frame
 * @property {number} up
 * @property {number} down
 * @property {"poll" | "longpoll" | null} asks for news, and how; null for what is no question
 * @property {number} messages that it brought
 * @property {string} text of the answer or the frame
 * @property {string} body of the request
 * @property {Heads} sent with the request
 * @property {Heads} received with the answer
 * @property {number} socket the number of the socket that it passed; 0 for a request
 * @property {string} url of the socket; empty for a request
 * @property {boolean} isDropped the client itself wanted no answer any more
 */

/** @type {Trace} */
export const BLANK = {
  kind: "request",
  at: 0,
  tookMs: 0,
  what: "",
  direction: "out",
  status: 0,
  up: 0,
  down: 0,
  asks: null,
  messages: 0,
  text: "",
  body: "",
  sent: [],
  received: [],
  socket: 0,
  url: "",
  isDropped: false,
};
