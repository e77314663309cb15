"""Reports of messages: who makes them, who decides, and what that does."""

from collections.abc import Callable

import pytest

from chat import fanout, services
from chat.errors import Forbidden, Invalid, NotFound, TooLong
from chat.models import Act, Message, Report, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import in_an_hour, say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

DECISIONS: list[Callable[..., None]] = [services.accept_report, services.dismiss_report]
each = pytest.mark.parametrize("decide", DECISIONS)


@pytest.fixture
def rude(mo: User, lobby: Room) -> Message:
    """A message of Mo."""
    return say(mo, lobby, "You fools")


@pytest.fixture
def report(bo: User, rude: Message) -> Report:
    services.report_message(bo, rude.room_id, rude.seq, "Rude")
    return Report.objects.get()


# Making


def test_a_member_reports_a_message_once(ada: User, bo: User, rude: Message) -> None:
    made = [services.report_message(bo, rude.room_id, rude.seq, reason) for reason in ("Rude", "Very rude")]
    assert made == [True, False]
    assert services.report_message(ada, rude.room_id, rude.seq, "  Not kind ")
    assert sorted(Report.objects.values_list("reporter__username", "reason", "state")) == [
        ("Ada", "Not kind", "open"),
        ("Bo", "Rude", "open"),
    ]


@pytest.mark.parametrize(
    ("reason", "error"),
    [("", Invalid), (" ", Invalid), ("a\x00b", Invalid), ("a\u202eb", Invalid), ("x" * 201, TooLong)],
)
def test_a_report_has_a_reason(reason: str, error: type[Exception], bo: User, rude: Message) -> None:
    with pytest.raises(error) as refusal:
        services.report_message(bo, rude.room_id, rude.seq, reason)
    assert getattr(refusal.value, "field", "") == "reason"


@pytest.mark.parametrize(("name", "error"), [("cleo", Forbidden), ("gus", Forbidden), ("mo", Forbidden)])
def test_visitors_and_the_author_report_nothing(
    name: str, error: type[Exception], rude: Message, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(error):
        services.report_message(request.getfixturevalue(name), rude.room_id, rude.seq, "Rude")


def test_an_outsider_learns_nothing_of_a_private_room(cleo: User, mo: User, den: Room) -> None:
    with pytest.raises(NotFound):
        services.report_message(cleo, den.pk, say(mo, den).seq, "Rude")


def test_the_banned_report_nothing_and_the_muted_may(ada: User, bo: User, rude: Message) -> None:
    services.ban(ada, rude.room_id, bo.pk, in_an_hour())
    with pytest.raises(Forbidden):
        services.report_message(bo, rude.room_id, rude.seq, "Rude")
    services.ban(ada, rude.room_id, bo.pk, None)
    services.mute(ada, rude.room_id, bo.pk, in_an_hour())
    assert services.report_message(bo, rude.room_id, rude.seq, "Rude")


def test_notices_deleted_messages_and_none_are_not_reported(ada: User, bo: User, rude: Message) -> None:
    notice = Message.objects.get(room=rude.room_id, kind="system")
    services.delete_message(ada, rude.room_id, rude.seq)
    for seq, error in ((notice.seq, Forbidden), (rude.seq, NotFound), (10**6, NotFound), (10**30, NotFound)):
        with pytest.raises(error):
            services.report_message(bo, rude.room_id, seq, "Rude")


# Deciding


def test_an_accepted_report_deletes_the_message_and_closes_the_others(
    ada: User, bo: User, report: Report, committed: Committed
) -> None:
    message = report.message
    services.report_message(ada, message.room_id, message.seq, "Not kind")
    with committed() as told:
        services.accept_report(ada, report.pk, reason="House rules", note="First time")
    assert Message.objects.get(pk=message.pk).deleted_at
    assert [one.state for one in Report.objects.all()] == ["accepted", "accepted"]
    assert {one.decided_by for one in Report.objects.all()} == {ada}
    [changed] = told
    assert isinstance(changed, fanout.Changed) and [change.seq for change in changed.changes] == [message.seq]
    deleted, accepted = Act.objects.order_by("pk").filter(person=message.author, seq=message.seq)
    assert (deleted.verb, accepted.verb) == ("message_deleted", "report_accepted")
    assert {(act.reason, act.note) for act in (deleted, accepted)} == {("House rules", "First time")}


def test_a_dismissed_report_leaves_the_message_and_the_other_reports(ada: User, report: Report) -> None:
    message = report.message
    services.report_message(ada, message.room_id, message.seq, "Not kind")
    services.dismiss_report(ada, report.pk)
    assert not Message.objects.get(pk=message.pk).deleted_at
    assert sorted(Report.objects.values_list("state", flat=True)) == ["dismissed", "open"]
    assert Act.objects.get(verb="report_dismissed").seq == message.seq


@each
@pytest.mark.parametrize("first", DECISIONS)
def test_what_was_decided_stays(
    decide: Callable[..., None], first: Callable[..., None], ada: User, report: Report
) -> None:
    first(ada, report.pk)
    before = Report.objects.values().get(), Act.objects.count()
    decide(ada, report.pk)
    assert (Report.objects.values().get(), Act.objects.count()) == before


def test_a_report_of_a_message_that_is_deleted_already_is_accepted(ada: User, report: Report) -> None:
    services.delete_message(ada, report.message.room_id, report.message.seq)
    services.accept_report(ada, report.pk)
    assert Report.objects.get().state == "accepted"


@each
@pytest.mark.parametrize("name", ["ada", "sam"])
def test_moderators_of_the_room_decide(
    decide: Callable[..., None], name: str, report: Report, request: pytest.FixtureRequest
) -> None:
    decide(request.getfixturevalue(name), report.pk)
    assert Report.objects.get().state != "open"


@each
@pytest.mark.parametrize("name", ["bo", "cleo", "gus"])
def test_others_do_not_decide(
    decide: Callable[..., None], name: str, report: Report, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(name)
    if name == "cleo":
        services.create_room(actor, name="A room of Cleo's own")
    with pytest.raises(Forbidden):
        decide(actor, report.pk)
    assert Report.objects.get().state == "open"


def test_staff_need_a_permission_to_decide_and_one_to_delete(report: Report) -> None:
    with pytest.raises(Forbidden):
        services.dismiss_report(staff_with("delete_message", "view_report"), report.pk)
    with pytest.raises(Forbidden):
        services.accept_report(staff_with("change_report"), report.pk)
    assert Report.objects.get().state == "open" and not Act.objects.filter(verb="report_accepted").exists()
    services.accept_report(staff_with("change_report", "delete_message"), report.pk)
    assert Report.objects.get().state == "accepted"


@each
def test_a_report_that_does_not_exist_is_not_found(decide: Callable[..., None], ada: User) -> None:
    with pytest.raises(NotFound):
        decide(ada, 10**6)


def test_reports_go_with_their_room(report: Report) -> None:
    root = User.objects.create_superuser("Root", password=None)
    services.delete_room(root, report.message.room_id)
    assert not Report.objects.exists()
