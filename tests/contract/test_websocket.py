"""What only a socket has: handshake, origin, hello, invalid frames, pings."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.scene import Scene, new_key

TIMINGS = {
    "hold_s", "heartbeat_s", "poll_interval_ms", "seen_batches", "seen_s", "echo_s",
    "retry_min_ms", "retry_max_ms", "page", "max_body", "group_s",
}  # fmt: skip


async def test_hello_comes_first_and_says_where_the_room_stands(scene: Scene) -> None:
    room = scene.room()
    last = scene.post(room, scene.owner, "already there")
    hello = await (await scene.socket(f"/ws/rooms/{room.slug}/")).frame()
    assert (hello["type"], hello["cursor"]) == ("hello", room.cursor(last["seq"]))
    assert hello["room"]["slug"] == room.slug
    assert (hello["you"]["id"], hello["you"]["role"], hello["you"]["may_moderate"]) == (scene.owner.id, "owner", True)
    assert set(hello["timings"]) >= TIMINGS


async def handshakes(scene: Scene, origins: list[str]) -> dict[str, int]:
    """The HTTP status with which handshakes from these origins are refused."""
    slug, statuses = scene.room().slug, {}
    for origin in origins:
        with pytest.raises(InvalidStatus) as refused:
            await scene.socket(f"/ws/rooms/{slug}/", origin=origin.format(host=scene.server.host))
        statuses[origin] = refused.value.response.status_code
    return statuses


FOREIGN = [
    "http://evil.example", "http://127.0.0.1:1", "http://127.0.0.1", "https://{host}", "http://evil.{host}",
    "http://evil.example/{host}",
]  # fmt: skip
MALFORMED = ["http://[", "x", "", "null", "http://{host}.evil.example", "http://user@{host}", "http://"]


async def test_a_foreign_origin_is_refused_at_the_handshake(scene: Scene) -> None:
    assert await handshakes(scene, FOREIGN) == dict.fromkeys(FOREIGN, 403)


async def test_a_malformed_origin_is_refused_at_the_handshake(scene: Scene) -> None:
    """Daphne finds some of them itself, before us, and calls that 400."""
    statuses = set((await handshakes(scene, MALFORMED)).values())
    assert statuses <= ({400, 403} if scene.server.kind == "daphne" else {403})


async def test_a_client_that_is_no_browser_sends_no_origin(scene: Scene) -> None:
    socket = await scene.socket(f"/ws/rooms/{scene.room().slug}/", origin=None)
    assert (await socket.frame())["type"] == "hello"


PATHS = ["/ws/", "/ws/nowhere/", "/", "/ws/rooms/", "/ws/rooms/{slug}", "/ws/rooms/{slug}/x/", "/ws/rooms/%00/"]


async def test_an_unknown_path_is_closed_as_not_found(scene: Scene) -> None:
    slug = scene.room().slug
    closes = {path: await (await scene.socket(path.format(slug=slug))).closed() for path in PATHS}
    assert closes == dict.fromkeys(PATHS, 4404)


QUERIES = [
    "after=nonsense",
    "after=",
    "after=%00:1",
    "after=%ff:1",
    "before=1",
    "after=a:1&x=2",
    "after=a:1&after=a:1",
    "after=a:" + "9" * 3000,
]


async def test_a_bad_query_is_closed_as_invalid(scene: Scene) -> None:
    slug = scene.room().slug
    closes = {query: await (await scene.socket(f"/ws/rooms/{slug}/?{query}")).closed() for query in QUERIES}
    assert closes == dict.fromkeys(QUERIES, 4400)


async def test_four_invalid_frames_are_tolerated_and_the_socket_works_on(scene: Scene) -> None:
    socket, key = await scene.room_socket(scene.room()), new_key()
    for _ in range(4):
        await socket.send("{")
        answer = await socket.answer()
        assert (answer["type"], answer["error"]["code"]) == ("error", "invalid")
    await socket.send({"type": "send", "key": key, "body": "still here"})
    answer = await socket.answer()
    assert (answer["type"], answer["key"], answer["message"]["body"]) == ("sent", key, "still here")


async def test_the_fifth_invalid_frame_is_answered_and_ends_the_socket(scene: Scene) -> None:
    socket = await scene.room_socket(scene.room())
    for _ in range(5):
        await socket.send("{")
        assert (await socket.answer())["error"]["code"] == "invalid"
    assert await socket.closed() == 4400


async def test_refusals_of_writing_are_no_invalid_frames(scene: Scene) -> None:
    """A client that is merely refused, by a rate or by a state of the room, keeps its socket."""
    room = scene.room()
    socket = await scene.room_socket(room)
    scene.update(room, state="archived")
    for _ in range(7):
        key = new_key()
        await socket.send({"type": "send", "key": key, "body": "may I?"})
        answer = await socket.answer()
        assert (answer["type"], answer["error"]["code"], answer["key"]) == ("error", "forbidden", key)


async def test_frames_are_answered_in_the_order_in_which_they_came(scene: Scene) -> None:
    room, keys = scene.room(), [new_key() for _ in range(20)]
    socket = await scene.room_socket(room)
    for key in keys:
        await socket.send({"type": "send", "key": key, "body": key})
    assert [(await socket.answer())["key"] for _ in keys] == keys
    assert [message["body"] for message in scene.stored(room)] == keys


async def test_an_echo_comes_back_with_its_number(scene: Scene) -> None:
    socket = await scene.room_socket(scene.room())
    for ref in (7, 0, 2**63 - 1):
        await socket.send({"type": "echo", "ref": ref})
        assert await socket.answer() == {"type": "echo", "ref": ref}


async def test_echoes_are_bounded_as_other_frames_that_say_nothing(scene: Scene) -> None:
    socket = await scene.room_socket(scene.room())
    for ref in range(601):
        await socket.send({"type": "echo", "ref": ref})
    assert await socket.closed() == 4429


async def test_a_binary_frame_is_invalid(scene: Scene) -> None:
    socket = await scene.room_socket(scene.room())
    await socket.connection.send(b'{"type":"seen","cursor":"a:1"}')
    assert (await socket.answer())["error"]["code"] == "invalid"


async def test_frames_sent_together_are_done_together_in_their_order(scene: Scene) -> None:
    """Each has its own answer, and a refusal among them moves nobody."""
    room = scene.room()
    socket = await scene.room_socket(room)
    keys = [new_key() for _ in range(9)]
    for number, key in enumerate(keys):
        await socket.send({"type": "send", "key": key, "body": "" if number == 4 else f"{number}"})
    answers = {said["key"]: said for said in [await socket.answer() for _ in keys]}
    assert [answers[key]["type"] for key in keys] == ["sent"] * 4 + ["error"] + ["sent"] * 4
    assert [answers[key]["message"] for key in keys if "message" in answers[key]] == scene.stored(room)
