"""The queue of reports in the admin."""

import pytest
from django.test import Client

from chat import services
from chat.models import Message, Report, Room, User
from tests.admin.conftest import Staff, signed_in
from tests.admin.page import act, fields, notes, text

REPORTS = "/admin/chat/report/"
each = pytest.mark.parametrize(("action", "state"), [("accept", "accepted"), ("dismiss", "dismissed")])


@pytest.fixture
def report(ada: User, message: Message) -> Report:
    services.report_message(ada, message.room_id, message.seq, "Too many boats")
    return Report.objects.get()


def rows(page: str) -> int:
    return page.count('class="action-select"')


@each
def test_a_report_is_decided_and_leaves_the_queue(
    admin: Client, root: User, report: Report, action: str, state: str
) -> None:
    assert "Boats everywhere" in text(admin.get(REPORTS))
    asked = text(act(admin, REPORTS, action, report))
    assert "reason" in fields(asked) and "Too many boats · Bo · Harbour: Boats everywhere" in asked
    assert Report.objects.get().state == "open"
    assert notes(act(admin, REPORTS, action, report, confirmed="yes")) == ["1 done."]
    decided = Report.objects.get()
    assert (decided.state, decided.decided_by) == (state, root)
    assert bool(Message.objects.get(pk=report.message_id).deleted_at) == (action == "accept")
    assert rows(text(admin.get(REPORTS))) == 0
    assert rows(text(admin.get(f"{REPORTS}?state={state}"))) == rows(text(admin.get(f"{REPORTS}?state=all"))) == 1


def test_the_oldest_stands_first(admin: Client, report: Report, bo: User, ada: User, room: Room) -> None:
    later = services.post_message(ada, room.pk, key="k-later-one", body="Later").message
    services.report_message(bo, room.pk, later.seq, "Later")
    page = text(admin.get(REPORTS))
    assert page.index("Too many boats") < page.index(">Later<")


def test_one_report_shows_all_about_it_and_changes_nothing(admin: Client, report: Report) -> None:
    page = text(admin.get(f"{REPORTS}{report.pk}/change/"))
    for part in ("Too many boats", "Boats everywhere", "Harbour", f"/admin/chat/message/{report.message_id}/change/"):
        assert part in page
    assert 'name="_save"' not in page
    for url in (f"{REPORTS}{report.pk}/change/", f"{REPORTS}{report.pk}/delete/", f"{REPORTS}add/"):
        assert admin.post(url, {"post": "yes"}).status_code == 403


@each
def test_it_takes_its_own_permissions(staff: Staff, report: Report, action: str, state: str) -> None:
    looks_on = staff("view_report", "delete_message", "change_room", name="Looks on")
    assert looks_on.get(REPORTS).status_code == 200
    act(looks_on, REPORTS, action, report, confirmed="yes")
    assert Report.objects.get().state == "open"
    act(staff("change_report", "delete_message", name="Decides"), REPORTS, action, report, confirmed="yes")
    assert Report.objects.get().state == state


def test_to_accept_takes_the_permission_to_delete(staff: Staff, report: Report) -> None:
    done = act(staff("change_report"), REPORTS, "accept", report, confirmed="yes")
    assert notes(done)[0].startswith("1 not done: ")
    assert Report.objects.get().state == "open"


@each
def test_moderators_members_and_guests_do_not_come_here(
    report: Report, ada: User, bo: User, action: str, state: str
) -> None:
    for user in (ada, bo, services.enter_as_guest("Gus")):
        assert signed_in(user).get(REPORTS).status_code == 302
        act(signed_in(user), REPORTS, action, report, confirmed="yes")
    assert Report.objects.get().state == "open"


def test_a_state_that_is_none_finds_nothing(admin: Client, report: Report) -> None:
    assert rows(text(admin.get(f"{REPORTS}?state=lost"))) == 0
