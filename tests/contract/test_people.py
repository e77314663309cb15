"""What moderators do to people over the API, as it reaches readers on every transport."""

import asyncio
from functools import partial
from typing import Any

import pytest

from tests.contract.test_bad_requests import QUERIES, refusals
from tests.contract.test_revocation import BOUND_S, may_not_post, read_to_the_end
from tests.support import hostile
from tests.support.people import Person, Refused
from tests.support.reading import Reader
from tests.support.scene import Room, Scene

ENDS = {
    "ban": ("PUT", {"minutes": 10, "reason": "Sold boats"}, "forbidden"),
    "remove": ("POST", {"reason": "Off you go"}, "not_found"),
}
"""Method, body, and the code with which reading ends in a private room."""


def moderated(scene: Scene) -> tuple[Room, Person, Person]:
    """A private room, its moderator and a member."""
    moderator, member = scene.person(), scene.person()
    room = scene.room(moderator, member, kind="private")
    scene.act("set_role", scene.owner, room, user_id=moderator.id, role="moderator")
    return room, moderator, member


def has_seen(changes: int, reader: Reader) -> bool:
    return len(reader.versions) >= changes


@pytest.mark.parametrize("act", ENDS)
async def test_nothing_written_after_the_act_is_delivered(scene: Scene, via: str, act: str) -> None:
    room, moderator, member = moderated(scene)
    method, body, code = ENDS[act]
    reader, other = await scene.reader(via, room, member), await scene.reader(via, room, moderator)
    ending = asyncio.create_task(read_to_the_end(reader))
    path = f"/api/rooms/{room.slug}/members/{member.id}/{act}"
    await scene.browser(moderator).call(method, path, json=body)
    await asyncio.to_thread(scene.post, room, scene.owner, "not for them")
    assert (await ending).code == code
    assert reader.texts == []
    await other.until_texts(["not for them"])


async def test_a_mute_is_told_with_its_reason_and_its_end_as_well(scene: Scene, via: str) -> None:
    room, moderator, member = moderated(scene)
    reader, browser = await scene.reader(via, room, member), scene.browser(moderator)
    path = f"/api/rooms/{room.slug}/members/{member.id}/mute"
    telling = asyncio.create_task(reader.until(may_not_post, timeout=BOUND_S))
    await browser.call("PUT", path, json={"minutes": 10, "reason": "Shouting"})
    await telling
    assert reader.you
    assert "Shouting" in reader.you["why_not"]["message"]
    with pytest.raises(Refused):
        await reader.driver.send("key-of-the-muted", "hello?")
    telling = asyncio.create_task(reader.until(lambda seen: not may_not_post(reader), timeout=BOUND_S))
    await browser.call("DELETE", path)
    await telling


async def test_another_role_is_told(scene: Scene, via: str) -> None:
    room, _moderator, member = moderated(scene)
    reader = await scene.reader(via, room, member)
    telling = asyncio.create_task(
        reader.until(lambda seen: bool(reader.you and reader.you["may_moderate"]), timeout=BOUND_S)
    )
    path = f"/api/rooms/{room.slug}/members/{member.id}"
    await scene.browser(scene.owner).call("PATCH", path, json={"role": "moderator"})
    await telling


async def test_what_was_deleted_over_the_api_comes_back(scene: Scene, via: str) -> None:
    room, moderator, member = moderated(scene)
    seq = scene.post(room, member, "Boats for sale")["seq"]
    reader, browser = await scene.reader(via, room, member), scene.browser(moderator)
    for number, (act, is_deleted) in enumerate([("delete", True), ("restore", False)], start=2):
        coming = asyncio.create_task(reader.until(partial(has_seen, number)))
        await browser.call("POST", f"/api/rooms/{room.slug}/messages/{seq}/{act}", json={"reason": "A try"})
        await coming
        assert reader.messages[seq]["deleted"] == is_deleted


@pytest.mark.parametrize(
    ("method", "act", "more"),
    [
        ("PUT", "mute", {"minutes": b'{"minutes":"10"}', "half": b'{"minutes":0.5}'}),
        ("PUT", "ban", {"minutes": b'{"minutes":0}'}),
        ("POST", "remove", {"reason": b'{"reason":null}'}),
        ("PATCH", "", {"role": b'{"role":"king"}', "none": b"{}"}),
    ],
)
async def test_bad_documents_about_people_are_invalid(
    scene: Scene, method: str, act: str, more: dict[str, bytes]
) -> None:
    room, _moderator, member = moderated(scene)
    path = f"/api/rooms/{room.slug}/members/{member.id}/{act}".rstrip("/")
    documents = {name: text for name, text in hostile.DOCUMENTS.items() if text != b"{}"} | more
    assert await refusals(scene.browser(scene.owner), method, path, documents) == {}


async def test_a_bad_query_for_people_is_invalid(scene: Scene) -> None:
    room = scene.room()
    more = ["after=-1", "after=x", "limit=0", "limit=201", "banned=2", "banned=", "find=%00", "find=%e2%80%ae"]
    assert await scene.browser(scene.owner).not_invalid(f"/api/rooms/{room.slug}/members", [*QUERIES, *more]) == {}


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "9" * 5000])
async def test_a_person_who_is_not_there_is_not_found(scene: Scene, number: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    sent: dict[str, Any] = {}
    for method, path in (("GET", ""), ("PUT", "/ban"), ("DELETE", "/mute"), ("POST", "/remove")):
        answer = await browser.ask(method, f"/api/rooms/{room.slug}/members/{number}{path}", json=sent)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
