"""What a connection waits with."""

import asyncio

import pytest

from chatproject.servers.inbox import Gate, Inbox


async def test_items_come_in_order() -> None:
    inbox = Inbox()
    for item in (1, 2, 3):
        inbox.put_nowait(item)
    assert (inbox.qsize(), inbox.empty()) == (3, False)
    assert [await inbox.get() for _ in range(3)] == [1, 2, 3]
    assert (inbox.qsize(), inbox.empty()) == (0, True)


async def test_who_waits_gets_what_comes() -> None:
    inbox = Inbox()
    waiting = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait("one")
    inbox.put_nowait("two")
    assert await asyncio.wait_for(waiting, 1) == "one"
    assert await inbox.get() == "two"


async def test_a_wait_that_is_given_up_loses_nothing() -> None:
    inbox = Inbox()
    waiting = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait("one")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    inbox.put_nowait("two")
    assert [await inbox.get(), await inbox.get()] == ["one", "two"]


async def test_it_says_when_the_last_is_taken() -> None:
    said: list[int] = []
    inbox = Inbox(lambda: said.append(1))
    inbox.put_nowait(1)
    inbox.put_nowait(2)
    await inbox.get()
    assert said == []
    await inbox.get()
    assert said == [1]


async def test_a_gate_lets_through_while_it_is_open() -> None:
    gate = Gate()
    assert gate.is_set()
    await asyncio.wait_for(gate.wait(), 1)


async def test_a_closed_gate_holds_all_until_it_opens() -> None:
    gate = Gate()
    gate.clear()
    gate.clear()
    waiting = [asyncio.ensure_future(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not gate.is_set() and not any(one.done() for one in waiting)
    gate.set()
    gate.set()
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
