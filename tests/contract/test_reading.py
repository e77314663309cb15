"""Following a room: every change after the cursor, in order, none twice, whatever the transport."""

from typing import Any

from tests.support.reading import Reader
from tests.support.scene import Room, Scene

MESSAGE_FIELDS = {
    "seq", "version", "kind", "author", "body", "key", "reply_to", "created_at", "edited_at", "deleted"
}  # fmt: skip


def write_history(scene: Scene, room: Room) -> list[int]:
    """Six messages of which one is edited, one deleted and one edited twice; returns their places."""
    places = scene.history(room, [f"text {n}" for n in range(6)])
    scene.act("edit_message", scene.owner, room, seq=places[1], body="edited")
    scene.act("delete_message", scene.owner, room, seq=places[3])
    scene.act("edit_message", scene.owner, room, seq=places[5], body="edited once")
    scene.act("edit_message", scene.owner, room, seq=places[5], body="edited twice")
    return list(places)


def after(messages: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """The changes feed by its definition: messages with a newer version, in the order of versions."""
    newer = [message for message in messages if message["version"] > number]
    return sorted(newer, key=lambda message: message["version"])


async def test_messages_arrive_in_order(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    texts = [f"message {number}" for number in range(20)]
    scene.posts(room, texts)
    await reader.until_texts(texts)
    assert reader.in_order() == scene.stored(room)
    assert reader.versions == sorted(reader.versions)


async def test_a_message_has_the_fields_of_the_protocol(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    sent = await reader.driver.send("key-of-the-shape", "hello\nworld")
    await reader.until_texts(["hello\nworld"])
    message = reader.messages[sent["seq"]]
    assert message == sent
    assert set(message) >= MESSAGE_FIELDS
    assert message["author"] == {"id": scene.owner.id, "name": scene.owner.name}
    assert (message["seq"], message["kind"], message["deleted"]) == (message["version"], "text", False)
    assert message["created_at"].endswith("Z") and message["edited_at"] is None


async def test_reading_resumes_from_every_cursor(scene: Scene, via: str) -> None:
    room = scene.room()
    write_history(scene, room)
    everything = scene.operator("stored", room=room.id)
    last = scene.operator("position", room=room.id)["last_seq"]
    for number in range(last + 1):
        reader = await scene.reader(via, room, scene.owner, room.cursor(number))
        expected = after(everything, number)
        if expected:
            await reader.until_version(expected[-1]["version"])
        assert sorted(reader.messages.values(), key=lambda message: message["version"]) == expected
        assert not any(batch.reset for batch in reader.batches)
        await reader.driver.close()


async def test_who_was_away_gets_each_message_once_in_its_newest_state(scene: Scene, via: str) -> None:
    room = scene.room()
    places = write_history(scene, room)
    reader = await scene.reader(via, room, scene.owner)
    await reader.until_texts(["text 0", "edited", "text 2", "", "text 4", "edited twice"])
    assert len(reader.versions) == len(places)
    assert reader.messages[places[3]]["deleted"] and reader.messages[places[1]]["edited_at"]


async def test_edits_and_deletions_arrive_as_new_versions(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    place = scene.post(room, scene.owner, "first")["seq"]
    await reader.until_texts(["first"])
    edited = scene.act("edit_message", scene.owner, room, seq=place, body="second")
    await reader.until_version(edited["version"])
    assert reader.messages[place] == edited and edited["body"] == "second" and edited["edited_at"]
    tombstone = scene.act("delete_message", scene.owner, room, seq=place)
    await reader.until_version(tombstone["version"])
    assert reader.messages[place] == tombstone and tombstone["deleted"] and tombstone["body"] == ""
    assert len(reader.messages) == 1 and len(set(reader.versions)) == 3


async def test_without_a_cursor_reading_starts_now(scene: Scene, via: str) -> None:
    room = scene.room()
    scene.post(room, scene.owner, "before")
    driver = scene.driver(via, room, scene.owner)
    await driver.connect()
    scene.post(room, scene.owner, "after")
    reader = Reader(driver)
    await reader.until_texts(["after"])


async def test_a_change_of_the_room_arrives_with_the_batch(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    scene.update(room, topic="Tea, and nothing else")
    await reader.until(lambda seen: bool(seen.room and seen.room["topic"] == "Tea, and nothing else"))
    assert reader.room and reader.room["slug"] == room.slug
    assert set(reader.room) >= {
        "slug",
        "name",
        "topic",
        "kind",
        "state",
        "guests",
        "version",
        "slow_mode_s",
        "max_length",
        "transports",
        "announcements",
    }
    later = await scene.reader(via, room, alice, reader.driver.cursor)
    scene.post(room, scene.owner, "only a message")
    await later.until_texts(["only a message"])
    assert later.room is None, "the room comes only when it changed after the cursor"


async def test_a_room_changed_while_away_comes_in_its_newest_state(scene: Scene, via: str) -> None:
    room = scene.room()
    scene.update(room, topic="first")
    scene.update(room, topic="second")
    reader = await scene.reader(via, room, scene.owner)
    await reader.until(lambda seen: seen.room is not None)
    assert reader.room and reader.room["topic"] == "second"


async def test_changes_come_from_other_people_on_the_same_server(scene: Scene, via: str) -> None:
    alice, bob = scene.person(), scene.person()
    room = scene.room(alice, bob)
    reader = await scene.reader(via, room, alice)
    for other in ("poll", "longpoll", "websocket"):
        writer = await scene.reader(other, room, bob)
        sent = await writer.driver.send(f"key-by-{other}", f"by {other}")
        await reader.until_version(sent["version"])
    assert reader.texts == ["by poll", "by longpoll", "by websocket"]
