"""Bad input over HTTP: always the code of the protocol, never a 500, nothing half-written."""

from collections.abc import AsyncIterator

import pytest

from tests.support import hostile
from tests.support.people import Browser
from tests.support.scene import Room, Scene, new_key

JSON = {"Content-Type": "application/json"}


async def refusals(browser: Browser, method: str, path: str, documents: dict[str, bytes]) -> dict[str, str]:
    """What each document was answered with, where that is anything but `invalid` with 400."""
    wrong = {}
    for name, document in documents.items():
        answer = await browser.ask(method, path, content=document, headers=JSON)
        if (answer.status_code, answer.json().get("error", {}).get("code")) != (400, "invalid"):
            wrong[name] = f"{answer.status_code} {answer.text[:200]}"
    return wrong


async def test_a_bad_send_is_invalid(scene: Scene) -> None:
    room, documents = scene.room(), {**hostile.DOCUMENTS, **hostile.posts()}
    assert await refusals(scene.browser(scene.owner), "POST", f"/api/rooms/{room.slug}/messages", documents) == {}
    assert scene.stored(room) == []


async def test_a_bad_edit_is_invalid(scene: Scene) -> None:
    room = scene.room()
    message = scene.post(room, scene.owner, "kept")
    path = f"/api/rooms/{room.slug}/messages/{message['seq']}"
    documents = {**hostile.DOCUMENTS, **hostile.edits()}
    assert await refusals(scene.browser(scene.owner), "PATCH", path, documents) == {}
    assert scene.stored(room) == [message]


async def test_a_bad_read_mark_is_invalid(scene: Scene) -> None:
    room = scene.room()
    documents = {**hostile.DOCUMENTS, **hostile.reads()}
    assert await refusals(scene.browser(scene.owner), "POST", f"/api/rooms/{room.slug}/read", documents) == {}


async def test_a_bad_report_is_invalid(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    path = f"/api/rooms/{room.slug}/messages/{scene.post(room, scene.owner, 'kept')['seq']}/report"
    documents = {**hostile.DOCUMENTS, **hostile.reports()}
    assert await refusals(scene.browser(alice), "POST", path, documents) == {}


TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""]


@pytest.mark.parametrize("kind", TYPES)
async def test_another_content_type_is_invalid(scene: Scene, kind: str) -> None:
    room = scene.room()
    document = b'{"key":"abcdefgh","body":"x"}'
    if kind.startswith("multipart"):
        document = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nabcdefgh\r\n--x--\r\n'
    answer = await scene.browser(scene.owner).ask(
        "POST", f"/api/rooms/{room.slug}/messages", content=document, headers={"Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert scene.stored(room) == []


async def in_chunks(size: int) -> AsyncIterator[bytes]:
    """A body without a declared length."""
    for _ in range(size // 1000):
        yield b"[" * 1000


@pytest.mark.parametrize("declared", [True, False])
async def test_a_hundred_thousand_brackets_are_too_large(scene: Scene, declared: bool) -> None:
    room = scene.room()
    content = b"[" * 100_000 if declared else in_chunks(100_000)
    answer = await scene.browser(scene.owner).ask(
        "POST", f"/api/rooms/{room.slug}/messages", content=content, headers=JSON
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


QUERIES = [
    "unknown=1",
    "after=a:1&unknown=1",
    "after=a:1&after=a:1",
    "%00=1",
    "after=%00",
    "after=a:1%00",
    "after=%ff%fe",
    "after=%ed%a0%80:1",
    "after[]=a:1",
    "after=a:1%0d%0aX-Injected:1",
    "after=a:99999999999999999999",
    "limit=%00",
    "limit=+5",
    "limit=5%20",
    "=",
    "limit=NaN",
]


@pytest.mark.parametrize("path", ["poll", "longpoll", "messages"])
async def test_a_bad_query_is_invalid(scene: Scene, path: str) -> None:
    room = scene.room()
    more = ["page=%00", "page=a%20b", "page=" + "p" * 65] if path == "longpoll" else ["page=abc", "wait=1"]
    assert await scene.browser(scene.owner).not_invalid(f"/api/rooms/{room.slug}/{path}", [*QUERIES, *more]) == {}


@pytest.mark.parametrize("seq", ["0", "9" * 18, "9" * 19, "9" * 30, "9" * 5000])
async def test_a_place_that_is_not_there_is_not_found(scene: Scene, seq: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    for method, sent in (("PATCH", {"body": "x"}), ("DELETE", {})):
        answer = await browser.ask(method, f"/api/rooms/{room.slug}/messages/{seq}", json=sent)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    answer = await browser.ask("POST", f"/api/rooms/{room.slug}/messages/{seq}/report", json={"reason": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


MARKUP = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "' OR 1=1 --",
    "%s %(x)s {0}",
    "../../etc/passwd",
    "a\tb\nc",
    "👩‍👩‍👧‍👦 ‮abc‬",
    "\\u0000 \\ud800",
]


async def test_what_looks_like_code_is_text(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    for text in MARKUP:
        assert (await reader.driver.send(new_key(), text))["body"] == text
    await reader.until_texts(MARKUP)


async def test_a_room_of_somebody_else_is_no_way_to_a_message(scene: Scene) -> None:
    """The place of a message in one room is no key to it through another."""
    mine, theirs = scene.room(), scene.room()
    scene.post(mine, scene.owner, "one")
    target = scene.post(theirs, scene.owner, "kept")
    scene.post(theirs, scene.owner, "two")
    stranger = scene.person()
    room_of_stranger = scene.operator("make_room", owner=stranger.id)
    browser = scene.browser(stranger)
    for seq in (target["seq"], target["seq"] + 1):
        answer = await browser.ask("DELETE", f"/api/rooms/{room_of_stranger['slug']}/messages/{seq}")
        assert answer.status_code == 404
    assert scene.stored(theirs)[0] == target
    assert await room_is_untouched(scene, mine)


async def room_is_untouched(scene: Scene, room: Room) -> bool:
    return [message["body"] for message in scene.stored(room)] == ["one"]
