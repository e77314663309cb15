"""What the JSON endpoints have in common, and the ones that no transport needs."""

import pytest

from tests.support.people import STRANGER, Browser, Person, Refused
from tests.support.scene import Room, Scene, new_key

ENDPOINTS = {
    "/api/rooms": {"GET"},
    "/api/rooms/{slug}": {"GET"},
    "/api/rooms/{slug}/poll": {"GET"},
    "/api/rooms/{slug}/longpoll?wait=0": {"GET"},
    "/api/rooms/{slug}/messages": {"GET", "POST"},
    "/api/rooms/{slug}/messages/1": {"PATCH", "DELETE"},
    "/api/rooms/{slug}/read": {"POST"},
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


async def test_the_first_state_is_a_page_and_the_cursor_that_continues_it(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    scene.history(room, [str(number) for number in range(60)])
    state = await scene.browser(alice).call("GET", f"/api/rooms/{room.slug}")
    assert set(state) >= {"room", "you", "messages", "cursor", "more", "timings"}
    assert state["more"] is True
    assert state["messages"] == scene.operator("stored", room=room.id)[-len(state["messages"]) :]
    assert (state["you"]["name"], state["you"]["role"], state["you"]["may_post"]) == (alice.name, "member", True)
    reader = await scene.reader(via, room, alice, state["cursor"])
    scene.post(room, scene.owner, "the next one")
    await reader.until_texts(["the next one"])


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_every_answer_is_json_that_nobody_stores(scene: Scene, path: str) -> None:
    room = scene.room()
    for person in (scene.owner, STRANGER):
        browser = scene.browser(person)
        for method in METHODS:
            answer = await browser.ask(method, path.format(slug=room.slug))
            assert answer.status_code < 500, (method, answer.text)
            assert answer.headers["Content-Type"].startswith("application/json"), method
            assert "no-store" in answer.headers["Cache-Control"], method
            assert answer.is_success or answer.json()["error"]["message"], method


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_a_method_that_an_address_does_not_have(scene: Scene, path: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    for method in METHODS - ENDPOINTS[path]:
        answer = await browser.ask(method, path.format(slug=room.slug))
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "invalid"), method


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/nothing",
        "/api/rooms/",
        "/api/rooms/x/nothing",
        "/api/rooms/no-such-room",
        "/api/rooms/%00",
        "/api/rooms/%ff/poll",
        "/api/rooms/a%2Fb",
    ],
)
async def test_an_unknown_address_is_not_found(scene: Scene, path: str) -> None:
    answer = await scene.browser(scene.owner).ask("GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_send_is_created_once(scene: Scene) -> None:
    room, browser, sent = scene.room(), scene.browser(scene.owner), {"key": new_key(), "body": "hello"}
    first = await browser.ask("POST", f"/api/rooms/{room.slug}/messages", json=sent)
    again = await browser.ask("POST", f"/api/rooms/{room.slug}/messages", json=sent)
    other = await browser.ask("POST", f"/api/rooms/{room.slug}/messages", json={**sent, "body": "bye"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert other.json()["error"]["code"] == "conflict"


async def test_writing_needs_the_csrf_token(scene: Scene) -> None:
    room = scene.room()
    message = scene.post(room, scene.owner, "kept")
    for token in ("", "0" * 32, "x"):
        browser = scene.browser(scene.owner)
        for method, path, sent in (
            ("POST", "messages", {"key": new_key(), "body": "forged"}),
            ("PATCH", f"messages/{message['seq']}", {"body": "forged"}),
            ("DELETE", f"messages/{message['seq']}", {}),
            ("POST", "read", {"seq": 1}),
        ):
            headers = {"X-CSRFToken": token}
            answer = await browser.ask(method, f"/api/rooms/{room.slug}/{path}", json=sent, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), (method, token)
    assert scene.stored(room) == [message]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "http://[", "null"])
async def test_writing_from_a_foreign_origin_is_forbidden(scene: Scene, origin: str) -> None:
    room = scene.room()
    sent = {"key": new_key(), "body": "forged"}
    answer = await scene.browser(scene.owner).ask(
        "POST", f"/api/rooms/{room.slug}/messages", json=sent, headers={"Origin": origin}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert scene.stored(room) == []


async def test_an_unknown_host_is_refused(scene: Scene) -> None:
    answer = await scene.browser(scene.owner).ask("GET", "/api/rooms", headers={"Host": "evil.example"})
    assert answer.status_code == 400


async def listed(browser: Browser, room: Room) -> dict[str, object]:
    rooms = (await browser.call("GET", "/api/rooms"))["rooms"]
    return dict(next(entry for entry in rooms if entry["slug"] == room.slug))


async def test_the_list_counts_what_is_unread(scene: Scene) -> None:
    alice = scene.person()
    room, browser = scene.room(alice, kind="private"), scene.browser(alice)
    assert ((await listed(browser, room))["unread"], (await listed(browser, room))["member"]) == (0, True)
    last = [scene.post(room, scene.owner, text) for text in ("one", "two", "three")][-1]
    entry = await listed(browser, room)
    assert (entry["unread"], entry["last"]) == (3, last)


async def test_the_read_mark_never_goes_back(scene: Scene) -> None:
    alice = scene.person()
    room, browser = scene.room(alice), scene.browser(alice)
    seqs = [scene.post(room, scene.owner, text)["seq"] for text in ("one", "two", "three")]

    async def mark(seq: int) -> int:
        return int((await browser.call("POST", f"/api/rooms/{room.slug}/read", json={"seq": seq}))["last_read_seq"])

    assert await mark(seqs[1]) == seqs[1]
    assert (await listed(browser, room))["unread"] == 1
    assert await mark(seqs[0]) == seqs[1]
    assert await mark(seqs[2] + 1000) == seqs[2], "no further than the log"
    assert (await listed(browser, room))["unread"] == 0


async def test_a_guest_enters_by_the_door_and_chats(scene: Scene) -> None:
    """The way of a person: the form at the door gives the session."""
    browser = scene.browser(Person(0, "", ""))
    name = f"Guest {new_key()[2:10]}"
    form = {"name": name, "csrfmiddlewaretoken": browser.person.csrf}
    answer = await browser.ask("POST", "/enter/guest/", data=form)
    assert answer.status_code == 302, answer.text
    guest = Person(0, name, answer.cookies["sessionid"], answer.cookies.get("csrftoken") or browser.person.csrf)
    room = scene.room(guests="write")
    message = await scene.browser(guest).post(room.slug, new_key(), "hello")
    assert message["author"]["name"] == name


async def test_a_person_without_a_membership_is_listed_public_rooms_alone(scene: Scene) -> None:
    public, private = scene.room(), scene.room(kind="private")
    slugs = [entry["slug"] for entry in (await scene.browser(scene.person()).call("GET", "/api/rooms"))["rooms"]]
    assert public.slug in slugs and private.slug not in slugs
    with pytest.raises(Refused):
        await scene.browser(scene.person()).call("GET", f"/api/rooms/{private.slug}")
