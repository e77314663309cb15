"""The window of a room's recent changes."""

import json

import pytest

from chat import wire
from chat.window import MAX_BATCHES, Window
from chat.wire import ACCESS, ROOM, Change, Slice


def change(number: int, seq: int | None = None) -> Change:
    """Change `number`, of the message placed there unless `seq` says another."""
    return Change(number, number if seq is None else seq, b'{"n":%d}' % number)


def window_of(*changes: Change, size: int = 10, end: int = 0) -> Window:
    window = Window(size, "e", end, 0)
    for one in changes:
        assert window.append(one)
    return window


def numbers(part: Slice | None) -> list[int]:
    assert part is not None
    return [one.number for one in part.changes]


def test_it_takes_the_next_number_and_no_other() -> None:
    window = window_of(change(1))
    assert not window.append(change(3))
    assert not window.append(change(1))
    assert window.append(change(2))
    assert (window.start, window.end) == (0, 2)


def test_it_hands_out_what_is_after_a_number_in_order() -> None:
    window = window_of(change(1), change(2), change(3))
    part = window.after(1, 10)
    assert numbers(part) == [2, 3]
    assert part and (part.start, part.end, part.more, part.reset) == (1, 3, False, False)


def test_a_reader_who_is_level_gets_nothing() -> None:
    part = window_of(change(1)).after(1, 10)
    assert numbers(part) == []
    assert part and part.end == 1


def test_a_message_stands_there_once_in_its_newest_state() -> None:
    window = window_of(change(1), change(2), change(3, seq=1))
    assert numbers(window.after(0, 10)) == [2, 3]
    assert numbers(window.after(2, 10)) == [3]


def test_messages_that_the_log_has_no_more_are_handed_out_no_more() -> None:
    window = window_of(change(1), change(2, seq=ROOM), change(3), change(4, seq=1))
    assert window.batch(slice_after(window, 0)).messages == 2
    window.forget(2)
    assert numbers(window.after(0, 10)) == [2, 3]
    assert window.batch(slice_after(window, 0)).messages == 1
    assert (window.start, window.end) == (0, 4)


def slice_after(window: Window, number: int) -> Slice:
    part = window.after(number, 10)
    assert part is not None
    return part


def test_the_bound_drops_the_oldest_and_moves_the_start() -> None:
    window = window_of(*(change(number) for number in range(1, 7)), size=4)
    assert window.start == 2
    assert window.after(1, 10) is None
    assert numbers(window.after(2, 10)) == [3, 4, 5, 6]


def test_a_message_edited_over_and_over_fills_no_window() -> None:
    window = window_of(*(change(number, seq=1) for number in range(1, 100)), size=4)
    assert window.start == 0
    assert numbers(window.after(0, 10)) == [99]


@pytest.mark.parametrize("number", [4, 9])
def test_it_does_not_reach_before_its_start_or_past_its_end(number: int) -> None:
    window = window_of(change(6), change(7), change(8), end=5)
    assert window.after(number, 10) is None


def test_a_limit_cuts_and_says_that_there_is_more() -> None:
    window = window_of(*(change(number) for number in range(1, 6)))
    part = window.after(1, 2)
    assert numbers(part) == [2, 3]
    assert part and (part.end, part.more) == (3, True)
    assert numbers(window.after(part.end, 2)) == [4, 5]


def test_a_limit_that_is_just_enough_leaves_no_more() -> None:
    part = window_of(change(1), change(2)).after(0, 2)
    assert part and (part.end, part.more) == (2, False)


def test_a_change_of_the_room_does_not_count_against_the_limit() -> None:
    window = window_of(change(1), change(2, seq=ROOM), change(3), change(4))
    assert numbers(window.after(0, 2)) == [1, 2, 3]


def test_a_change_of_access_moves_the_end_and_is_not_handed_out() -> None:
    window = window_of(change(1), Change(2, ACCESS), change(3))
    part = window.after(0, 10)
    assert numbers(part) == [1, 3]
    assert part and part.access_version == window.access_version == 2


def test_what_was_read_from_the_log_is_added_after_the_end() -> None:
    window = window_of(change(1), change(2))
    window.extend(Slice("e", 1, 5, 4, [change(2), change(3), change(5)]))
    assert (window.end, window.access_version) == (5, 4)
    assert numbers(window.after(0, 10)) == [1, 2, 3, 5]


def test_an_old_slice_does_not_move_the_window_back() -> None:
    window = window_of(change(1), change(2), Change(3, ACCESS))
    window.extend(Slice("e", 0, 1, 0, [change(1)]))
    assert (window.end, window.access_version) == (3, 3)


@pytest.mark.parametrize("part", [Slice("other", 0, 5, 0, []), Slice("e", 3, 5, 0, [])], ids=["epoch", "gap"])
def test_a_slice_of_another_log_or_after_a_gap_is_refused(part: Slice) -> None:
    with pytest.raises(ValueError, match="another log"):
        window_of(change(1)).extend(part)


def test_readers_that_are_level_share_the_same_bytes() -> None:
    window = window_of(change(1), change(2))
    first, second = window.after(0, 10), window.after(0, 10)
    assert first and second and first is not second
    assert window.batch(first) is window.batch(second)


def test_readers_that_are_not_level_get_batches_of_their_own() -> None:
    window = window_of(change(1), change(2))
    every, last = window.after(0, 10), window.after(1, 10)
    assert every and last
    assert [len(json.loads(window.batch(part).data)["messages"]) for part in (every, last)] == [2, 1]


def test_a_new_change_makes_new_batches() -> None:
    window = window_of(change(1))
    before = window.after(0, 10)
    assert before and window.batch(before)
    window.append(change(2, seq=1))
    after = window.after(0, 10)
    assert after and json.loads(window.batch(after).data)["messages"] == [{"n": 2}]
    assert len(window._batches) == 1, "the earlier ones are let go"


def test_its_batch_is_that_of_the_wire() -> None:
    window = window_of(change(1), change(2, seq=ROOM))
    part = window.after(0, 10)
    assert part and window.batch(part).data == wire.batch(part).data


def test_the_batches_that_are_kept_have_a_bound() -> None:
    window = window_of(*(change(number) for number in range(1, 41)), size=100)
    for start in range(40):
        for limit in range(1, 40 - start):
            part = window.after(start, limit)
            assert part and window.batch(part).data == wire.batch(part).data
    assert len(window._batches) <= MAX_BATCHES


def test_a_batch_has_a_bound_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.wire.changes.MAX_BATCH_BYTES", 20)
    window = window_of(*(Change(number, number, b"x" * 9) for number in range(1, 6)))
    part = window.after(0, 10)
    assert numbers(part) == [1, 2]
    assert part and (part.end, part.more) == (2, True)
    assert numbers(window.after(2, 10)) == [3, 4]


def test_a_message_over_that_bound_goes_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.wire.changes.MAX_BATCH_BYTES", 20)
    window = window_of(*(Change(number, number, b"x" * 99) for number in range(1, 4)))
    assert [numbers(window.after(number, 10)) for number in range(3)] == [[1], [2], [3]]


def test_it_can_begin_earlier() -> None:
    window = Window(10, "e", 6, 0)
    window.append(change(7))
    window.reach_back(Slice("e", 3, 6, 0, [change(5), change(6, seq=2)]))
    assert (window.start, window.end) == (3, 7)
    assert numbers(window.after(3, 10)) == [5, 6, 7]
    assert numbers(window.after(5, 10)) == [6, 7]


def test_what_is_newer_in_either_stands_once() -> None:
    window = Window(10, "e", 6, 0)
    window.append(change(7, seq=5))
    window.reach_back(Slice("e", 3, 9, 0, [change(6), change(8, seq=4), change(9, seq=7)]))
    assert (window.start, window.end) == (3, 9)
    assert numbers(window.after(3, 10)) == [6, 7, 8, 9]
    older = Window(10, "e", 6, 0)
    older.append(change(7, seq=5))
    older.reach_back(Slice("e", 3, 6, 0, [change(5), change(6)]))
    assert numbers(older.after(3, 10)) == [6, 7]


def test_it_reaches_back_over_half_of_its_size() -> None:
    window = Window(10, "e", 20, 0)
    assert [number for number in range(22) if window.may_begin_after(number)] == [15, 16, 17, 18, 19]
    assert not Window(10, "e", 3, 0).may_begin_after(3)
    assert Window(10, "e", 3, 0).may_begin_after(0)


def test_it_says_by_how_many_numbers_the_log_goes_on() -> None:
    window = window_of(*(change(number) for number in range(1, 6)))
    told = [(part.end, part.behind, part.more) for start in (0, 2, 4) if (part := window.after(start, 2))]
    assert told == [(2, 3, True), (4, 1, True), (5, 0, False)]
    first, last = window.after(0, 2), window.after(4, 2)
    assert first and b'"more":true,"reset":false,"behind":3}' in window.batch(first).data
    assert last and b"behind" not in window.batch(last).data
