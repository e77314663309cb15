"""People who chat through the proxy while something happens to it, and what they must have in the end."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faults.waiting import wait_for
from tests.deploy.pages import Page
from tests.deploy.site import Site
from tests.support.scene import Room, Scene

PAGES = 2
"""Of each transport."""

SETTLE_S = 30
PAUSE_S = 20
"""The longest that a reader may wait, for a busy machine: a few seconds of spread, and nothing else."""


@asynccontextmanager
async def chatting(site: Site, scene: Scene) -> AsyncIterator[list[Page]]:
    """Pages of all transports in a room until the block ends.

    Then every page must have every message once and in order, and every message must be one that was acknowledged.
    """
    room = scene.room()
    pages = [
        Page(via, site.nginx, room, scene.person()) for via in ("poll", "longpoll", "websocket") for _ in range(PAGES)
    ]
    first = len(site.nginx.lines)
    async with asyncio.TaskGroup() as group:
        for page in pages:
            group.create_task(page.read())
        writing = [group.create_task(page.write()) for page in pages]
        try:
            await everybody_writes(pages)
            yield pages
            await everybody_writes(pages)
            await settle(scene, room, pages, writing)
        finally:
            for page in pages:
                page.reading = page.writing = False
        # Wakes every hold and every socket. Nobody is cancelled: a connection half made would be left open.
        await asyncio.to_thread(scene.post, room, scene.owner, "The end.")
    gc.collect()
    report(site, pages, first)
    check(scene, room, pages)
    assert site.nginx.failures(first) == []


async def settle(scene: Scene, room: Room, pages: list[Page], writing: list[asyncio.Task[None]]) -> None:
    """Outboxes run empty, readers catch up."""
    for page in pages:
        page.writing = False
    await asyncio.wait(writing, timeout=SETTLE_S)
    count = len(await asyncio.to_thread(scene.stored, room))
    await wait_for(lambda: all(len(page.keys) >= count for page in pages), SETTLE_S)


def report(site: Site, pages: list[Page], first: int) -> None:
    """For people: what it was like (`pytest -s`)."""
    print(f"\n{dict(site.nginx.statuses(first))}, {site.nginx.retried(first)} passed on to the other process")
    print(*pages, sep="\n")


def check(scene: Scene, room: Room, pages: list[Page]) -> None:
    """Everything exactly once, in order, for everybody."""
    stored = [message["key"] for message in scene.stored(room) if message["author"]["id"] != scene.owner.id]
    assert sorted(stored) == sorted(key for page in pages for key in page.acknowledged)
    for page in pages:
        assert page.keys[: len(stored)] == stored, page
        assert page.longest_pause_s < PAUSE_S, page


async def everybody_writes(pages: list[Page]) -> None:
    """Returns when each page has had five more messages acknowledged, and read as many."""
    before = [(len(page.acknowledged), len(page.keys)) for page in pages]
    reached = [(written + 5, read + 5) for written, read in before]

    def done() -> bool:
        now = [(len(page.acknowledged), len(page.keys)) for page in pages]
        return all(have >= want for pair in zip(now, reached, strict=True) for have, want in zip(*pair, strict=True))

    assert await wait_for(done, SETTLE_S), [str(page) for page in pages]
