"""Each page asks the database a bounded number of questions, however much there is."""

import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Act, Announcement, Membership, Message, Report, Room, User
from tests.admin.page import save, text

MANY = 60
"""More than a page, and more than an inline."""

PAGES = {
    "index": ("/admin/", 4),
    "rooms": ("/admin/chat/room/", 4),
    "room": ("/admin/chat/room/{room}/change/", 10),
    "figures": ("/admin/chat/room/{room}/statistics/?days=90", 10),
    "members": ("/admin/chat/membership/?room={room}", 7),
    "member": ("/admin/chat/membership/{member}/change/", 4),
    "messages": ("/admin/chat/message/?q=boat", 4),
    "messages narrowed": ("/admin/chat/message/?room={room}&author={bo}", 10),
    "message": ("/admin/chat/message/{message}/change/", 6),
    "people": ("/admin/chat/user/", 4),
    "person": ("/admin/chat/user/{bo}/change/", 10),
    "invites": ("/admin/chat/invite/", 4),
    "invite": ("/admin/chat/invite/{invite}/change/", 4),
    "announcements": ("/admin/chat/announcement/", 4),
    "announcement": ("/admin/chat/announcement/{announcement}/change/", 5),
    "reports": ("/admin/chat/report/", 4),
    "report": ("/admin/chat/report/{report}/change/", 4),
    "acts": ("/admin/chat/act/", 4),
    "acts narrowed": ("/admin/chat/act/?room={room}&actor={bo}&q=person", 12),
    "act": ("/admin/chat/act/{act}/change/", 5),
    "autocomplete": ("/admin/autocomplete/?app_label=chat&model_name=message&field_name=author&term=", 4),
}


@pytest.fixture
def crowd(room: Room, message: Message, ada: User, bo: User) -> dict[str, Any]:
    """A room with many people, messages, earlier versions and links, and a person in many rooms."""
    for number in range(MANY):
        user = services.sign_up(f"Person {number}", None)
        services.set_role(ada, room.pk, user.pk, "member")
        services.post_message(user, room.pk, key=f"k-{number:08}", body=f"boat {number}")
        services.edit_message(bo, room.pk, message.seq, f"boat of Bo {number}")
        services.create_invite(ada, room.pk)
        services.end_announcement(ada, services.announce(ada, room.pk, f"Number {number}").pk)
        services.report_message(user, room.pk, message.seq, f"reason {number}")
        services.join_room(bo, services.create_room(ada, name=f"Room {number}").pk)
        services.set_role(ada, room.pk, bo.pk, ("moderator", "member")[number % 2])
    member = Membership.objects.get(room=room, user=bo)
    return {
        "room": room.pk,
        "message": message.pk,
        "bo": bo.pk,
        "member": member.pk,
        "invite": room.invites.latest("pk").pk,
        "announcement": Announcement.objects.latest("pk").pk,
        "report": Report.objects.latest("pk").pk,
        "act": Act.objects.latest("pk").pk,
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page(admin: Client, crowd: dict[str, Any], django_assert_max_num_queries: Any, name: str) -> None:
    url, most = PAGES[name]
    with django_assert_max_num_queries(most):
        assert admin.get(url.format(**crowd)).status_code == 200


def test_no_list_of_rooms_counts_messages(admin: Client, crowd: dict[str, Any]) -> None:
    with CaptureQueriesContext(connection) as asked:
        admin.get("/admin/chat/room/")
    counts = [query["sql"] for query in asked if "COUNT" in query["sql"] and "chat_message" in query["sql"]]
    for sql in counts:
        for count in sql.split("COUNT(")[1:]:
            assert "chat_message" not in count.split("FROM")[1].split("WHERE")[0], sql


def test_an_inline_shows_a_bounded_number_of_rows(admin: Client, crowd: dict[str, Any]) -> None:
    for url in (
        "/admin/chat/room/{room}/change/",
        "/admin/chat/user/{bo}/change/",
        "/admin/chat/message/{message}/change/",
    ):
        rows = re.findall(r'<tr class="form-row has_original[^>]*id="(\w+)-\d+"', text(admin.get(url.format(**crowd))))
        assert set(Counter(rows).values()) == {50}, url


def test_a_save_of_a_full_page_is_under_the_limits_of_a_request(admin: Client, crowd: dict[str, Any]) -> None:
    url = f"/admin/chat/room/{crowd['room']}/change/"
    assert save(admin, url, topic="full").status_code == 302
    assert Room.objects.get(pk=crowd["room"]).topic == "full"
