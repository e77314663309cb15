"""Places for readers: every hold and socket has one, and each bound has its refusal."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_django.fixtures import Settings

from chat.errors import RateLimited, Unavailable
from chat.limits import Readers

Fill = Callable[..., None]


@pytest.fixture
def fill() -> Iterator[Fill]:
    """Takes places and keeps them until the test ends."""
    with ExitStack() as taken:

        def take(readers: Readers, *who: tuple[int, str]) -> None:
            for user_id, address in who:
                taken.enter_context(readers.admit(user_id, address))

        yield take


def test_a_place_is_given_back_when_the_block_ends() -> None:
    readers = Readers()
    with readers.admit(1, "a"):
        assert readers.total == 1
    assert (readers.total, readers._of_person, readers._at_address) == (0, {}, {})


def test_a_place_is_given_back_after_a_failure() -> None:
    readers = Readers()
    with pytest.raises(ValueError, match="inside"), readers.admit(1, "a"):
        raise ValueError("inside")
    assert (readers.total, readers._of_person, readers._at_address) == (0, {}, {})


def test_a_person_has_so_many_places_and_others_still_find_theirs(settings: Settings, fill: Fill) -> None:
    settings.CHAT_READERS_PER_PERSON = 2
    readers = Readers()
    fill(readers, (1, "a"), (1, "b"), (2, "a"))
    with pytest.raises(RateLimited) as refusal, readers.admit(1, "c"):
        pass
    assert refusal.value.retry_after


def test_an_address_has_so_many_places(settings: Settings, fill: Fill) -> None:
    settings.CHAT_READERS_PER_ADDRESS = 2
    readers = Readers()
    fill(readers, (1, "a"), (2, "a"))
    with pytest.raises(RateLimited), readers.admit(3, "a"):
        pass
    fill(readers, (3, "b"))


def test_a_full_process_is_unavailable_for_now(settings: Settings, fill: Fill) -> None:
    settings.CHAT_READERS = 1
    readers = Readers()
    fill(readers, (1, "a"))
    with pytest.raises(Unavailable) as refusal, readers.admit(2, "b"):
        pass
    assert refusal.value.retry_after


def test_a_refused_reader_takes_no_place(settings: Settings, fill: Fill) -> None:
    settings.CHAT_READERS_PER_PERSON = 1
    readers = Readers()
    fill(readers, (1, "a"))
    for _ in range(3):
        with pytest.raises(RateLimited), readers.admit(1, "a"):
            pass
    assert readers.total == 1
