"""Bad frames: each is answered with `error`, and the socket lives until the fifth."""

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support import hostile
from tests.support.scene import Scene, new_key
from tests.support.sockets import close_code

INVALID_FRAMES = 5

OTHERS: dict[str, bytes] = {
    "unknown type": b'{"type":"shout","body":"x"}',
    "type of the server": b'{"type":"batch","messages":[]}',
    "type is a number": b'{"type":1}',
    "type is a list": b'{"type":["send"]}',
    "without type": b'{"key":"abcdefgh","body":"x"}',
    "seen without cursor": b'{"type":"seen"}',
    "seen with a number": b'{"type":"seen","cursor":1}',
    "seen with no cursor": b'{"type":"seen","cursor":"x"}',
    "delete without place": b'{"type":"delete"}',
    "delete with body": b'{"type":"delete","seq":1,"body":"x"}',
    "send with an unknown field": b'{"type":"send","key":"abcdefgh","body":"x","admin":true}',
    "edit with an unknown field": b'{"type":"edit","seq":1,"body":"x","version":2}',
    "seen with an unknown field": b'{"type":"seen","cursor":"a:1","at":1}',
    "edit without body": b'{"type":"edit","seq":1}',
}


def frames() -> dict[str, bytes]:
    """Everything that is no frame of the protocol and still is UTF-8."""
    documents = {
        **OTHERS,
        **hostile.DOCUMENTS,
        **{f"send {name}": hostile.frame("send", document) for name, document in hostile.posts().items()},
        **{f"edit {name}": hostile.frame("edit", document, seq="1") for name, document in hostile.edits().items()},
        **{f"delete {name}": hostile.frame("delete", document) for name, document in hostile.reads().items()
           if name != "seq: negative"},
    }  # fmt: skip
    return {name: document for name, document in documents.items() if _is_text(document)}


def _is_text(document: bytes) -> bool:
    try:
        document.decode()
        return True
    except UnicodeDecodeError:
        return False


async def test_every_bad_frame_is_answered_with_invalid(scene: Scene) -> None:
    """Five to a socket, since the fifth ends it."""
    room, rest, wrong = scene.room(), list(frames().items()), {}
    while rest:
        now, rest = rest[:INVALID_FRAMES], rest[INVALID_FRAMES:]
        socket = await scene.room_socket(room)
        for name, document in now:
            await socket.send(document.decode())
            said = await socket.answer()
            if (said["type"], said.get("error", {}).get("code")) != ("error", "invalid"):
                wrong[name] = said
        if len(now) == INVALID_FRAMES:
            assert wrong or await socket.closed() == 4400
        await socket.close()
    assert wrong == {}
    assert scene.stored(room) == []


async def test_the_error_names_the_key_of_its_frame(scene: Scene) -> None:
    socket, key = await scene.room_socket(scene.room()), new_key()
    await socket.send({"type": "send", "key": key, "body": "  "})
    said = await socket.answer()
    assert (said["error"]["code"], said["key"], said["error"]["field"]) == ("invalid", key, "body")


@pytest.mark.parametrize("seq", [0, -1, 9999, 2**63, 2**64, 10**30])
async def test_a_place_that_is_not_there(scene: Scene, seq: int) -> None:
    socket = await scene.room_socket(scene.room())
    for frame in ({"type": "edit", "seq": seq, "body": "x"}, {"type": "delete", "seq": seq}):
        await socket.send(frame)
        said = await socket.answer()
        assert said["type"] == "error" and said["error"]["code"] in ("not_found", "invalid")


SERVERS_OWN: dict[str, tuple[bytes, int]] = {
    "not UTF-8": (b"\xff\xfe", 1007),
    "surrogate bytes": (b'{"type":"send","key":"abcdefgh","body":"\xed\xa0\x80"}', 1007),
    "a hundred thousand brackets": (b"[" * 100_000, 1009),
    "a million characters": (b'{"type":"send","key":"abcdefgh","body":"' + b"x" * 1_000_000 + b'"}', 1009),
}


@pytest.mark.parametrize("name", SERVERS_OWN)
async def test_what_the_server_itself_refuses_ends_this_socket_alone(scene: Scene, name: str) -> None:
    payload, code = SERVERS_OWN[name]
    room = scene.room()
    other = await scene.reader("websocket", room, scene.owner)
    socket = await scene.room_socket(room)
    await socket.send_raw(payload)
    assert await socket.closed() == code
    assert (await other.driver.send(new_key(), "others are served"))["seq"]


async def test_a_large_message_in_small_pieces_is_refused(scene: Scene) -> None:
    """Each piece is within the limit of a frame; the message is not."""
    room = scene.room()
    other = await scene.reader("websocket", room, scene.owner)
    socket = await scene.room_socket(room)
    try:
        await socket.connection.send(["x" * 60_000] * 8)
        assert (await socket.answer())["error"]["code"] == "too_large"
    except ConnectionClosed as closed:
        assert close_code(closed) in (1006, 1009, 4413), "1006: gone before it could be told"
    assert (await other.driver.send(new_key(), "others are served"))["seq"]
