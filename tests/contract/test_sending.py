"""A send has one effect, whenever and wherever it is repeated."""

import asyncio

import pytest

from tests.support.people import Refused
from tests.support.scene import Scene, new_key


async def test_a_repeated_send_returns_the_stored_message(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    reader = await scene.reader(via, room, scene.owner)
    first = await reader.driver.send(key, "once")
    assert [await reader.driver.send(key, "once") for _ in range(3)] == [first] * 3
    assert scene.stored(room) == [first]


async def test_a_send_repeated_on_another_transport_returns_the_stored_message(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    first = scene.post(room, scene.owner, "once", key)
    reader = await scene.reader(via, room, scene.owner)
    assert await reader.driver.send(key, "once") == first
    assert scene.stored(room) == [first]


async def test_ten_sends_at_once_with_one_key_make_one_message(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    pages = [await scene.reader(via, room, scene.owner) for _ in range(2)]
    sent = await asyncio.gather(*(pages[number % 2].driver.send(key, "once") for number in range(10)))
    assert sent == [sent[0]] * 10
    assert scene.stored(room) == [sent[0]]
    await pages[0].until_texts(["once"])
    assert pages[0].versions == [sent[0]["version"]]


async def test_ten_sends_at_once_over_all_transports_make_one_message(scene: Scene) -> None:
    room, key = scene.room(), new_key()
    pages = [await scene.reader(via, room, scene.owner) for via in ("poll", "longpoll", "websocket")]
    sent = await asyncio.gather(*(pages[number % 3].driver.send(key, "once") for number in range(10)))
    assert sent == [sent[0]] * 10
    assert scene.stored(room) == [sent[0]]


async def test_a_known_key_with_another_body_is_a_conflict(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    reader = await scene.reader(via, room, scene.owner)
    first = await reader.driver.send(key, "one thing")
    with pytest.raises(Refused) as refused:
        await reader.driver.send(key, "another thing")
    assert refused.value.code == "conflict"
    assert scene.stored(room) == [first]


async def test_a_known_key_with_another_reply_is_a_conflict(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    reader = await scene.reader(via, room, scene.owner)
    first = await reader.driver.send(key, "one thing")
    with pytest.raises(Refused) as refused:
        await reader.driver.send(key, "one thing", reply_to=first["seq"])
    assert refused.value.code == "conflict"


async def test_a_send_repeated_after_an_edit_returns_the_newest_state(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    reader = await scene.reader(via, room, scene.owner)
    sent = await reader.driver.send(key, "as it was sent")
    await reader.driver.edit(sent["seq"], "first edit")
    edited = await reader.driver.edit(sent["seq"], "second edit")
    assert await reader.driver.send(key, "as it was sent") == edited
    assert scene.stored(room) == [edited]


async def test_a_send_repeated_after_its_deletion_returns_the_tombstone(scene: Scene, via: str) -> None:
    room, key = scene.room(), new_key()
    reader = await scene.reader(via, room, scene.owner)
    sent = await reader.driver.send(key, "as it was sent")
    tombstone = await reader.driver.delete(sent["seq"])
    assert await reader.driver.send(key, "as it was sent") == tombstone
    assert scene.stored(room) == [tombstone]


async def test_keys_belong_to_their_author_and_room(scene: Scene, via: str) -> None:
    alice, key = scene.person(), new_key()
    rooms = [scene.room(alice), scene.room(alice)]
    for room in rooms:
        for person in (scene.owner, alice):
            reader = await scene.reader(via, room, person)
            await reader.driver.send(key, person.name)
    for room in rooms:
        assert [message["body"] for message in scene.stored(room)] == [scene.owner.name, alice.name]


async def test_an_edit_that_changes_nothing_and_a_second_deletion_take_no_number(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    sent = await reader.driver.send(new_key(), "same")
    assert await reader.driver.edit(sent["seq"], "same") == sent
    tombstone = await reader.driver.delete(sent["seq"])
    assert await reader.driver.delete(sent["seq"]) == tombstone
    assert tombstone["version"] == sent["version"] + 1


async def test_a_reply_names_its_message(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    first = await reader.driver.send(new_key(), "question")
    answer = await reader.driver.send(new_key(), "answer", reply_to=first["seq"])
    assert (first["reply_to"], answer["reply_to"]) == (None, first["seq"])
    for nowhere in (answer["seq"] + 1, 0, -1, 2**70):
        with pytest.raises(Refused) as refused:
            await reader.driver.send(new_key(), "to nothing", reply_to=nowhere)
        assert refused.value.code in ("invalid", "not_found"), nowhere
    assert len(scene.stored(room)) == 2


async def test_only_the_author_edits_and_only_author_or_moderator_deletes(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    of_owner = scene.post(room, scene.owner, "by the owner")
    of_alice = scene.post(room, alice, "by alice")
    mine, theirs = await scene.reader(via, room, alice), await scene.reader(via, room, scene.owner)
    for attempt in (
        mine.driver.edit(of_owner["seq"], "changed"),
        mine.driver.delete(of_owner["seq"]),
        theirs.driver.edit(of_alice["seq"], "changed"),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "forbidden"
    assert (await theirs.driver.delete(of_alice["seq"]))["deleted"], "the owner moderates"
    assert scene.stored(room)[0] == of_owner


async def test_a_message_that_is_not_there_cannot_be_changed(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    gone = await reader.driver.send(new_key(), "soon gone")
    await reader.driver.delete(gone["seq"])
    for attempt in (reader.driver.edit(gone["seq"], "back"), reader.driver.edit(9999, "x"), reader.driver.delete(9999)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "not_found"
