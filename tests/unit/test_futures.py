"""Outcomes reach whoever still waits."""

import asyncio

import pytest

from chat.futures import settle


async def test_an_outcome_is_a_result_or_is_raised() -> None:
    good, bad = asyncio.Future[int](), asyncio.Future[int]()
    settle(good, 7)
    settle(bad, ValueError("no"))
    assert await good == 7
    with pytest.raises(ValueError, match="no"):
        await bad


async def test_who_has_given_up_or_was_told_is_left_alone() -> None:
    gone, told = asyncio.Future[int](), asyncio.Future[int]()
    gone.cancel()
    told.set_result(1)
    for future in (gone, told):
        settle(future, 2)
        settle(future, ValueError("no"))
    assert gone.cancelled() and await told == 1
