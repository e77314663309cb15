"""Polls answered before the servers' parsers: by the very classes that serve, on transports that only remember."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from chat import feed, limits, sending, upkeep
from chat.connections import Connection
from chat.errors import RateLimited
from chat.fanout import ORIGIN, Ended, Revoked, SwitchAsked
from chat.limits import readers
from chat.transports.answers import SEAT_S
from tools.fuzz import run, site
from tools.fuzz.requests import BLOCK
from tools.fuzz.sides import Daphne, Kind, Side, Uvicorn, settle

KINDS: dict[str, type[Uvicorn] | type[Daphne]] = {"uvicorn": Uvicorn, "daphne": Daphne}


@pytest.fixture(params=KINDS)
async def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A server with a room in memory; its lane has learnt both transports of the one who has the cookie."""
    site.begin()
    monkeypatch.setattr(sending, "enqueue", site.enqueue)
    kind: Kind = KINDS[request.param](site.application)
    side = kind.connect(lane=True)
    await ask(side, "poll")
    await ask(side, "longpoll?wait=0")
    side.end()
    await settle()
    assert kind.lane.answered == 0
    return kind


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    before = readers.total
    yield
    assert readers.total == before


def get(target: str, block: bytes = BLOCK) -> bytes:
    return f"GET /api/rooms/lobby/{target} HTTP/1.1\r\n".encode() + block


async def ask(side: Side, target: str) -> bytes:
    """What is said to one request, or nothing yet."""
    before = len(side.said)
    side.feed(get(target))
    await settle()
    return side.said[before:]


LEVEL = f"longpoll?after=epoch:{site.START}&wait=20"


async def hold(kind: Kind, target: str = LEVEL) -> Side:
    """A hold in the lane."""
    side = kind.connect(lane=True)
    assert await ask(side, target) == b""
    assert len(list(feed.hub().subscriptions())) == 1
    assert not asyncio.all_tasks() - {asyncio.current_task()}, "a hold has no task"
    return side


@pytest.mark.parametrize("target", ["poll", "poll?after=epoch:3", "poll?after=epoch%3A12&limit=1", "longpoll?limit=3"])
async def test_a_poll_is_answered_at_once_with_the_bytes_of_the_ordinary_path(kind: Kind, target: str) -> None:
    with_lane, without = kind.connect(lane=True), kind.connect(lane=False)
    target += "&after=epoch:2" if target.startswith("longpoll") else ""
    with_lane.feed(get(target))
    said = with_lane.said
    assert said == await ask(without, target) != b""
    with_lane.feed(get(target))
    assert with_lane.said == said * 2
    assert kind.lane.answered == 2


async def test_a_hold_is_answered_by_the_next_message(kind: Kind) -> None:
    side = await hold(kind)
    site.write()
    await settle()
    assert side.said.endswith(b'"messages":[{"seq":13,"body":"message"}],"room":null,"more":false,"reset":false}')
    assert kind.lane.answered == 1
    assert await ask(side, "longpoll?wait=20&after=epoch:13") == b""
    site.write()
    await settle()
    assert kind.lane.answered == 2
    side.end()
    await settle()


async def test_a_message_that_is_more_than_was_asked_for_takes_the_ordinary_path(kind: Kind) -> None:
    side = await hold(kind, f"{LEVEL}&limit=1")
    site.write()
    site.write()
    await settle()
    assert b'"cursor":"epoch:13"' in side.said and b'"more":true' in side.said
    assert kind.lane.answered == 0


async def test_a_hold_ends_within_its_wait(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SWEEP_S", 1.9)
    side = await hold(kind, f"longpoll?after=epoch:{site.START}&wait=2")
    await asyncio.sleep(0.11)
    channel = feed.hub().channels[site.ROOM]
    channel.wake_impatient(asyncio.get_running_loop().time())
    assert b'"messages":[]' in side.said
    assert kind.lane.answered == 1
    assert not channel.parked
    side.end()


async def test_a_place_is_kept_for_who_comes_back_at_once_and_no_longer(kind: Kind) -> None:
    side = await hold(kind)
    site.write()
    await settle()
    before = readers.total
    seats = list(feed.hub().subscriptions())
    assert await ask(side, f"longpoll?after=epoch:{site.START + 1}&wait=20") == b""
    assert (list(feed.hub().subscriptions()), readers.total) == (seats, before)
    site.write()
    await settle()
    kind.lane.sweep(kind.lane.now + SEAT_S + 0.1, 60)
    assert (list(feed.hub().subscriptions()), readers.total) == ([], before - 1)
    assert not side.closed
    side.end()


async def test_a_place_that_was_revoked_or_ended_is_not_kept(kind: Kind) -> None:
    side = await hold(kind)
    [seat] = feed.hub().subscriptions()
    site.write()
    await settle()
    seat.revoke()
    assert await ask(side, f"longpoll?after=epoch:{site.START + 1}&wait=20") == b""
    assert list(feed.hub().subscriptions()) != [seat]
    side.end()
    await settle()


def test_the_sweep_of_the_hub_is_what_the_lane_reckons_with() -> None:
    assert feed.SWEEP_S == upkeep.SWEEP_S


async def test_a_client_that_leaves_lets_go_of_its_hold(kind: Kind) -> None:
    side = await hold(kind)
    side.end()
    await settle()
    assert not list(feed.hub().subscriptions())


async def test_a_hold_without_a_cursor_loses_nothing(kind: Kind) -> None:
    side = kind.connect(lane=True)
    assert await ask(side, "longpoll?wait=20&limit=1") == b""
    site.write()
    site.write()
    await settle()
    assert b'"cursor":"epoch:13"' in side.said


async def test_what_comes_after_a_hold_is_answered_after_it(kind: Kind) -> None:
    side = await hold(kind)
    side.feed(get("poll"))
    await settle()
    assert side.said == b""
    site.write()
    await settle(30)
    first, second = side.said.split(b"HTTP/1.1 ")[1:]
    assert b'"seq":13' in first and b'"messages":[]' in second


async def test_the_next_hold_of_a_page_ends_the_one_before_and_is_held_itself(kind: Kind) -> None:
    first = await hold(kind, f"{LEVEL}&page=a")
    second = kind.connect(lane=True)
    assert await ask(second, f"{LEVEL}&page=a") == b""
    await settle()
    assert b'"messages":[]' in first.said and second.said == b""
    assert len(list(feed.hub().subscriptions())) == 1
    second.end()
    await settle()


async def test_a_drain_answers_holds_and_tells_them_when_to_come_back(kind: Kind) -> None:
    side = await hold(kind)
    feed.hub().drain()
    await settle()
    assert b'"retry_ms":' in side.said
    assert kind.lane.answered == 0
    assert b'"retry_ms":' in await ask(side, "poll?after=epoch:1")


async def test_a_revocation_ends_the_admission_of_the_lane(kind: Kind) -> None:
    known, new = kind.connect(lane=True), kind.connect(lane=True)
    await ask(known, "poll")
    for side in (known, new):
        feed.hub().deliver(Revoked(session_key="good"))
        assert b"200 OK" in await ask(side, "poll")
        assert kind.lane.answered == 1, "the view was asked"


async def test_an_admission_runs_out(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    known, new = kind.connect(lane=True), kind.connect(lane=True)
    await ask(known, "poll")
    later = time.monotonic() + 61
    monkeypatch.setattr("chat.transports.lane.monotonic", lambda: later)
    for side in (known, new):
        assert b"200 OK" in await ask(side, "poll")
        assert kind.lane.answered == 1


async def test_the_end_of_a_hold_that_takes_the_ordinary_path_leaves_the_next_hold_of_the_page_alone(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await hold(kind, f"{LEVEL}&page=a")
    second = kind.connect(lane=True)
    monkeypatch.setattr("chat.transports.lane._batch", lambda *_window: None)
    assert await ask(second, f"{LEVEL}&page=a") == b""
    await settle()
    assert b'"messages":[]' in first.said and second.said == b""
    second.end()
    await settle()


async def test_one_hold_too_many_is_refused_by_the_ordinary_path(kind: Kind) -> None:
    kind.lane.bounds = (0, 0, 0)
    side = kind.connect(lane=True)
    assert await ask(side, LEVEL) == b""
    assert asyncio.all_tasks() - {asyncio.current_task()}, "it has gone there"
    side.end()
    await settle()


def post(body: str, length: str = "") -> bytes:
    data = f'{{"key":"key-00001","body":"{body}"}}'.encode()
    head = BLOCK.replace(b"Cookie", b"Content-Length: %s\r\nCookie" % (length or str(len(data))).encode())
    return b"POST /api/rooms/lobby/messages HTTP/1.1\r\n" + head + data


@pytest.fixture
async def poster(kind: Kind) -> Side:
    """A connection over which a message has gone the ordinary way."""
    side = kind.connect(lane=True)
    side.feed(post("first"))
    await settle()
    assert side.said.startswith(b"HTTP/1.1 201 Created") and kind.lane.answered == 0
    return side


@pytest.mark.parametrize(("body", "status"), [("longer than the first", b"201 Created"), ("again", b"200 OK")])
async def test_a_message_is_posted_with_the_answer_of_the_view(
    kind: Kind, poster: Side, body: str, status: bytes
) -> None:
    without, before = kind.connect(lane=False), len(poster.said)
    poster.feed(post(body))
    without.feed(post(body))
    await settle()
    assert poster.said[before:] == without.said
    assert status in without.said and body.encode() in without.said
    assert kind.lane.answered == 1


async def test_messages_and_polls_that_come_together_are_answered_in_their_order(kind: Kind, poster: Side) -> None:
    before = len(poster.said)
    poster.feed(post("second") + post("third"))
    poster.feed(get("poll?after=epoch:1"))
    await settle(30)
    said = poster.said[before:]
    assert 0 < said.index(b"second") < said.index(b"third") < said.index(b'"type":"batch"')
    assert said.count(b"HTTP/1.1 ") == 3
    assert kind.lane.answered == 3


async def test_a_refused_message_is_answered_by_the_view(kind: Kind, poster: Side) -> None:
    poster.feed(post("refuse"))
    await settle()
    assert b"HTTP/1.1 409 Conflict" in poster.said
    assert kind.lane.answered == 0


async def test_a_refused_message_is_counted_by_the_view_alone(poster: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(limits, "check_send", taken.append)
    monkeypatch.setattr(limits, "give_back_send", taken.remove)
    poster.feed(post("taken"))
    await settle()
    assert len(taken) == 1
    poster.feed(post("refuse"))
    await settle()
    assert len(taken) == 1


async def test_who_writes_too_fast_is_refused_by_the_view(
    kind: Kind, poster: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_user_id: int) -> None:
        raise RateLimited("Too fast.", retry_after=1)

    monkeypatch.setattr(limits, "check_send", refuse)
    poster.feed(post("too fast"))
    await settle()
    assert b"too fast" in poster.said and kind.lane.answered == 0


async def test_a_client_that_leaves_before_its_message_is_stored_is_written_to_no_more(
    kind: Kind, poster: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way: list[int] = []
    kind.lane.begin, kind.lane.end = lambda: under_way.append(1), under_way.clear
    stored: list[Callable[[], None]] = []
    monkeypatch.setattr(sending, "enqueue", lambda send, done: stored.append(lambda: site.enqueue(send, done)))
    poster.feed(post("the last"))
    assert under_way == [1]
    poster.end()
    await settle()
    stored[0]()
    await settle()
    assert b"the last" not in poster.said
    assert under_way == [], "a stop need not wait for it"


@pytest.mark.parametrize("length", ["1", "+38", "038", "99999", "0x10", "38, 38"])
async def test_a_length_that_is_not_plain_is_for_the_server(kind: Kind, poster: Side, length: str) -> None:
    poster.feed(post("a body of some length", length))
    await settle()
    assert kind.lane.answered == 0


@pytest.mark.parametrize("header", [b"Content-Length: 44", b"Transfer-Encoding: chunked", b"Expect: 100-continue"])
async def test_a_second_length_or_an_encoding_is_for_the_server(kind: Kind, poster: Side, header: bytes) -> None:
    for _ in range(2):
        poster.feed(post("hello").replace(b"Accept", header + b"\r\nAccept"))
        await settle()
    assert kind.lane.answered == 0


@pytest.mark.parametrize(
    "block",
    [
        BLOCK.replace(b"good", b"bad"),
        BLOCK.replace(b"Accept", b"accept"),
        BLOCK.replace(b"*/*", b"*/* "),
        b"X: y\r\n" + BLOCK,
        BLOCK[:-2] + b"Content-Length: 0\r\n\r\n",
        BLOCK[:-2] + b"Connection: close\r\n\r\n",
        BLOCK[:-2] + b"Connection: keep-alive, close\r\n\r\n",
        BLOCK[:-2] + b"Expect: 100-continue\r\n\r\n",
        BLOCK[:-2] + b"Transfer-Encoding: identity\r\n\r\n",
        BLOCK[:-2] + b"X: " + b"y" * 4096 + b"\r\n\r\n",
    ],
    ids=lambda block: block[-60:-4].decode(),
)
async def test_another_byte_is_another_request(kind: Kind, block: bytes) -> None:
    side = kind.connect(lane=True)
    side.feed(get("poll", block))
    await settle()
    assert side.said and kind.lane.answered == 0


@pytest.mark.parametrize("header", [b"Connection: close", b"Content-Length: 0", b"Expect: 100-continue", b"TE: x"])
async def test_what_concerns_the_connection_is_never_learnt(kind: Kind, header: bytes) -> None:
    for _ in range(3):
        side = kind.connect(lane=True)
        side.feed(get("poll", BLOCK[:-2] + header + b"\r\n\r\n"))
        await settle()
        assert b"200 OK" in side.said
    assert kind.lane.answered == 0


async def test_a_connection_that_asks_nothing_for_long_is_closed_and_one_that_holds_is_not(kind: Kind) -> None:
    kind.lane.sweep(100.0, 5)
    quiet, holding = kind.connect(lane=True), await hold(kind)
    await ask(quiet, "poll")
    kind.lane.sweep(104.9, 5)
    assert [quiet.closed, holding.closed] == [False, False]
    kind.lane.sweep(105.1, 5)
    assert [quiet.closed, holding.closed] == [True, False]
    holding.end()
    await settle()


async def test_without_the_setting_nothing_is_learnt(kind: Kind, settings: Settings) -> None:
    settings.CHAT_SHORTCUT = False
    feed.hub().admissions.revoke(Revoked(session_key="good"))
    side = kind.connect(lane=True)
    for _ in range(3):
        await ask(side, "poll")
    assert kind.lane.answered == 0


async def test_damaged_requests_are_answered_as_without_the_lane(kind: Kind) -> None:
    assert await run.requests(kind, seed=2026, count=600) > 50, "the lane was hardly taken"


async def test_damaged_frames_fail_nobody_but_their_socket(kind: Kind) -> None:
    await run.frames(kind, seed=2026, count=300)


def connection_of(transport: str) -> Connection:
    [found] = [one for one in feed.hub().connections if one.reader.transport == transport]
    return found


async def test_polls_of_the_lane_are_counted_as_those_of_the_ordinary_path(kind: Kind) -> None:
    side = kind.connect(lane=True)
    one = connection_of("poll")
    before = one.sent, one.empty
    for _ in range(3):
        said = await ask(side, f"poll?after=epoch:{site.START}")
    body = said.partition(b"\r\n\r\n")[2]
    assert (one.sent, one.empty, one.number) == (before[0] + 3 * len(body), before[1] + 3, site.START)
    body = (await ask(side, "poll?after=epoch:1")).partition(b"\r\n\r\n")[2]
    assert (one.sent, one.empty) == (before[0] + 3 * len(said.partition(b"\r\n\r\n")[2]) + len(body), before[1] + 3)
    assert kind.lane.answered == 4


async def test_holds_of_the_lane_are_counted_and_their_next_question_tells_the_round_trip(kind: Kind) -> None:
    side = await hold(kind, f"{LEVEL}&page=a")
    one = next(one for one in feed.hub().connections if one.page == "a")
    site.write()
    await settle()
    body = side.said.partition(b"\r\n\r\n")[2]
    assert (one.sent, one.empty, one.number, one.round_trip_s) == (len(body), 0, site.START + 1, None)
    assert await ask(side, f"longpoll?after=epoch:{site.START + 1}&wait=20&page=a") == b""
    assert one.round_trip_s is not None and one.round_trip_s >= 0
    feed.hub().channels[site.ROOM].wake_impatient(asyncio.get_running_loop().time() + 60)
    side.end()
    await settle()


@pytest.mark.parametrize("target", ["poll", f"{LEVEL}&page=a"], ids=["poll", "hold"])
async def test_who_is_to_be_asked_something_takes_the_ordinary_path_once(kind: Kind, target: str) -> None:
    """A poll at its next question; a hold at once."""
    if target == "poll":
        side = kind.connect(lane=True)
        await ask(side, target)
        one = connection_of("poll")
    else:
        side = await hold(kind, target)
        one = next(one for one in feed.hub().connections if one.page == "a")
    before = len(side.said)
    feed.hub().deliver(SwitchAsked(ORIGIN, one.id, "websocket", "Why not"))
    await settle()
    if target == "poll":
        await ask(side, target)
    said = side.said[before:]
    assert said.count(b"HTTP/1.1 ") == 1 and b'"switch":{"to":"websocket","reason":"Why not"}' in said
    assert b"switch" not in await ask(side, "poll")
    side.end()
    await settle()


async def test_a_page_that_is_to_be_asked_between_two_holds_is_not_held_first(kind: Kind) -> None:
    side = await hold(kind, f"{LEVEL}&page=a")
    one = next(one for one in feed.hub().connections if one.page == "a")
    site.write()
    await settle()
    feed.hub().deliver(SwitchAsked(ORIGIN, one.id, "websocket", ""))
    assert b'"switch":' in await ask(side, f"longpoll?after=epoch:{site.START + 1}&wait=20&page=a")
    side.end()
    await settle()


async def test_who_is_to_be_asked_is_not_held_although_another_page_was_admitted_meanwhile(kind: Kind) -> None:
    side, other = await hold(kind, f"{LEVEL}&page=a"), kind.connect(lane=True)
    one = next(one for one in feed.hub().connections if one.page == "a")
    site.write()
    await settle()
    feed.hub().deliver(SwitchAsked(ORIGIN, one.id, "websocket", ""))
    assert b"switch" not in await ask(other, "longpoll?wait=0&page=b")
    assert b'"switch":' in await ask(side, f"longpoll?after=epoch:{site.START + 1}&wait=20&page=a")
    side.end()
    await settle()


async def test_a_hold_that_is_ended_is_answered_and_its_page_counted_anew(kind: Kind) -> None:
    side = await hold(kind, f"{LEVEL}&page=a")
    [one] = [one for one in feed.hub().connections if one.page == "a"]
    feed.hub().deliver(Ended(ORIGIN, one.id))
    await settle()
    assert side.said.count(b"HTTP/1.1 ") == 1 and b'"messages":[]' in side.said
    assert await ask(side, f"{LEVEL}&page=a") == b""
    [again] = [one for one in feed.hub().connections if one.page == "a"]
    assert again is not one and again.sent == 0
    side.end()
    await settle()
