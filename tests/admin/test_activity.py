"""What a person does, on a page beside their form."""

from django.test import Client

from chat import services
from chat.admin import activity
from chat.models import Message, Room, User
from tests.admin.conftest import Staff, signed_in
from tests.admin.page import text


def page_of(user: User) -> str:
    return f"/admin/chat/user/{user.pk}/activity/"


def test_what_they_said_last(admin: Client, room: Room, bo: User, ada: User) -> None:
    count = activity.MESSAGES + 5
    for number in range(count):
        services.post_message(bo, room.pk, key=f"k-{number:08}", body=f"boat {number}.")
    services.post_message(ada, room.pk, key="k-of-ada", body="of Ada")
    page = text(admin.get(page_of(bo)))
    assert [f"boat {number}." in page for number in range(count)] == [False] * 5 + [True] * activity.MESSAGES
    assert "of Ada" not in page
    latest = Message.objects.filter(author=bo).latest("pk")
    assert f'<a href="/admin/chat/message/{latest.pk}/change/">boat {count - 1}.</a>' in page
    assert f'href="{page_of(bo)}"' in text(admin.get(f"/admin/chat/user/{bo.pk}/change/"))


def test_reports_of_their_messages_and_by_them(admin: Client, message: Message, ada: User, bo: User) -> None:
    services.report_message(ada, message.room_id, message.seq, "Too many boats")
    of_them, by_them = text(admin.get(page_of(bo))), text(admin.get(page_of(ada)))
    assert of_them.index("Reports of their") < of_them.index("Too many boats") < of_them.index("Reports by them")
    assert by_them.index("Reports by them") < by_them.index("Too many boats")


def test_each_part_takes_its_permission(staff: Staff, message: Message, ada: User, bo: User) -> None:
    services.report_message(ada, message.room_id, message.seq, "Too many fish")
    seen = {
        permissions: text(staff("view_user", *permissions, name=f"Staff {number}").get(page_of(bo)))
        for number, permissions in enumerate([(), ("view_message",), ("change_report",)])
    }
    assert ["Boats everywhere" in page for page in seen.values()] == [False, True, False]
    assert ["Too many fish" in page for page in seen.values()] == [False, False, True]


def test_it_is_for_staff_who_may_see_people(staff: Staff, room: Room, ada: User, bo: User) -> None:
    assert staff("view_message", "view_report").get(page_of(bo)).status_code == 403
    for user in (ada, bo, services.enter_as_guest("Gus")):
        assert signed_in(user).get(page_of(bo)).status_code == 302


def test_nobody_there(admin: Client) -> None:
    assert admin.get("/admin/chat/user/999999/activity/").status_code == 404


def test_markup_is_text(admin: Client, room: Room, bo: User) -> None:
    services.post_message(bo, room.pk, key="k-markup", body="<script>alert(1)</script>")
    assert "<script>alert" not in text(admin.get(page_of(bo)))
