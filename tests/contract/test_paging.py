"""`limit` and `more`: a long way behind is walked in pages, without a hole between them."""

import pytest

from tests.support.drivers import Message
from tests.support.reading import Reader
from tests.support.scene import Room, Scene

COUNT = 23


@pytest.fixture
def room(scene: Scene) -> Room:
    """A room with 23 messages, one of them changed after all others."""
    room = scene.room()
    bodies = [f"text {number}" for number in range(COUNT)]
    places = scene.history(room, bodies)
    scene.act("edit_message", scene.owner, room, seq=places[0], body="edited last")
    return room


@pytest.mark.parametrize("limit", [1, 5, 23, 200])
@pytest.mark.parametrize("via", ["poll", "longpoll"])
async def test_pages_join_without_a_hole(scene: Scene, room: Room, via: str, limit: int) -> None:
    reader = await scene.reader(via, room, scene.owner, limit=limit)
    await reader.until_texts(["edited last", *(f"text {number}" for number in range(1, COUNT))])
    assert len(reader.versions) == COUNT, "the changed message comes once"
    assert all(len(batch.messages) <= limit for batch in reader.batches)
    assert [batch.more for batch in reader.batches] == [True] * (len(reader.batches) - 1) + [False]
    assert len(reader.batches) == -(-COUNT // limit)


async def test_a_socket_catches_up_over_any_distance(scene: Scene) -> None:
    room = scene.room()
    count = 450
    scene.history(room, [str(number) for number in range(count)])
    driver = scene.driver("websocket", room, scene.owner, room.start)
    await driver.connect()
    reader = Reader(driver)
    await reader.until_texts([str(number) for number in range(count)], timeout=15)
    assert len(reader.batches) > 1, "bounded batches"


async def test_a_page_of_the_longest_messages_arrives(scene: Scene, via: str) -> None:
    """1.4 MB: more than a server lets pass in one frame."""
    room = scene.room()
    bodies = [f"{number} " + "あ" * 3990 for number in range(120)]
    scene.history(room, bodies)
    reader = await scene.reader(via, room, scene.owner)
    await reader.until_texts(bodies)


LIMITS = ["0", "201", "-1", "1.5", "", "five", "1e1", "%D9%A3", "9" * 5000, "5&limit=6", "%005", "+5", "5%20"]


@pytest.mark.parametrize("path", ["poll", "longpoll", "messages"])
async def test_a_limit_outside_its_bounds_is_invalid(scene: Scene, path: str) -> None:
    room = scene.room()
    start = "before=9" if path == "messages" else f"after={room.start}"
    queries = [f"{start}&limit={limit}" for limit in LIMITS]
    assert await scene.browser(scene.owner).not_invalid(f"/api/rooms/{room.slug}/{path}", queries) == {}


async def test_history_is_read_backwards_page_by_page(scene: Scene, room: Room) -> None:
    browser = scene.browser(scene.owner)
    everything = scene.operator("stored", room=room.id)
    before = everything[-1]["seq"] + 1
    pages: list[Message] = []
    while True:
        page = await browser.call("GET", f"/api/rooms/{room.slug}/messages", params={"before": before, "limit": 7})
        assert len(page["messages"]) <= 7
        pages[:0] = page["messages"]
        if not page["more"]:
            break
        before = page["messages"][0]["seq"]
    assert pages == everything


async def test_one_message_is_read_by_its_place(scene: Scene, room: Room) -> None:
    wanted = scene.stored(room)[4]
    params = {"before": wanted["seq"] + 1, "limit": 1}
    page = await scene.browser(scene.owner).call("GET", f"/api/rooms/{room.slug}/messages", params=params)
    assert page["messages"] == [wanted] and page["more"]


async def test_what_is_no_place_is_invalid(scene: Scene, room: Room) -> None:
    queries = [f"before={before}" for before in ("-1", "x", "", "1.0", "%D9%A3", "9" * 5000)]
    assert await scene.browser(scene.owner).not_invalid(f"/api/rooms/{room.slug}/messages", queries) == {}
