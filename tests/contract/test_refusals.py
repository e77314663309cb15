"""Who is refused, with which code; each refusal has its twin that is let in."""

from collections.abc import Callable

import pytest

from tests.support.drivers import DRIVERS
from tests.support.people import STRANGER, Person, Refused
from tests.support.scene import Room, Scene, new_key

CLOSES = {"not_authenticated": 4401, "forbidden": 4403, "not_found": 4404, "transport_not_allowed": 4410}
STATUS = {"not_authenticated": 401, "forbidden": 403, "not_found": 404, "transport_not_allowed": 403}


async def refused_to_read(scene: Scene, via: str, room: Room | str, person: Person) -> Refused:
    """The refusal of a connection."""
    with pytest.raises(Refused) as refused:
        await scene.driver(via, room, person).connect()
    expected = CLOSES if via == "websocket" else STATUS
    assert refused.value.status == expected[refused.value.code]
    return refused.value


async def refused_to_post(scene: Scene, via: str, room: Room, person: Person) -> str:
    """The code with which a reader is refused as a writer."""
    reader = await scene.reader(via, room, person)
    before = scene.stored(room)
    with pytest.raises(Refused) as refused:
        await reader.driver.send(new_key(), "may I?")
    assert scene.stored(room) == before
    return refused.value.code


async def test_a_member_is_let_in(scene: Scene, via: str) -> None:
    alice = scene.person()
    reader = await scene.reader(via, scene.room(alice, kind="private"), alice)
    assert (await reader.driver.send(new_key(), "hello"))["author"]["name"] == alice.name


async def test_without_a_session_nobody_reads(scene: Scene, via: str) -> None:
    room = scene.room()
    assert (await refused_to_read(scene, via, room, STRANGER)).code == "not_authenticated"
    forged = Person(scene.owner.id, scene.owner.name, "0123456789abcdef0123456789abcdef")
    assert (await refused_to_read(scene, via, room, forged)).code == "not_authenticated"


async def test_without_a_session_nobody_writes(scene: Scene) -> None:
    room, browser = scene.room(), scene.browser(STRANGER)
    seq = scene.post(room, scene.owner, "kept")["seq"]
    for attempt in (
        browser.post(room.slug, new_key(), "hello"),
        browser.edit(room.slug, seq, "changed"),
        browser.delete(room.slug, seq),
        browser.call("GET", "/api/rooms"),
        browser.call("GET", f"/api/rooms/{room.slug}"),
        browser.call("GET", f"/api/rooms/{room.slug}/messages", params={"before": 9}),
        browser.call("POST", f"/api/rooms/{room.slug}/read", json={"seq": 1}),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.code, refused.value.status) == ("not_authenticated", 401)
    assert [message["body"] for message in scene.stored(room)] == ["kept"]


async def test_an_outsider_does_not_learn_of_a_private_room(scene: Scene, via: str) -> None:
    room, outsider = scene.room(kind="private"), scene.person()
    known = await refused_to_read(scene, via, room, outsider)
    unknown = await refused_to_read(scene, via, "no-such-room", outsider)
    assert (known.code, unknown.code) == ("not_found", "not_found")
    assert known.said == unknown.said, "the two answers are the same"


async def test_an_outsider_does_nothing_in_a_private_room(scene: Scene) -> None:
    room, browser = scene.room(kind="private"), scene.browser(scene.person())
    seq = scene.post(room, scene.owner, "kept")["seq"]
    for attempt in (
        browser.post(room.slug, new_key(), "hello"),
        browser.edit(room.slug, seq, "changed"),
        browser.delete(room.slug, seq),
        browser.call("GET", f"/api/rooms/{room.slug}"),
        browser.call("GET", f"/api/rooms/{room.slug}/messages", params={"before": 9}),
        browser.call("POST", f"/api/rooms/{room.slug}/read", json={"seq": 1}),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.code, refused.value.status) == ("not_found", 404)
    listed = (await browser.call("GET", "/api/rooms"))["rooms"]
    assert room.slug not in [entry["slug"] for entry in listed]


def read_only(scene: Scene, room: Room, alice: Person) -> None:
    scene.update(room, state="read_only")


def archived(scene: Scene, room: Room, alice: Person) -> None:
    scene.update(room, state="archived")


def muted(scene: Scene, room: Room, alice: Person) -> None:
    scene.act("mute", scene.owner, room, user_id=alice.id, until=600)


def muted_everywhere(scene: Scene, room: Room, alice: Person) -> None:
    scene.operator("sanction_everywhere", action="mute_everywhere", user=alice.id, until=600)


@pytest.mark.parametrize("state", [read_only, archived, muted, muted_everywhere])
async def test_who_may_not_post_still_reads(
    scene: Scene, via: str, state: Callable[[Scene, Room, Person], None]
) -> None:
    alice = scene.person()
    room = scene.room(alice)
    mine = scene.post(room, alice, "before")
    state(scene, room, alice)
    assert await refused_to_post(scene, via, room, alice) == "forbidden"
    reader = await scene.reader(via, room, alice)
    await reader.until(lambda seen: "before" in seen.texts)
    with pytest.raises(Refused) as refused:
        await reader.driver.edit(mine["seq"], "changed")
    assert refused.value.code == "forbidden"
    state_of_alice = (await scene.browser(alice).call("GET", f"/api/rooms/{room.slug}"))["you"]
    assert state_of_alice["may_post"] is False and state_of_alice["why_not"]["message"]


async def test_nobody_posts_in_an_archived_room(scene: Scene, via: str) -> None:
    room = scene.room()
    scene.update(room, state="archived")
    assert await refused_to_post(scene, via, room, scene.owner) == "forbidden"


async def test_moderators_post_in_a_read_only_room(scene: Scene, via: str) -> None:
    room = scene.room()
    scene.update(room, state="read_only")
    reader = await scene.reader(via, room, scene.owner)
    assert (await reader.driver.send(new_key(), "an announcement"))["seq"]


async def test_an_ended_sanction_is_over(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    scene.act("mute", scene.owner, room, user_id=alice.id, until=-1)
    scene.act("ban", scene.owner, room, user_id=alice.id, until=-1)
    reader = await scene.reader(via, room, alice)
    assert (await reader.driver.send(new_key(), "back again"))["seq"]


@pytest.mark.parametrize("kind", ["public", "private"])
async def test_the_banned_are_forbidden(scene: Scene, via: str, kind: str) -> None:
    alice = scene.person()
    room = scene.room(alice, kind=kind)
    scene.act("ban", scene.owner, room, user_id=alice.id, until=600)
    assert (await refused_to_read(scene, via, room, alice)).code == "forbidden"
    with pytest.raises(Refused) as refused:
        await scene.browser(alice).post(room.slug, new_key(), "let me in")
    assert refused.value.code == "forbidden"


async def test_who_is_banned_everywhere_is_forbidden_and_told_why(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    ban = {"action": "ban_everywhere", "user": alice.id, "reason": "Sold boats"}
    scene.operator("sanction_everywhere", **ban, until=600)
    assert (await refused_to_read(scene, via, room, alice)).code == "forbidden"
    with pytest.raises(Refused) as refused:
        await scene.browser(alice).post(room.slug, new_key(), "let me in")
    assert refused.value.code == "forbidden"
    assert refused.value.said["error"]["message"].endswith(": Sold boats")
    assert (await scene.browser(alice).call("GET", "/api/rooms"))["rooms"] == []
    scene.operator("sanction_everywhere", **ban, until=-1)
    assert await scene.reader(via, room, alice)


@pytest.mark.parametrize(
    ("guests", "reads", "writes"), [("none", False, False), ("read", True, False), ("write", True, True)]
)
async def test_guests_have_what_the_room_gives_them(
    scene: Scene, via: str, guests: str, reads: bool, writes: bool
) -> None:
    room, guest = scene.room(guests=guests), scene.person(guest=True)
    if not reads:
        assert (await refused_to_read(scene, via, room, guest)).code == "forbidden"
        return
    if not writes:
        assert await refused_to_post(scene, via, room, guest) == "forbidden"
        return
    assert (await (await scene.reader(via, room, guest)).driver.send(new_key(), "hello"))["seq"]


async def test_a_transport_that_the_room_forbids_is_refused(scene: Scene, via: str) -> None:
    others = [other for other in DRIVERS if other != via]
    room = scene.room(allowed_transports=others, default_transport=others[0])
    assert (await refused_to_read(scene, via, room, scene.owner)).code == "transport_not_allowed"
    for other in others:
        await scene.driver(other, room, scene.owner).connect()
