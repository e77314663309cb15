"""The checker itself: it is content with what is right, and finds each violation that is planted."""

from dataclasses import replace

import pytest

from faults.checker import KINDS, check
from tests.faults.histories import EDITED, SECOND, THIRD, banned, batch, good, restored, turned_away
from tests.faults.planted import PLANTS


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_violation_is_found(name: str) -> None:
    kind, plant = PLANTS[name]
    history = good()
    plant(history)
    assert kind in check(history).counts


def test_every_kind_that_a_history_can_show_is_planted() -> None:
    assert {kind for kind, _plant in PLANTS.values()} == set(KINDS) - {"crash"}


def test_a_good_history_has_no_violation() -> None:
    assert check(good()), check(good()).violations


def test_what_a_restore_took_away_is_not_lost() -> None:
    assert check(restored()), check(restored()).violations


def test_what_a_restore_did_not_take_away_must_be_there() -> None:
    history = restored()
    history.removed.clear()
    assert check(history).counts == {"lost": 1}


def test_who_is_out_gets_nothing_of_a_later_life() -> None:
    history = restored()
    history.delivered.pop(2)
    history.sanctions.append(banned())
    assert "unauthorised" in check(history).counts


def test_after_the_end_of_a_ban_all_may_be_read() -> None:
    history = good()
    history.sanctions.append(banned(lifted=21))
    history.refusals.append(turned_away("forbidden"))
    assert check(history), check(history).violations


def test_a_message_that_changed_again_before_it_was_read_comes_in_its_newest_state() -> None:
    history = good()
    history.delivered = [replace(batch(20, 0, 0), load=True), batch(21, 0, 2, SECOND), batch(22, 2, 5, EDITED, THIRD)]
    assert check(history), check(history).violations
