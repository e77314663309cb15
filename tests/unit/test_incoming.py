"""Sends of one socket: several under way, each answered, the socket closed after the last."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from pytest_django.fixtures import Settings

from chat import sending, wire
from chat.errors import Forbidden, Restarting
from chat.services import Posted, Send
from chat.transports.flow import UnderWay
from chat.transports.frames import MAX_FRAME
from chat.transports.incoming import Incoming
from chat.transports.websocket import RoomConsumer
from tests.unit.fake_log import until


def frame(number: int) -> bytes:
    return b'{"type":"send","key":"key-%08d","body":"%d"}' % (number, number)


def posted(send: Send, seq: int) -> Posted:
    author = wire.Author(1, "Ada")
    message = wire.Message(seq, seq, "text", author, send.body, send.key, None, wire.now(), None, deleted=False)
    return Posted(message, wire.encode(message), created=True)


class Page:
    """A consumer whose sends wait until the test says what becomes of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.waiting: list[tuple[Send, sending.Done]] = []
        monkeypatch.setattr(sending, "enqueue", lambda send, done: self.waiting.append((send, done)))
        self.consumer = RoomConsumer()
        consumer: Any = self.consumer
        consumer.send = self._sent
        reader: Any = SimpleNamespace(user_id=1, session_key="session-key", room_id=7)
        self.incoming = consumer.incoming = Incoming(self.consumer, reader, self.consumer.outgoing)

    async def _sent(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if "text" in event:
            self.said.append(json.loads(event["text"]))

    async def send(self, number: int) -> None:
        await self.incoming.receive({"type": "websocket.receive", "text": frame(number).decode()})

    def done(self, outcome: sending.Outcome | None = None) -> None:
        """The first that waits is done; posted, when nothing else is said."""
        send, done = self.waiting.pop(0)
        done(outcome or posted(send, int(send.body) + 1))


@pytest_asyncio.fixture
async def page(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Page:
    settings.CHAT_SEND_RATE = "1000/1s"
    return Page(monkeypatch)


async def test_several_are_under_way_in_the_order_of_their_frames(page: Page) -> None:
    for number in range(3):
        await page.send(number)
    assert [send for send, _done in page.waiting] == [
        Send("session-key", 7, f"key-{number:08}", f"{number}", None) for number in range(3)
    ]
    assert page.said == []
    page.done()
    await until(lambda: page.said)
    assert [(said["type"], said["key"], said["message"]["body"]) for said in page.said] == [
        ("sent", "key-00000000", "0")
    ]


async def test_what_is_done_in_one_turn_is_acknowledged_in_one_write_where_the_server_can(page: Page) -> None:
    written: list[bytes] = []
    page.consumer.outgoing.open, page.consumer.outgoing.write = True, written.append
    for number in range(2):
        await page.send(number)
    acknowledgements = [
        wire.text_frame(wire.sent(done.message, done.data))
        for done in (posted(send, number + 1) for number, (send, _done) in enumerate(page.waiting))
    ]
    page.done()
    page.done()
    assert page.incoming._under_way.count == 2
    await until(lambda: written)
    assert [len(frames) for frames in written] == [sum(map(len, acknowledgements))]
    assert written[0].count(b'{"type":"sent","key":"key-0000000') == 2
    assert (page.said, page.incoming._under_way.count) == ([], 0)


async def test_it_goes_through_the_server_when_that_takes_nothing_just_now(page: Page) -> None:
    page.consumer.outgoing.open, page.consumer.outgoing.write = False, lambda _frames: pytest.fail("written")
    await page.send(0)
    page.done()
    await until(lambda: page.said and not page.incoming._under_way.count)


async def test_a_refusal_names_its_frame_and_leaves_the_others(page: Page) -> None:
    for number in range(2):
        await page.send(number)
    page.done(Forbidden("You are muted."))
    page.done()
    await until(lambda: len(page.said) == 2)
    refused, sent = sorted(page.said, key=lambda said: str(said["key"]))
    assert (refused["error"]["code"], refused["key"], sent["key"]) == ("forbidden", "key-00000000", "key-00000001")


async def test_what_nobody_foresaw_closes_the_socket(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    await page.send(0)
    page.done(ZeroDivisionError())
    await until(lambda: page.consumer.closed)
    assert page.said[-1]["error"]["code"] == "unavailable"
    assert "could not be posted" in caplog.text


async def test_past_the_bound_the_next_frame_is_read_when_one_is_done(page: Page) -> None:
    page.incoming._under_way = UnderWay(2)
    for number in range(2):
        await page.send(number)
    third = asyncio.ensure_future(page.send(2))
    await asyncio.sleep(0)
    assert len(page.waiting) == 2 and not third.done()
    page.done()
    await third
    assert [send.body for send, _done in page.waiting] == ["1", "2"]


async def test_a_drain_waits_for_what_is_under_way_and_takes_nothing_new(page: Page) -> None:
    await page.send(0)
    leaving = asyncio.ensure_future(page.consumer.send_away(Restarting("Come back.", retry_after=1)))
    await asyncio.sleep(0)
    await page.send(1)
    assert (len(page.waiting), page.events) == (1, [])
    page.done()
    await leaving
    assert [said["type"] for said in page.said] == ["sent", "drain"]
    assert page.events[-1]["type"] == "websocket.close"


async def test_a_closed_socket_is_not_written_to(page: Page) -> None:
    page.consumer.outgoing.open, page.consumer.outgoing.write = True, lambda _frames: pytest.fail("written")
    await page.send(0)
    await page.consumer.close(Restarting("Come back."))
    page.done()
    await until(lambda: not page.incoming._under_way.count)
    assert page.said == []


async def test_a_text_is_taken_at_once(page: Page) -> None:
    assert page.incoming.hear(frame(0)) and page.incoming.hear(frame(1))
    assert [send.body for send, _done in page.waiting] == ["0", "1"]


async def test_an_acknowledgement_is_taken_at_once_when_it_says_something_new(page: Page) -> None:
    page.consumer.outgoing.add(wire.Batch(b"{}", "e1", 5, 1))
    seen = b'{"type":"seen","cursor":"e1:5"}'
    assert page.incoming.hear(seen) and not page.incoming.hear(seen)
    assert page.consumer.outgoing.messages == 0


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 10_000,
        b'{"type":"seen","cursor":"nonsense"}',
        b'{"type":"edit","seq":1,"body":"x"}',
        b'{"type":"delete","seq":1}',
        b'{"type":"echo","ref":1}',
        b'{"type":"send","key":"key-00000000","body":"\xff"}',
        b'{"type":"send","key":"key-00000000","body":"%s"}' % (b"x" * MAX_FRAME),
    ],
)
async def test_what_is_wrong_or_takes_longer_waits_its_turn(page: Page, text: bytes) -> None:
    assert not page.incoming.hear(text)
    assert (page.waiting, page.said) == ([], [])


async def test_nothing_overtakes_a_revision_nor_the_bound_nor_the_rate(page: Page, settings: Settings) -> None:
    page.incoming._revising = True
    assert not page.incoming.hear(frame(0))
    page.incoming._revising = False
    page.incoming._under_way = UnderWay(1)
    assert page.incoming.hear(frame(0)) and not page.incoming.hear(frame(1))
    page.incoming._under_way = UnderWay(9)
    settings.CHAT_SEND_RATE = "1/60s"
    assert not page.incoming.hear(frame(1))


async def test_a_socket_that_closes_or_leaves_takes_nothing_at_once(page: Page) -> None:
    await page.incoming.finish()
    assert not page.incoming.hear(frame(0))
    closed = Incoming(page.consumer, page.incoming._reader, page.consumer.outgoing)
    page.consumer.closed = True
    assert not closed.hear(frame(0))
