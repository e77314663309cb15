"""Violations, each planted into the good history."""

from collections.abc import Callable
from dataclasses import replace

from faults.records import Acknowledged, Final, History, Log, Sent, State
from tests.faults.histories import (
    ALICE,
    BOB,
    EDITED,
    EPOCH,
    FIRST,
    ROOM,
    SECOND,
    STATES,
    THIRD,
    banned,
    batch,
    turned_away,
)

Plant = Callable[[History], None]
PLANTS: dict[str, tuple[str, Plant]] = {}
"""What is planted, with the kind that must be reported."""


def planted(kind: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        PLANTS[plant.__name__] = (kind, plant)
        return plant

    return keep


def log(history: History, *states: State, last: int = 5, others: frozenset[int] = frozenset({4})) -> None:
    """Another log than the good one."""
    history.logs = [Log(ROOM, EPOCH, last, states, others)]


@planted("lost")
def an_acknowledged_message_is_not_in_the_log(history: History) -> None:
    never = State(6, 6, ALICE, "key-00009", "never stored", False)
    history.acknowledged.append(Acknowledged(30, ROOM, ALICE, never, True))


@planted("lost")
def an_acknowledged_edit_is_not_in_the_log(history: History) -> None:
    history.acknowledged.append(Acknowledged(30, ROOM, ALICE, replace(SECOND, version=4, body="gone"), False))


@planted("lost")
def a_batch_leaves_a_message_out(history: History) -> None:
    history.delivered[2] = batch(22, 2, 5, EDITED)


@planted("lost")
def a_batch_leaves_an_edit_out(history: History) -> None:
    history.delivered[2] = batch(22, 2, 5, THIRD)


@planted("lost")
def an_empty_batch_moves_the_cursor_past_a_message(history: History) -> None:
    history.delivered[1] = batch(21, 1, 2)


@planted("lost")
def the_first_page_leaves_a_message_out(history: History) -> None:
    history.delivered = [replace(batch(20, 0, 5, EDITED, THIRD), load=True)]


@planted("lost")
def a_reader_ends_without_a_message(history: History) -> None:
    del history.finals[0].states[2]


@planted("lost")
def a_fresh_load_lacks_a_message(history: History) -> None:
    history.loads = [Final(ROOM, ALICE, EPOCH, 5, 0, {1: EDITED, 5: THIRD})]


@planted("doubled")
def a_message_comes_again_in_the_next_batch(history: History) -> None:
    history.delivered[2] = batch(22, 2, 5, SECOND, EDITED, THIRD)


@planted("doubled")
def a_message_comes_twice_in_a_batch(history: History) -> None:
    history.delivered[2] = batch(22, 2, 5, EDITED, THIRD, THIRD)


@planted("doubled")
def a_key_is_two_messages_in_the_log(history: History) -> None:
    log(history, *STATES, replace(SECOND, seq=6, version=6), last=6)


@planted("doubled")
def a_key_is_two_messages_for_a_reader(history: History) -> None:
    history.delivered.append(batch(23, 5, 6, replace(SECOND, seq=6, version=6)))


@planted("doubled")
def a_number_is_two_changes(history: History) -> None:
    log(history, *STATES, State(2, 2, BOB, "key-00007", "too", False))


@planted("out of order")
def a_batch_does_not_ascend(history: History) -> None:
    history.delivered[2] = batch(22, 2, 5, THIRD, EDITED)


@planted("out of order")
def a_message_is_past_its_cursor(history: History) -> None:
    history.delivered[2] = batch(22, 2, 3, EDITED, THIRD)


@planted("out of order")
def a_batch_does_not_begin_where_the_last_one_ended(history: History) -> None:
    del history.delivered[1]


@planted("out of order")
def a_reader_begins_anew_in_the_same_life_of_the_log(history: History) -> None:
    history.delivered.append(replace(batch(23, 0, 5, EDITED, SECOND, THIRD), reset=True))


@planted("out of order")
def messages_of_one_page_stand_in_another_order(history: History) -> None:
    history.acknowledged = [history.acknowledged[number] for number in (1, 0, 2, 3)]


@planted("unauthorised")
def something_written_after_a_ban_is_delivered(history: History) -> None:
    history.sanctions.append(banned())


@planted("unauthorised")
def something_written_after_a_ban_is_delivered_before_its_end(history: History) -> None:
    history.sanctions.append(banned(lifted=23))


@planted("unauthorised")
def somebody_who_is_out_writes(history: History) -> None:
    history.sanctions.append(replace(banned(), user=ALICE))


@planted("diverged")
def a_text_was_changed_on_its_way(history: History) -> None:
    history.delivered[1] = batch(21, 1, 2, replace(SECOND, body="tw0"))


@planted("diverged")
def an_old_state_is_delivered(history: History) -> None:
    history.delivered = [replace(batch(20, 0, 0), load=True), batch(21, 0, 5, FIRST, SECOND, EDITED, THIRD)]


@planted("diverged")
def a_reader_ends_with_an_old_state(history: History) -> None:
    history.finals[0].states[1] = FIRST


@planted("diverged")
def a_message_comes_from_nowhere(history: History) -> None:
    history.sent = [record for record in history.sent if record.key != THIRD.key]


@planted("diverged")
def a_message_says_something_else_than_was_sent(history: History) -> None:
    history.sent[1] = Sent(1, ROOM, ALICE, SECOND.key, "too")


@planted("diverged")
def an_epoch_comes_from_nowhere(history: History) -> None:
    history.delivered.append(replace(batch(23, 0, 5, epoch="e9"), reset=True))


@planted("hole")
def a_number_stays_without_a_change(history: History) -> None:
    log(history, *STATES, others=frozenset())


@planted("refused")
def somebody_is_turned_away_without_a_reason(history: History) -> None:
    history.refusals.append(turned_away("forbidden"))


@planted("refused")
def somebody_who_is_out_is_told_something_else(history: History) -> None:
    history.delivered.pop()
    history.finals.clear()
    history.sanctions.append(banned())
    history.refusals.append(turned_away("not_authenticated"))


@planted("stuck")
def a_reader_ends_too_early(history: History) -> None:
    history.finals[0] = Final(ROOM, BOB, EPOCH, 3, 1, {1: EDITED, 2: SECOND})


@planted("stuck")
def a_reader_ends_in_an_earlier_life(history: History) -> None:
    history.finals[0] = Final(ROOM, BOB, "e0", 5, 1, history.finals[0].states)
