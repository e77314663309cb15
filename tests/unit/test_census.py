"""The census over several processes, one of which does not answer, and some that know nothing of it."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chat import census, fanout, registrar
from chat.census import Census, Query, Report, Row
from chat.connections import Connection, Switch
from chat.hub import Hub
from chat.registrar import Registrar
from chat.wire import You
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled, until
from tests.unit.hub.fake_layer import FakeLayer

YOU = You(1, "Ada", False, "owner", True, None, True, 0)
READER = FakeReader(you=YOU)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> FakeLayer:
    layer = FakeLayer()
    monkeypatch.setattr(fanout, "layer", lambda: layer)
    monkeypatch.setattr(registrar, "PATIENCE_S", 0.2)
    return layer


class Process:
    """A process of the chat, which takes what the layer has for it while it is `alive`."""

    def __init__(self, name: str, layer: FakeLayer) -> None:
        self.name = name
        self.layer = layer
        self.hub = Hub(FakeLog())
        self.registrar = Registrar(self.hub, name)
        self.registrar.name = f"web:{name}"
        self.alive = True

    async def start(self) -> "Process":
        self.channel = await self.layer.new_channel()
        await self.layer.group_add(fanout.GROUP, self.channel)
        self.hub.spawn(self._listen())
        await self.registrar.joined(self.channel)
        return self

    async def take(self) -> Census:
        return await self.registrar.take(Query())

    async def knows(self, name: str) -> None:
        await until(lambda: name in self.registrar._known)

    async def _listen(self) -> None:
        while True:
            message = await self.layer.receive(self.channel)
            if self.alive:
                self.registrar.hear(message)


async def member(process: Process, reader: FakeReader = READER, page: str = "") -> Connection:
    channel = await settled(await process.hub.open(ROOM_ID))
    return process.hub.attach(channel, reader, revision=0, page=page).connection


async def test_a_process_on_its_own_tells_of_itself(our_hub: Hub, settings: Settings) -> None:
    settings.CHAT_PROCESS_NAME = "web:8001"
    found = await Registrar(our_hub).take(Query())
    assert (found.is_alone, found.is_deaf, found.silent) == (True, False, [])
    assert [report.name for report in found.reports] == ["web:8001"]


def test_without_a_setting_a_process_has_the_name_of_its_host_and_number(settings: Settings) -> None:
    settings.CHAT_PROCESS_NAME = ""
    host, _colon, number = registrar.own_name().rpartition(":")
    assert host and number.isdigit()


@pytest.fixture
def our_hub() -> Hub:
    return Hub(FakeLog())


async def test_all_processes_answer_and_no_longer_is_waited_than_for_them(layer: FakeLayer) -> None:
    here, there = await Process("a", layer).start(), await Process("b", layer).start()
    await member(here)
    await member(there, replace(READER, transport="longpoll"), "p1")
    await here.knows("b")
    began = time.monotonic()
    found = await here.take()
    assert [(one.process, one.name, one.all) for one in found.reports] == [
        ("a", "web:a", {"websocket": 1}),
        ("b", "web:b", {"longpoll": 1}),
    ]
    assert (found.silent, found.is_deaf, found.is_alone) == ([], False, False)
    assert time.monotonic() - began < 10


async def test_a_newcomer_learns_who_is_there_already(layer: FakeLayer) -> None:
    await Process("a", layer).start()
    newcomer = await Process("b", layer).start()
    await newcomer.knows("a")


async def test_who_does_not_answer_is_named(layer: FakeLayer) -> None:
    here, there = await Process("a", layer).start(), await Process("b", layer).start()
    await here.knows("b")
    there.alive = False
    found = await here.take()
    assert [report.process for report in found.reports] == ["a"]
    assert [known.name for known in found.silent] == ["web:b"]


async def test_who_was_not_heard_of_for_long_is_not_missed(layer: FakeLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = await Process("a", layer).start(), await Process("b", layer).start()
    await here.knows("b")
    there.alive = False
    monkeypatch.setattr(registrar, "KNOWN_S", -1)
    found = await here.take()
    assert found.silent == []


async def test_who_has_said_good_bye_is_not_missed(layer: FakeLayer) -> None:
    here, there = await Process("a", layer).start(), await Process("b", layer).start()
    await here.knows("b")
    there.hub.drain()
    await until(lambda: "b" not in here.registrar._known)
    found = await here.take()
    assert found.silent == []
    assert [report.process for report in found.reports] == ["a"]


async def test_a_layer_that_takes_nothing_is_told_apart_from_one_that_is_not_there(layer: FakeLayer) -> None:
    here = await Process("a", layer).start()
    layer.problem = ConnectionError("away")
    found = await here.take()
    assert (found.is_deaf, found.is_alone, len(found.reports)) == (True, False, 1)


async def test_processes_of_an_older_version_read_no_event_in_it_and_complain_of_nothing(
    layer: FakeLayer, caplog: pytest.LogCaptureFixture
) -> None:
    old = await layer.new_channel()
    await layer.group_add(fanout.GROUP, old)
    here = await Process("a", layer).start()
    await here.take()
    said = [layer.channels[old].get_nowait() for _ in range(layer.channels[old].qsize())]
    assert len(said) == 2
    for message in said:
        assert fanout.unpack({**message, "origin": "another process"}) == []
    assert caplog.messages == []


@pytest.mark.parametrize("broken", [{}, {"census": b"\xff"}, {"census": b"\x81\xa4type\xa5later"}])
async def test_what_cannot_be_read_is_passed_over(our_hub: Hub, broken: dict[str, Any]) -> None:
    Registrar(our_hub).hear({"origin": "another process", **broken})


READERS = [
    READER,
    replace(READER, transport="longpoll", user_id=2),
    replace(READER, transport="longpoll", session_key="s2"),
]
QUERIES: list[tuple[Query, int]] = [
    (Query(), 3),
    (Query(room_id=ROOM_ID), 3),
    (Query(room_id=ROOM_ID + 1), 0),
    (Query(user_id=1), 2),
    (Query(transport="longpoll"), 2),
    (Query(user_id=1, transport="longpoll"), 1),
    (Query(ids=(f"{fanout.ORIGIN}:2", "elsewhere:1")), 1),
    (Query(ids=()), 0),
]


@pytest.mark.parametrize(("query", "count"), QUERIES)
async def test_a_report_has_those_that_were_asked_for_and_counts_all(our_hub: Hub, query: Query, count: int) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    for reader in READERS:
        our_hub.attach(channel, reader, revision=0)
    report = await Registrar(our_hub).report(1, query)
    assert (report.matching, len(report.rows)) == (count, count)
    assert report.all == {"websocket": 1, "longpoll": 2}


async def test_a_report_lists_no_more_than_its_bound(our_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "LISTED", 2)
    channel = await settled(await our_hub.open(ROOM_ID))
    for _ in range(5):
        our_hub.attach(channel, READER, revision=0)
    report = await Registrar(our_hub).report(1, Query(order="oldest"))
    assert (report.matching, [row.id.partition(":")[2] for row in report.rows]) == (5, ["1", "2"])


def row(**figures: Any) -> Row:
    given = {"since": 0.0, "behind": 0, "round_trip_s": None, "sent": 0, **figures}
    return Row(
        str(figures),
        1,
        "Ada",
        1,
        "lobby",
        "poll",
        given["since"],
        given["behind"],
        given["round_trip_s"],
        given["sent"],
        0,
    )


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [
        ("newest", row(since=2.0), row(since=1.0)),
        ("oldest", row(since=1.0), row(since=2.0)),
        ("behind", row(behind=9), row(behind=8)),
        ("slowest", row(round_trip_s=0.2), row(round_trip_s=None)),
        ("heaviest", row(sent=10), row(sent=9)),
    ],
)
def test_rows_of_several_processes_come_in_the_order_that_was_asked_for(order: str, first: Row, second: Row) -> None:
    reports = [Report(1, name, name, {}, {}, [one], []) for name, one in (("a", second), ("b", first))]
    assert census.merged(reports, order) == [(first, "b"), (second, "a")]


class Socket:
    """A socket that has been told some figures, and counts what it is told."""

    sent, round_trip_s, number = 321, 0.05, 0

    def __init__(self) -> None:
        self.probes = 0

    def probe(self) -> None:
        self.probes += 1

    def ask_to_switch(self, switch: Switch) -> None:
        raise AssertionError(switch)


async def test_a_socket_tells_its_figures_and_is_asked_for_an_echo_when_it_is_listed(our_hub: Hub) -> None:
    log = our_hub.source
    assert isinstance(log, FakeLog)
    channel = await settled(await our_hub.open(ROOM_ID))
    connection = our_hub.attach(channel, READER, revision=0).connection
    socket = connection.socket = Socket()
    our_hub.deliver(log.write())
    [row] = (await Registrar(our_hub).report(1, Query())).rows
    assert (row.name, row.behind, row.round_trip_s, row.sent) == ("Ada", 1, 0.05, 321)
    assert socket.probes == 1
    await Registrar(our_hub).report(1, Query(user_id=99))
    assert socket.probes == 1


async def test_who_is_held_is_not_behind(our_hub: Hub) -> None:
    log = our_hub.source
    assert isinstance(log, FakeLog)
    channel = await settled(await our_hub.open(ROOM_ID))
    subscription = our_hub.attach(channel, replace(READER, transport="longpoll"), revision=0)
    subscription.connection.number = 0
    our_hub.deliver(log.write())
    [row] = (await Registrar(our_hub).report(1, Query())).rows
    assert row.behind == 1
    woken: list[int] = []
    assert subscription.park("e1", 1, woken.append)
    [row] = (await Registrar(our_hub).report(1, Query())).rows
    assert row.behind == 0


async def test_many_connections_let_other_work_have_its_turn(our_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "AT_ONCE", 10)
    channel = await settled(await our_hub.open(ROOM_ID))
    for _ in range(30):
        our_hub.attach(channel, READER, revision=0)
    turns = 0

    async def work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    await asyncio.sleep(0)
    before = turns
    await Registrar(our_hub).report(1, Query())
    assert turns - before >= 3
    working.cancel()
