"""Where the focus is, and whether one sees it."""

from playwright.async_api import Page

SEEN, NOWHERE = "seen", "nowhere"

LOOK = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return 'nowhere';
  const isRinged = (element) => {
    const { outlineStyle, outlineWidth, borderTopWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) + parseFloat(borderTopWidth) >= 2;
  };
  // A message wears the ring around its line, the composer around its box, its border being part of it.
  const rings = [one, one.querySelector(':scope > .row-line'), one.closest('.composer-box')].filter(Boolean);
  const box = one.getBoundingClientRect();
  const isInView = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return rings.some(isRinged) && isInView ? 'seen' : `unseen: ${one.outerHTML.slice(0, 200)}`;
}"""


async def focus(page: Page) -> str:
    """`seen`, `nowhere`, or `unseen` with the element that has the focus without a ring of 2 px, or out of view."""
    found: str = await page.evaluate(LOOK)
    return found


async def walk(page: Page, most: int = 60) -> list[str]:
    """Press Tab from the top to the end of the page; what each stop looked like."""
    stops: list[str] = []
    while len(stops) < most:
        await page.keyboard.press("Tab")
        if (found := await focus(page)) == NOWHERE:
            break
        stops.append(found)
    return stops
