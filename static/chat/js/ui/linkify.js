// @ts-check

const ADDRESS = /(?:https?:\/\/|mailto:)[^\s<>"“”«»]+/gi;
const PROTOCOLS = ["http:", "https:", "mailto:"];
const CLOSED_BY = /** @type {Record<string, string>} */ ({ ")": "(", "]": "[", "}": "{" });

/** @typedef {{ text: string, href?: string }} Piece */

/** Cuts a text into plain pieces and addresses; joined, they are the text again. @param {string} text @returns {Piece[]} */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutTail(match);
    const href = safe(address);
    if (!href || /[\p{L}\p{N}]/u.test(text[index - 1] ?? " ")) continue;
    if (index > end) found.push({ text: text.slice(end, index) });
    found.push({ text: address, href });
    end = index + address.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/** Punctuation after an address belongs to the sentence; a bracket does when it was opened there. @param {string} address */
function withoutTail(address) {
  let cut = address;
  while (/[.,;:!?'’*_)\]}]$/.test(cut) && !isBalanced(cut)) cut = cut.slice(0, -1);
  return cut;
}

/** @param {string} text */
function isBalanced(text) {
  const close = text.at(-1) ?? "";
  const open = CLOSED_BY[close];
  return open !== undefined && text.split(open).length >= text.split(close).length;
}

/** @param {string} address */
function safe(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && PROTOCOLS.includes(url.protocol) && (url.host || url.pathname) ? url.href : "";
}

/** The text as nodes, its addresses as links. @param {string} text @returns {Node[]} */
export const linkify = (text) =>
  pieces(text).map((piece) => (piece.href ? link(piece) : document.createTextNode(piece.text)));

/** @param {Piece} piece */
function link({ text, href = "" }) {
  const made = document.createElement("a");
  Object.assign(made, { href, textContent: text, target: "_blank", rel: "noopener noreferrer nofollow ugc" });
  return made;
}
