"""The web processes and nginx come and go as docs/self-hosting.md says, while people read and write."""

import asyncio

import pytest

from tests.deploy.crowd import chatting
from tests.deploy.site import Site
from tests.support.scene import Scene

# A connection that ends in the middle of its TLS handshake is left to the garbage collector by the client's libraries.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")


async def test_a_rolling_restart_fails_no_send(site: Site, scene: Scene) -> None:
    """Over HTTP nobody sees anything but a pause, and a socket is told to come back."""
    async with chatting(site, scene) as pages:
        for unit in site.units:
            await asyncio.to_thread(unit.restart)
    troubles = {page.via: set(page.troubles) for page in pages if page.troubles}
    told = {"reading: restarting (4412)", "writing: restarting (4412)"}
    assert set(troubles) <= {"websocket"} and set().union(*troubles.values()) <= told, troubles


async def test_a_reload_of_nginx_leaves_sockets_open(site: Site, scene: Scene) -> None:
    async with chatting(site, scene) as pages:
        await asyncio.to_thread(site.nginx.reload)
    assert [page.troubles for page in pages if page.via == "websocket"] == [[], []]


async def test_everybody_comes_back_after_a_restart_of_nginx(site: Site, scene: Scene) -> None:
    async with chatting(site, scene) as pages:
        await asyncio.to_thread(site.nginx.restart)
    assert all(page.troubles for page in pages if page.via == "websocket")


async def test_a_process_that_is_killed_costs_nobody_an_error(site: Site, scene: Scene) -> None:
    """What was under way in it is repeated by nginx or by the page; it stays away here, and is back in the end."""
    async with chatting(site, scene):
        await asyncio.to_thread(site.units[0].kill)
    site.units[0].start()
    await asyncio.to_thread(site.units[0].wait_ready)
