"""Rate limits."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from chat import limits
from chat.errors import RateLimited
from chat.limits import Limiter, parse_rate


@pytest.mark.parametrize(("rate", "meaning"), [("20/10s", (20, 0.5)), ("1/60s", (1, 60)), ("3/1s", (3, 1 / 3))])
def test_a_rate_is_an_allowance_for_a_time(rate: str, meaning: tuple[int, float]) -> None:
    assert parse_rate(rate) == meaning


@pytest.mark.parametrize(
    "rate", ["", "20", "20/10", "0/10s", "20/0s", "-1/1s", "1.5/1s", "20/10m", " 20/10s", "20/10s\n"]
)
def test_anything_else_is_no_rate(rate: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(rate)


def test_the_whole_allowance_may_go_in_one_burst() -> None:
    limiter = Limiter()
    assert [limiter.hit("k", "3/6s", now=100) for _ in range(3)] == [0, 0, 0]
    assert limiter.hit("k", "3/6s", now=100) == 2


def test_after_the_wait_that_was_told_one_more_passes() -> None:
    limiter = Limiter()
    for _ in range(3):
        limiter.hit("k", "3/6s", now=100)
    assert limiter.hit("k", "3/6s", now=101.9) > 0
    assert limiter.hit("k", "3/6s", now=102) == 0
    assert limiter.hit("k", "3/6s", now=102) == 2


def test_a_refused_hit_costs_nothing() -> None:
    limiter = Limiter()
    limiter.hit("k", "1/6s", now=100)
    assert [limiter.hit("k", "1/6s", now=100) for _ in range(5)] == [6] * 5


def test_what_is_given_back_may_be_taken_again() -> None:
    limiter = Limiter()
    limiter.give_back("k", "1/6s")
    assert [limiter.hit("k", "1/6s", now=100) for _ in range(2)] == [0, 6]
    limiter.give_back("k", "1/6s")
    assert [limiter.hit("k", "1/6s", now=100) for _ in range(2)] == [0, 6]


def test_keys_do_not_share_an_allowance() -> None:
    limiter = Limiter()
    assert limiter.hit("a", "1/6s", now=100) == limiter.hit("b", "1/6s", now=100) == 0


def test_past_the_bound_keys_with_a_full_allowance_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 10)
    limiter = Limiter()
    for number in range(10):
        limiter.hit(f"old {number}", "1/6s", now=100)
    limiter.hit("new", "1/6s", now=106)
    assert set(limiter._full_at) == {"new"}
    assert limiter.hit("new", "1/6s", now=106) > 0


@hypothesis_settings(max_examples=50, deadline=None, database=None)
@given(st.lists(st.floats(0, 100), max_size=80))
def test_no_time_span_sees_more_than_twice_its_allowance(moments: list[float]) -> None:
    limiter = Limiter()
    passed = [now for now in sorted(moments) if limiter.hit("k", "5/10s", now) == 0]
    assert all(sum(start <= now < start + 10 for now in passed) <= 10 for start in passed)


def test_sends_of_a_person_are_limited_and_those_of_others_go_on(settings: Settings) -> None:
    settings.CHAT_SEND_RATE = "2/10s"
    limits.check_send(1)
    limits.check_send(1)
    with pytest.raises(RateLimited) as refusal:
        limits.check_send(1)
    assert refusal.value.retry_after == 5
    limits.check_send(2)


def test_entries_of_an_address_have_a_limit_of_their_own(settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE = settings.CHAT_SEND_RATE = "1/10s"
    limits.check_entry("1")
    with pytest.raises(RateLimited):
        limits.check_entry("1")
    limits.check_send(1)


def test_a_flood_of_busy_keys_is_forgotten_rather_than_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 10)
    limiter = Limiter()
    for number in range(200):
        limiter.hit(str(number), "1/1000s", 0)
    assert len(limiter._full_at) <= 11
