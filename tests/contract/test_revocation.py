"""Access that ends while a poll is held or a socket is open: the page is told, and gets nothing that is written later."""

import asyncio
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.fleet import Fleet
from tests.support.people import Person, Refused
from tests.support.reading import Reader
from tests.support.scene import Room, Scene
from tests.support.sockets import close_code

BOUND_S = 3.0
"""The product promises a second; the rest is for a busy machine. The periodic checks come far later."""

End = Callable[[Scene, Room, Person], object]


def banned(scene: Scene, room: Room, person: Person) -> None:
    scene.act("ban", scene.owner, room, user_id=person.id, until=600)


def kicked(scene: Scene, room: Room, person: Person) -> None:
    scene.act("remove_member", scene.owner, room, user_id=person.id)


def left(scene: Scene, room: Room, person: Person) -> None:
    scene.act("leave_room", person, room)


def shut_out(scene: Scene, room: Room, person: Person) -> None:
    scene.update(room, allowed_transports=["poll"], default_transport="poll")


def deactivated(scene: Scene, room: Room, person: Person) -> None:
    scene.operator("deactivate", user=person.id)


def given_a_new_password(scene: Scene, room: Room, person: Person) -> None:
    scene.operator("change_password", user=person.id)


async def read_to_the_end(reader: Reader) -> Refused:
    """The refusal that ends the reading; AssertionError when none comes within the bound."""
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False, timeout=BOUND_S)
    return refused.value


def banned_everywhere(scene: Scene, room: Room, person: Person) -> None:
    scene.operator("sanction_everywhere", action="ban_everywhere", user=person.id, until=600)


def muted_everywhere(scene: Scene, room: Room, person: Person) -> None:
    scene.operator("sanction_everywhere", action="mute_everywhere", user=person.id, until=600)


def muted(scene: Scene, room: Room, person: Person) -> None:
    scene.act("mute", scene.owner, room, user_id=person.id, until=600)


def logged_out_everywhere(scene: Scene, room: Room, person: Person) -> None:
    scene.operator("sanction_everywhere", action="end_sessions", user=person.id)


IN_THE_ROOM: list[tuple[End, str]] = [
    (banned, "forbidden"),
    (banned_everywhere, "forbidden"),
    (kicked, "not_found"),
    (left, "not_found"),
]


@pytest.mark.parametrize(("end", "code"), IN_THE_ROOM)
async def test_nothing_written_after_the_end_is_delivered(scene: Scene, via: str, end: End, code: str) -> None:
    alice, bob = scene.person(), scene.person()
    room = scene.room(alice, bob, kind="private")
    reader, other = await scene.reader(via, room, alice), await scene.reader(via, room, bob)
    ending = asyncio.create_task(read_to_the_end(reader))
    scene.post(room, scene.owner, "for all")
    await other.until_texts(["for all"])
    await asyncio.to_thread(end, scene, room, alice)
    await asyncio.to_thread(scene.post, room, scene.owner, "not for alice")
    assert (await ending).code == code
    assert reader.texts in (["for all"], []), "what came before the end may come, nothing after it"
    await other.until_texts(["for all", "not for alice"])


@pytest.mark.parametrize("end", [deactivated, given_a_new_password, logged_out_everywhere])
async def test_an_ended_account_or_password_ends_reading(scene: Scene, via: str, end: End) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    ending = asyncio.create_task(read_to_the_end(reader))
    await asyncio.to_thread(end, scene, room, alice)
    assert (await ending).code == "not_authenticated"
    scene.post(room, scene.owner, "later")
    assert reader.texts == []


async def test_a_log_out_ends_the_pages_of_this_session_alone(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    elsewhere = Person(alice.id, alice.name, scene.operator("log_in", user=alice.id))
    reader, other = await scene.reader(via, room, alice), await scene.reader(via, room, elsewhere)
    ending = asyncio.create_task(read_to_the_end(reader))
    answer = await scene.browser(alice).ask("POST", "/logout/")
    assert answer.status_code in (200, 302)
    assert (await ending).code == "not_authenticated"
    scene.post(room, scene.owner, "still for the other browser")
    await other.until_texts(["still for the other browser"])
    assert reader.texts == []


@pytest.mark.parametrize("held", ["longpoll", "websocket"])
async def test_a_transport_that_becomes_forbidden_ends(scene: Scene, held: str) -> None:
    room = scene.room()
    reader = await scene.reader(held, room, scene.owner)
    ending = asyncio.create_task(read_to_the_end(reader))
    await asyncio.to_thread(shut_out, scene, room, scene.owner)
    assert (await ending).code == "transport_not_allowed"


async def test_a_visitor_is_out_when_the_room_becomes_private(scene: Scene, via: str) -> None:
    visitor = scene.person()
    room = scene.room(kind="public")
    reader = await scene.reader(via, room, visitor)
    ending = asyncio.create_task(read_to_the_end(reader))
    await asyncio.to_thread(scene.update, room, kind="private")
    await asyncio.to_thread(scene.post, room, scene.owner, "among ourselves")
    assert (await ending).code == "not_found"
    assert "among ourselves" not in reader.texts


async def test_a_guest_is_out_when_the_room_shuts_guests_out(scene: Scene, via: str) -> None:
    guest = scene.person(guest=True)
    room = scene.room(guests="write")
    reader = await scene.reader(via, room, guest)
    ending = asyncio.create_task(read_to_the_end(reader))
    await asyncio.to_thread(scene.update, room, guests="none")
    assert (await ending).code == "forbidden"


async def test_a_visitor_who_is_banned_everywhere_is_out(scene: Scene, via: str) -> None:
    """No membership, so no number of the room's log tells of it."""
    visitor = scene.person()
    room = scene.room(kind="public")
    reader = await scene.reader(via, room, visitor)
    ending = asyncio.create_task(read_to_the_end(reader))
    await asyncio.to_thread(banned_everywhere, scene, room, visitor)
    assert (await ending).code == "forbidden"


def may_not_post(page: Reader) -> bool:
    """Whether the page was told so, while it was open."""
    return page.you is not None and not page.you["may_post"]


@pytest.mark.parametrize("mute", [muted, muted_everywhere])
async def test_open_pages_of_the_muted_are_told_and_read_on(scene: Scene, via: str, mute: End) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    telling = asyncio.create_task(reader.until(may_not_post, timeout=BOUND_S))
    await asyncio.to_thread(mute, scene, room, alice)
    await telling
    scene.post(room, scene.owner, "she reads on")
    await reader.until_texts(["she reads on"])
    with pytest.raises(Refused) as refused:
        await reader.driver.send("key-of-the-muted", "hello?")
    assert refused.value.code == "forbidden"


async def test_a_socket_of_the_muted_stays_and_is_refused_as_a_writer(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader("websocket", room, alice)
    scene.act("mute", scene.owner, room, user_id=alice.id, until=600)
    with pytest.raises(Refused) as refused:
        await reader.driver.send("key-of-the-muted", "hello?")
    assert refused.value.code == "forbidden"
    scene.post(room, scene.owner, "she reads on")
    await reader.until_texts(["she reads on"])


async def test_the_banned_cannot_write_on_an_open_socket(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader("websocket", room, alice)
    scene.act("ban", scene.owner, room, user_id=alice.id, until=600)
    with pytest.raises(Refused) as refused:
        await reader.driver.send("key-of-the-banned", "hello?")
    assert refused.value.code == "forbidden"
    assert scene.stored(room) == []


async def test_a_socket_far_behind_gets_nothing_written_after_a_ban_that_nobody_was_told_of(
    scene: Scene, fleet: Fleet
) -> None:
    """It reads the log itself, page by page, while the process has not heard of the ban."""
    silent = fleet.silent_operator(scene.server.place)
    alice = scene.person()
    room = scene.room(alice)
    scene.history(room, ["あ" * 3900] * 250)
    socket = await scene.socket(f"/ws/rooms/{room.slug}/?after={room.start}", alice)
    frames = [await socket.frame()]
    with pytest.raises(TimeoutError):  # when more is not acknowledged than the server puts up with
        while True:
            frames.append(await socket.frame(timeout=0.7))
    silent("act", action="ban", actor=scene.owner.id, room=room.id, user_id=alice.id, until=600)
    silent("post_history", room=room.id, author=scene.owner.id, bodies=["not for alice"])
    await socket.send({"type": "seen", "cursor": frames[-1]["cursor"]})
    texts = []
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            frame = await socket.frame()
            texts += [message["body"] for message in frame.get("messages", ())]
            if frame.get("more"):
                await socket.send({"type": "seen", "cursor": frame["cursor"]})
    assert close_code(closed.value) == 4403
    assert "not for alice" not in texts
