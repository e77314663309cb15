"""What staff order of single connections: their end, or another transport."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from chat import fanout
from chat.admissions import Admission
from chat.connections import Switch
from chat.fanout import Ended, SwitchAsked
from chat.hub import Hub
from chat.subscription import Subscription
from chat.wire import ACCESS
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled

HOLDS = FakeReader(transport="longpoll")


async def reader(our_hub: Hub, reader: FakeReader, page: str = "") -> Subscription[Any]:
    channel = await settled(await our_hub.open(ROOM_ID))
    our_hub.admissions.keep("its request", Admission(reader, (), time.monotonic() + 60), time.monotonic())
    return our_hub.attach(channel, reader, revision=0, page=page)


def is_admitted(our_hub: Hub) -> bool:
    return our_hub.admissions.find("its request", time.monotonic()) is not None


@pytest.mark.parametrize("one", [FakeReader(), HOLDS])
async def test_an_end_sends_the_reader_away_and_its_page_is_counted_anew(our_hub: Hub, one: FakeReader) -> None:
    subscription = await reader(our_hub, one, "p1")
    waiting = asyncio.create_task(subscription.wait("e1", 0, None))
    await asyncio.sleep(0)
    our_hub.deliver(Ended(fanout.ORIGIN, subscription.connection.id))
    assert await asyncio.wait_for(waiting, 1)
    assert subscription.ended
    assert list(our_hub.connections) == []
    assert (await reader(our_hub, one, "p1")).connection is not subscription.connection


async def test_the_end_of_who_polls_is_that_it_is_admitted_anew(our_hub: Hub) -> None:
    subscription = await reader(our_hub, replace(HOLDS, transport="poll"))
    our_hub.detach(subscription)
    assert is_admitted(our_hub)
    our_hub.deliver(Ended(fanout.ORIGIN, subscription.connection.id))
    assert not is_admitted(our_hub)
    assert not subscription.ended


async def test_a_hold_is_woken_to_be_asked(our_hub: Hub) -> None:
    subscription = await reader(our_hub, HOLDS, "p1")
    waiting = asyncio.create_task(subscription.wait("e1", 0, None))
    await asyncio.sleep(0)
    our_hub.deliver(SwitchAsked(fanout.ORIGIN, subscription.connection.id, "poll", "Calm down."))
    assert await asyncio.wait_for(waiting, 1)
    assert subscription.connection.take_switch() == Switch("poll", "Calm down.")
    assert not subscription.ended


async def test_who_polls_is_asked_where_answers_are_made_for_one_alone(our_hub: Hub) -> None:
    subscription = await reader(our_hub, replace(HOLDS, transport="poll"))
    our_hub.detach(subscription)
    our_hub.deliver(SwitchAsked(fanout.ORIGIN, subscription.connection.id, "longpoll", ""))
    assert not is_admitted(our_hub), "or a shortcut would answer without looking"
    assert subscription.connection.switch


class Socket:
    sent, round_trip_s, number = 0, None, 0

    def __init__(self) -> None:
        self.asked: list[Switch] = []

    def ask_to_switch(self, switch: Switch) -> None:
        self.asked.append(switch)

    def probe(self) -> None: ...


async def test_a_socket_is_asked_at_once(our_hub: Hub) -> None:
    subscription = await reader(our_hub, FakeReader())
    socket = subscription.connection.socket = Socket()
    our_hub.deliver(SwitchAsked(fanout.ORIGIN, subscription.connection.id, "poll", ""))
    assert socket.asked == [Switch("poll", "")]
    assert subscription.connection.switch is None


@pytest.mark.parametrize(
    "make", [Ended, lambda process, number: SwitchAsked(process, number, "poll", "")], ids=["end", "switch"]
)
async def test_orders_for_others_or_for_who_is_gone_do_nothing(our_hub: Hub, make: Any) -> None:
    subscription = await reader(our_hub, HOLDS, "p1")
    our_hub.deliver(make("another process", subscription.connection.id))
    our_hub.deliver(make(fanout.ORIGIN, 99))
    assert not subscription.ended and subscription.connection.switch is None
    assert is_admitted(our_hub)


async def test_messages_are_counted_and_what_else_changes_is_not(our_hub: Hub) -> None:
    log = FakeLog()
    our_hub.deliver(log.write())
    our_hub.deliver(log.write())
    our_hub.deliver(log.write(seq=1))
    our_hub.deliver(log.write(seq=ACCESS))
    assert our_hub.connections.messages == 2
