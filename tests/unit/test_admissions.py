"""Admissions that are kept for the next request."""

import pytest

from chat import admissions
from chat.admissions import Admission, Admissions
from chat.channel import Channel
from chat.fanout import Revoked
from chat.wire import Slice
from tests.unit.fake_log import FakeReader


def admission(until: float = 60, **reader: object) -> Admission[FakeReader]:
    return Admission(FakeReader(**reader), (), until)  # type: ignore[arg-type]


def channel(epoch: str = "e1", access_version: int = 0) -> Channel:
    return Channel(Slice(epoch, 9, 9, access_version, []))


def test_an_admission_is_found_until_its_time_is_up() -> None:
    kept: Admissions[FakeReader] = Admissions()
    kept.keep("a", one := admission(until=60), now=0)
    assert kept.find("a", 59.9) is one
    assert kept.find("a", 60) is None
    assert kept.find("b", 0) is None


def test_what_has_run_out_goes() -> None:
    kept: Admissions[FakeReader] = Admissions()
    for number in range(100):
        kept.keep(number, admission(until=number + 10), now=number)
    assert len(kept) <= 11


def test_they_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admissions, "MAX_KEPT", 3)
    kept: Admissions[FakeReader] = Admissions()
    for number in range(9):
        kept.keep(number, admission(), now=0)
    assert [number for number in range(9) if kept.find(number, 0)] == [6, 7, 8]


@pytest.mark.parametrize(("user_id", "session_key"), [(2, None), (None, "session-2")])
def test_a_revocation_takes_those_of_a_person_or_a_session(user_id: int | None, session_key: str | None) -> None:
    kept: Admissions[FakeReader] = Admissions()
    kept.keep("a", admission(user_id=1, session_key="session-1"), now=0)
    kept.keep("b", admission(user_id=2, session_key="session-2"), now=0)
    kept.revoke(Revoked(user_id, session_key))
    assert kept.find("a", 0) and not kept.find("b", 0)


@pytest.mark.parametrize(
    ("room", "holds"),
    [(channel(), True), (channel(access_version=4), True), (channel(access_version=5), False), (channel("e2"), False)],
)
def test_an_admission_holds_until_access_to_the_room_changes(room: Channel, holds: bool) -> None:
    assert admission(access_version=4).holds_in(room) is holds
