"""The wire format, held to the golden frames."""

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from chat import wire
from chat.errors import Invalid
from tests.unit import golden

FRAMES = {"send", "send_reply", "edit", "delete", "seen", "echo"}
BATCHES = {"batch", "batch_more", "batch_room", "batch_you", "empty", "empty_restarting", "empty_switch", "reset"}
STRUCTS: dict[str, Any] = {
    "message": wire.Message,
    "message_edited": wire.Message,
    "message_deleted": wire.Message,
    "room": wire.Room,
    "you": wire.You,
    "you_muted": wire.You,
}


class State(msgspec.Struct, forbid_unknown_fields=True):
    room: wire.Room
    you: wire.You
    messages: list[wire.Message]
    cursor: str
    more: bool
    timings: wire.Timings
    network: str


class Hello(msgspec.Struct, forbid_unknown_fields=True, tag="hello"):
    cursor: str
    room: wire.Room
    you: wire.You
    timings: wire.Timings


class Sent(msgspec.Struct, forbid_unknown_fields=True, tag="sent"):
    key: str
    message: wire.Message


class Ping(msgspec.Struct, forbid_unknown_fields=True, tag="ping"):
    at: datetime


COMPOSED: dict[str, Any] = {"state": State, "hello": Hello, "sent": Sent, "ping": Ping}


def test_every_golden_frame_is_held_to_here() -> None:
    told = {"error", "error_frame", "error_rate_limited", "drain", "switch"}
    assert set(golden.NAMES) == FRAMES | BATCHES | set(STRUCTS) | set(COMPOSED) | told


@pytest.mark.parametrize("name", [*STRUCTS, *COMPOSED])
def test_objects_are_encoded_as_in_the_golden_frames(name: str) -> None:
    value = msgspec.json.decode(golden.raw(name), type={**STRUCTS, **COMPOSED}[name])
    assert json.loads(wire.encode(value)) == golden.frame(name)


@pytest.mark.parametrize("name", STRUCTS)
def test_an_object_has_exactly_the_fields_of_the_golden_frame_in_their_order(name: str) -> None:
    assert list(STRUCTS[name].__struct_fields__) == list(golden.frame(name))


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_frames_of_clients_are_decoded_field_by_field(name: str) -> None:
    decoded: wire.Frame = wire.decode(golden.raw(name), wire.Frame)
    assert wire.builtins(decoded) == golden.frame(name)


@pytest.mark.parametrize("name", sorted(BATCHES))
def test_batches_are_put_together_as_in_the_golden_frames(name: str) -> None:
    expected = golden.frame(name)
    assert json.loads(_made(expected)) == expected


@pytest.mark.parametrize("name", sorted(BATCHES))
def test_the_bytes_of_a_batch_are_those_of_a_plain_encoding(name: str) -> None:
    expected = golden.frame(name)
    assert _made(expected) == json.dumps(expected, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_change_of_access_has_no_content_in_a_batch() -> None:
    part = wire.Slice("k3f9", 1, 2, 2, [wire.Change(2, wire.ACCESS)])
    assert json.loads(wire.batch(part).data) == {**golden.frame("empty"), "cursor": "k3f9:2"}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (b"", None),
        (b"hello", None),
        (b"null", None),
        (b"[]", None),
        (b'{"type":"delete","seq":1}{}', None),
        (b"\xff\xfe", None),
        (b"NaN", None),
        (b"[" * 100_000, None),
        (b'{"a":' * 100_000, None),
        (b"{}", "type"),
        (b'{"type":"nope"}', "type"),
        (b'{"type":1}', "type"),
        (b'{"type":"send","body":"x"}', "key"),
        (b'{"type":"send","key":1,"body":"x"}', "key"),
        (b'{"type":"send","key":"k","body":null}', "body"),
        (b'{"type":"send","key":"k","body":"\\ud800"}', None),
        (b'{"type":"send","key":"k","body":"\xed\xa0\x80"}', None),
        (b'{"type":"send","key":"k","body":"\x00"}', None),
        (b'{"type":"send","key":"k","body":"x","reply_to":"1"}', "reply_to"),
        (b'{"type":"send","key":"k","body":"x","reply_to":NaN}', None),
        (b'{"type":"send","key":"k","body":"x","admin":true}', "admin"),
        (b'{"type":"edit","seq":1.5,"body":"x"}', "seq"),
        (b'{"type":"edit","seq":true,"body":"x"}', "seq"),
        (b'{"type":"edit","seq":1e999,"body":"x"}', "seq"),
        (b'{"type":"edit","seq":' + b"9" * 5000 + b',"body":"x"}', "seq"),
        (b'{"type":"delete","seq":[1]}', "seq"),
        (b'{"type":"seen","cursor":{}}', "cursor"),
        (b'{"type":"echo"}', "ref"),
        (b'{"type":"echo","ref":-1}', "ref"),
        (b'{"type":"echo","ref":9223372036854775808}', "ref"),
        (b'{"type":"echo","ref":1,"body":"x"}', "body"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_hostile_frames_are_invalid_and_name_the_field_where_it_is_known(document: bytes, field: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        wire.decode(document, wire.Frame)
    assert refusal.value.field == field


@pytest.mark.parametrize("kind", [wire.PostBody, wire.EditBody, wire.ReadBody, wire.ReportBody])
def test_request_bodies_refuse_unknown_fields(kind: Any) -> None:
    known = {"key": "abcdefgh", "body": "x", "seq": 1, "reason": "x"}
    body = {name: known[name] for name in kind.__struct_fields__ if name in known}
    assert wire.decode(json.dumps(body).encode(), kind)
    with pytest.raises(Invalid) as refusal:
        wire.decode(json.dumps({**body, "more": 1}).encode(), kind)
    assert refusal.value.field == "more"


@pytest.mark.parametrize("key", ["abcdefgh", "A-Z_09" * 2, "k" * 64])
def test_a_key_has_8_to_64_plain_characters(key: str) -> None:
    assert wire.check_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "abcdefg", "k" * 65, "with space", "abcdefgh\n", "schlüssel", "\u0661" * 8, "abcdefg\x00"], ids=ascii
)
def test_any_other_key_is_invalid(key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        wire.check_key(key)
    assert refusal.value.field == "key"


@pytest.mark.parametrize("number", [0, 1, 128, 2**63 - 1])
def test_a_cursor_comes_back_as_it_was(number: int) -> None:
    assert wire.parse_cursor(wire.cursor("k3f9", number)) == ("k3f9", number)


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", "k3f9", "k3f9:", ":1", "k3f9:1:1", "k-9:1", "k" * 17 + ":1"),
        *(f"k3f9:{text}" for text in ("-1", "01", "1.0", "1e3", " 1", "1\n", "1\x00", "\u0661", 2**63, "9" * 5000)),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_any_other_cursor_is_invalid(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        wire.parse_cursor(text)
    assert refusal.value.field == "after"


def _made(expected: dict[str, Any]) -> bytes:
    you = msgspec.convert(expected["you"], wire.You) if "you" in expected else None
    how = {name: expected.get(name) for name in ("retry_ms", "switch")}
    return wire.batch(_slice(expected), you=you, **how).data


def _slice(batch: dict[str, Any]) -> wire.Slice:
    """The slice that a golden batch tells, with its changes in order of number."""
    epoch, end = wire.parse_cursor(batch["cursor"])
    messages = [msgspec.convert(message, wire.Message) for message in batch["messages"]]
    changes = [wire.Change(message.version, message.seq, wire.encode(message)) for message in messages]
    if batch["room"]:
        room = msgspec.convert(batch["room"], wire.Room)
        changes.append(wire.Change(room.version, wire.ROOM, wire.encode(room)))
    changes.sort(key=lambda change: change.number)
    return wire.Slice(epoch, 0, end, 0, changes, behind=batch.get("behind", 0), reset=batch["reset"])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_the_frame_of_a_batch_is_a_whole_text_frame(size: int) -> None:
    parser = ClientProtocol(parse_uri("ws://localhost/"), state=OPEN)
    batch = wire.Batch(b"x" * size, "e", 1, 1)
    parser.receive_data(batch.frame + batch.frame)
    frames = parser.events_received()
    assert [(frame.opcode, frame.fin, bytes(frame.data)) for frame in frames if isinstance(frame, Frame)] == [
        (Opcode.TEXT, True, batch.data)
    ] * 2
