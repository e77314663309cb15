// @ts-check

/** The page of live connections draws itself again, and keeps what was chosen, opened and focused. */
const EVERY_MS = 5000;

const page = /** @type {HTMLElement} */ (document.getElementById("live"));
const refresh = /** @type {HTMLInputElement} */ (document.getElementById("live-refresh"));

/** @param {string} part @param {string} html */
function draw(part, html) {
  const place = /** @type {HTMLElement} */ (page.querySelector(`[data-part="${part}"]`));
  if (place.innerHTML === html) return;
  const chosen = new Set([...place.querySelectorAll("input:checked")].map((input) => input.getAttribute("value")));
  const isOpen = place.querySelector("details")?.open ?? false;
  const scrolled = place.querySelector(".live-scroll")?.scrollLeft ?? 0;
  const focused = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  place.innerHTML = html;
  for (const input of place.querySelectorAll("input")) input.checked = chosen.has(input.value);
  for (const details of place.querySelectorAll("details")) details.open = isOpen;
  for (const box of place.querySelectorAll(".live-scroll")) box.scrollLeft = scrolled;
  const again =
    focused && [...place.querySelectorAll("a, input, summary, [tabindex]")].find((one) => nameOf(one) === focused);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** What an element is recognised by when it is drawn anew. @param {Element | null} element */
const nameOf = (element) =>
  element && `${element.tagName} ${element.getAttribute("value") ?? element.getAttribute("href") ?? element.className}`;

async function look() {
  if (!refresh.checked || document.hidden) return;
  const answer = await fetch(`${page.dataset.now}${location.search}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { parts } = await answer.json();
  for (const [part, html] of Object.entries(parts)) draw(part, html);
}

/** One look after the other, whatever each takes. A server that is away is asked again. */
async function keepLooking() {
  await look().catch(() => {});
  setTimeout(keepLooking, EVERY_MS);
}

refresh.closest("label")?.removeAttribute("hidden");
setTimeout(keepLooking, EVERY_MS);
