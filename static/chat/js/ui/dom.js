// @ts-check

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`#${id} is missing from the page`);
  return found;
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`${selector} is missing from the page`);
  return /** @type {HTMLElement} */ (found);
}

/** A fresh copy of what a template holds. @param {string} id @returns {HTMLElement} */
export function clone(id) {
  const { content } = /** @type {HTMLTemplateElement} */ (byId(id));
  return /** @type {HTMLElement} */ (part(content, "*").cloneNode(true));
}

/** Touches the page only for a change. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tells it to screen readers, when they have a moment. @param {string} text */
export function announce(text) {
  byId("announce").textContent = text;
}

/** Whether the person is writing something there. @param {EventTarget | null} target */
export const isField = (target) => target instanceof HTMLElement && target.matches("input, textarea, select");
