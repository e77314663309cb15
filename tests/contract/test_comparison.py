"""`manage.py compare_transports` against real servers, with small numbers."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import ROOT
from tests.support.scene import Room, Scene

pytestmark = pytest.mark.alone

ENDS_S = 60
"""Far above what any of these runs takes."""


class Run:
    """The command in a process of its own, with a data folder that is not the server's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.json = folder / "result.json"

    async def start(self, scene: Scene, room: Room, *arguments: str) -> asyncio.subprocess.Process:
        line = [sys.executable, "manage.py", "compare_transports", scene.server.url, "--room", room.slug]
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(self.folder), "ENV_FILE": os.devnull}
        return await asyncio.create_subprocess_exec(
            *line, "--json", str(self.json), *arguments,
            cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def end(self, process: asyncio.subprocess.Process) -> str:
        """What it said."""
        said, _ = await asyncio.wait_for(process.communicate(), ENDS_S)
        return said.decode()

    async def __call__(self, scene: Scene, room: Room, *arguments: str) -> tuple[str, dict[str, Any]]:
        """What it said, and what it wrote."""
        process = await self.start(scene, room, *arguments)
        said = await self.end(process)
        assert process.returncode == 0, said
        return said, json.loads(self.json.read_text())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


async def test_every_client_of_each_transport_gets_every_message_once(scene: Scene, run: Run) -> None:
    room = scene.room(poll_interval_ms=500)
    said, found = await run(scene, room, "--clients=2", "--rate=8", "--seconds=2")
    bodies = [message["body"] for message in scene.stored(room)]
    assert found["sent"] == len(bodies) > 4
    rows = {row["transport"]: row for row in found["transports"]}
    assert {row["messages"] for row in rows.values()} == {2 * len(bodies)}
    assert {row["missing"] for row in rows.values()} == {0}
    assert rows["websocket"]["requests"] == 2 and rows["longpoll"]["requests"] > 2
    assert (rows["poll"]["pushed"], rows["longpoll"]["pushed"] > 0, rows["websocket"]["pushed"] > 0) == (0, True, True)
    assert rows["websocket"]["bytes_up_per_message"] < rows["longpoll"]["bytes_up_per_message"]
    assert "| WebSocket " in said and "Python 3" in said and found["machine"]["packages"]["Django"]


async def test_guests_are_gone_afterwards(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room()
    await run(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=1")
    [author] = {message["author"]["name"] for message in brisk_scene.stored(room)}
    assert author.startswith("compare-") and " #" in author, "who has left keeps no name that others could want"


async def test_a_session_is_used_instead_of_guests(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room(guests="none")
    await run(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=1", f"--session={brisk_scene.owner.session}")
    assert {message["author"]["id"] for message in brisk_scene.stored(room)} == {brisk_scene.owner.id}


async def test_what_the_room_forbids_is_left_out_and_said(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room(allowed_transports=["poll"], default_transport="poll", poll_interval_ms=500)
    said, found = await run(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=1")
    assert [row["transport"] for row in found["transports"]] == ["poll"]
    assert "does not allow WebSocket" in said


async def test_a_room_that_is_not_there(brisk_scene: Scene, run: Run) -> None:
    room = Room(0, "nowhere", "e", 0)
    process = await run.start(brisk_scene, room, "--seconds=1")
    assert "'nowhere' cannot be read: HTTP 404" in await run.end(process)
    assert process.returncode == 1 and not run.json.exists()


async def test_the_limits_are_kept_and_what_they_held_back_is_said(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room(poll_interval_ms=500)
    said, found = await run(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=5")
    assert found["held_back"]["times"] > 0 and "limits held messages back" in said
    assert found["sent"] == len(brisk_scene.stored(room)) < 10
    assert {row["missing"] for row in found["transports"]} == {0}


async def test_an_interrupt_ends_it_with_what_was_measured(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room(poll_interval_ms=500)
    process = await run.start(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=500")
    reader = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    await reader.until_count(1, ENDS_S)
    process.send_signal(signal.SIGINT)
    said = await run.end(process)
    assert process.returncode == 0 and "Stopped early." in said
    assert json.loads(run.json.read_text())["stopped_early"] is True


async def test_a_second_interrupt_ends_it_at_once(brisk_scene: Scene, run: Run) -> None:
    room = brisk_scene.room(poll_interval_ms=60_000)
    process = await run.start(brisk_scene, room, "--clients=1", "--rate=2", "--seconds=500")
    reader = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    await reader.until_count(1, ENDS_S)
    ending = asyncio.create_task(run.end(process))
    while not ending.done():
        process.send_signal(signal.SIGINT)
        await asyncio.wait([ending], timeout=1)
    said = await ending
    assert "Stopped." in said and "Traceback" not in said
    assert process.returncode in (130, -signal.SIGINT)
