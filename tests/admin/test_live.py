"""What staff do in the admin is seen on open pages at once: real servers, all transports."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.people import Person, Refused
from tests.support.processes import ROOT
from tests.support.reading import Reader
from tests.support.scene import Room, Scene
from tests.support.servers import Place

BOUND_S = 3.0
"""The product promises a second; the rest is for a busy machine. The periodic checks come far later."""

SERVERS = [("daphne", "sqlite"), ("uvicorn", "postgresql")]
"""Both servers and both databases; which of them go together is nothing to the admin."""

pytestmark = pytest.mark.parametrize("server", SERVERS, indirect=True, ids="-".join)

PASSWORD = "correct horse 9"
_made: set[str] = set()


def make_root(place: Place) -> None:
    """A superuser, once for each database."""
    if place.name not in _made:
        env = {**place.env, "DJANGO_SUPERUSER_USERNAME": "Root", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        command = [sys.executable, "manage.py", "createsuperuser", "--noinput"]
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
        _made.add(place.name)


@pytest_asyncio.fixture
async def root(scene: Scene) -> AsyncIterator["Root"]:
    await asyncio.to_thread(make_root, scene.server.place)
    root = Root(scene)
    await root.log_in()
    yield root
    await root.browser.aclose()


class Root:
    """A superuser at the admin's forms."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        headers = {"Origin": scene.server.url, "X-CSRFToken": "c" * 32}
        self.browser = httpx.AsyncClient(
            base_url=scene.server.url, headers=headers, verify=False, trust_env=False, timeout=30
        )
        self.browser.cookies.set("csrftoken", "c" * 32, domain="127.0.0.1", path="/")

    async def log_in(self) -> None:
        answer = await self.browser.post("/login/", data={"username": "Root", "password": PASSWORD, "next": "/admin/"})
        assert answer.status_code == 302
        self.browser.headers["X-CSRFToken"] = self.browser.cookies["csrftoken"]

    async def post(self, url: str, data: dict[str, Any]) -> None:
        """Sends a form that is accepted."""
        answer = await self.browser.post(f"/admin/chat/{url}", data=data)
        assert answer.status_code == 302, answer.status_code

    async def act(self, model: str, query: str, action: str, **more: str) -> None:
        """An action, confirmed, on all rows that a filter leaves; `more`: what its page asks for."""
        chosen = {"_selected_action": "0", "select_across": "1", "index": "0"}
        await self.post(f"{model}/?{query}", {"action": action, "confirmed": "yes", **chosen, **more})

    async def change(self, room: Room, **changes: str) -> None:
        """Saves the page of the room."""
        fields = {
            **{"name": "Harbour", "kind": "public", "state": "open", "guests": "write"},
            **{"allowed_transports": ["websocket", "longpoll", "poll"], "default_transport": "websocket"},
            **{"poll_interval_ms": "2000", "hold_s": "25", "slow_mode_s": "0"},
            **{"max_length": "0", "retention_days": "0"},
            "seen_version": str(self.scene.operator("position", room=room.id)["version"]),
        }
        for prefix in ("memberships", "memberships-2"):
            fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        await self.post(f"room/{room.id}/change/", {**fields, **changes})


async def read_to_the_end(reader: Reader) -> Refused:
    """The refusal that ends the reading; AssertionError when none comes within the bound."""
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False, timeout=BOUND_S)
    return refused.value


async def test_a_changed_room(scene: Scene, root: Root, via: str) -> None:
    room = scene.room(name="Harbour")
    reader = await scene.reader(via, room, scene.owner)
    seen = asyncio.create_task(reader.until(lambda page: "made the room read-only" in page.texts, timeout=BOUND_S))
    await root.change(room, topic="Closed for the storm", state="read_only")
    await seen
    assert reader.room
    assert (reader.room["topic"], reader.room["state"]) == ("Closed for the storm", "read_only")


async def test_a_deleted_message(scene: Scene, root: Root, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    scene.post(room, scene.owner, "not for long")
    await reader.until_texts(["not for long"])
    await root.act("message", f"room={room.id}&kind__exact=text", "delete_messages")
    await reader.until(lambda page: page.in_order()[0]["deleted"], timeout=BOUND_S)
    assert reader.texts == [""]


async def test_a_restored_message(scene: Scene, root: Root, via: str) -> None:
    """It stands again where it stood, before what was said later."""
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    for body in ("first", "second"):
        scene.post(room, scene.owner, body)
    await reader.until_texts(["first", "second"])
    await root.act("message", f"room={room.id}&kind__exact=text", "delete_messages")
    await reader.until(lambda page: page.texts == ["", ""], timeout=BOUND_S)
    await root.act("message", f"room={room.id}&kind__exact=text", "restore_messages")
    await reader.until(lambda page: page.texts == ["first", "second"], timeout=BOUND_S)
    assert not any(message["deleted"] for message in reader.in_order())


async def test_all_messages_of_a_person(scene: Scene, root: Root, via: str) -> None:
    """Deleted, then brought back as a whole: each one is told."""
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, scene.owner)
    for number in range(5):
        scene.post(room, (alice, scene.owner)[number % 2], f"message {number}")
    said = [f"message {number}" for number in range(5)]
    await reader.until_texts(said)
    await root.act("user", f"q={alice.name}", "delete_all_messages")
    gone = ["", "message 1", "", "message 3", ""]
    await reader.until(lambda page: page.texts == gone, timeout=BOUND_S)
    deletion = scene.operator("latest_deletion", person=alice.id)
    await root.post("deletion/", {"action": "restore", "confirmed": "yes", "_selected_action": deletion, "index": "0"})
    await reader.until(lambda page: page.texts == said, timeout=BOUND_S)


async def test_a_removed_member(scene: Scene, root: Root, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice, kind="private")
    reader = await scene.reader(via, room, alice)
    ending = asyncio.create_task(read_to_the_end(reader))
    await root.act("membership", f"room={room.id}&user={alice.id}", "remove")
    assert (await ending).code == "not_found"


async def test_a_closed_account(scene: Scene, root: Root, via: str) -> None:
    alice: Person = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    ending = asyncio.create_task(read_to_the_end(reader))
    await root.act("user", f"q={alice.name}", "close_accounts")
    assert (await ending).code == "not_authenticated"


async def test_a_person_who_is_banned_everywhere(scene: Scene, root: Root, via: str) -> None:
    alice, bob = scene.person(), scene.person()
    room = scene.room(alice, bob)
    reader, other = await scene.reader(via, room, alice), await scene.reader(via, room, bob)
    ending = asyncio.create_task(read_to_the_end(reader))
    await root.act("user", f"q={alice.name}", "ban_everywhere", hours="24", reason="Sold boats")
    await asyncio.to_thread(scene.post, room, scene.owner, "not for alice")
    refused = await ending
    assert refused.code == "forbidden"
    assert "not for alice" not in reader.texts
    await other.until_texts(["not for alice"])


async def test_a_person_whose_sessions_are_ended(scene: Scene, root: Root, via: str) -> None:
    alice = scene.person()
    reader = await scene.reader(via, scene.room(alice), alice)
    ending = asyncio.create_task(read_to_the_end(reader))
    await root.act("user", f"q={alice.name}", "end_sessions")
    assert (await ending).code == "not_authenticated"


async def test_a_report_that_is_accepted(scene: Scene, root: Root, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    seq = scene.post(room, scene.owner, "not for long")["seq"]
    reader = await scene.reader(via, room, alice)
    await reader.until_texts(["not for long"])
    path = f"/api/rooms/{room.slug}/messages/{seq}/report"
    assert await scene.browser(alice).call("POST", path, json={"reason": "Rude"}) == {"reported": True}
    await root.act("report", "state=open", "accept")
    await reader.until(lambda page: page.in_order()[0]["deleted"], timeout=BOUND_S)
    assert reader.texts == [""]


async def test_a_deleted_room(scene: Scene, root: Root, via: str) -> None:
    """Readers of a room that is gone learn at once, not at the next check of positions."""
    room = scene.room()
    scene.post(room, scene.owner, "the last word")
    reader = await scene.reader(via, room, scene.owner)
    ending = asyncio.create_task(read_to_the_end(reader))
    await root.post(f"room/{room.id}/delete/", {"post": "yes"})
    assert (await ending).code == "not_found"
    assert scene.operator("stored", room=room.id) == []


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
async def test_an_export_comes_in_pieces(scene: Scene, root: Root, kind: str) -> None:
    room = scene.room(scene.person())
    chosen = {"_selected_action": "0", "select_across": "1", "index": "0", "action": f"export_{kind}"}
    answer = await root.browser.post(f"/admin/chat/act/?room={room.id}", data=chosen)
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert len(answer.text.splitlines()) == 2 + (kind == "csv"), "the room that was made, and the role that was given"


async def test_a_room_is_exported_in_pieces(scene: Scene, root: Root) -> None:
    room = scene.room()
    scene.history(room, [f"text {number}" for number in range(2500)])
    chosen = {"_selected_action": str(room.id), "index": "0", "action": "export_html"}
    answer = await root.browser.post("/admin/chat/room/", data=chosen)
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert answer.text.count('<p class="text">') == 2500
    assert answer.text.endswith("</html>\n")
