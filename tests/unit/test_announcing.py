"""The endpoints with which moderators announce something to their room."""

import pytest

from chat import services
from chat.models import Announcement, Room, User
from tests.unit.conftest import Ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_moderator_announces_for_a_while_and_ends_it(ask: Ask, mo: User, lobby: Room) -> None:
    status, answer = ask(mo, "POST", f"{lobby.slug}/announcements", {"text": "Back at noon", "minutes": 60})
    assert (status, answer["announcement"]["text"]) == (201, "Back at noon")
    assert answer["announcement"]["until"]
    assert ask(mo, "GET", f"{lobby.slug}/announcements")[1]["announcements"] == [answer["announcement"]]
    assert ask(mo, "DELETE", f"{lobby.slug}/announcements/{answer['announcement']['id']}")[0] == 200
    assert ask(mo, "GET", lobby.slug)[1]["room"]["announcements"] == []


def test_an_announcement_without_an_end_stays_until_it_is_ended(ask: Ask, mo: User, lobby: Room) -> None:
    assert ask(mo, "POST", f"{lobby.slug}/announcements", {"text": "Be kind"})[1]["announcement"]["until"] is None
    for body, field in (({"text": " "}, "text"), ({"text": "x", "minutes": 0}, "minutes")):
        status, answer = ask(mo, "POST", f"{lobby.slug}/announcements", body)
        assert (status, answer["error"]["field"]) == (400, field)


def test_nobody_else_announces_lists_or_ends(ask: Ask, mo: User, bo: User, cleo: User, gus: User, lobby: Room) -> None:
    made = services.announce(mo, lobby.pk, "Be kind")
    elsewhere = services.create_room(cleo, name="Elsewhere")
    cleo.is_staff = True
    cleo.save()
    for actor in (bo, cleo, gus):
        assert ask(actor, "GET", f"{lobby.slug}/announcements")[0] == 403
        assert ask(actor, "POST", f"{lobby.slug}/announcements", {"text": "x"})[0] == 403
        assert ask(actor, "DELETE", f"{lobby.slug}/announcements/{made.pk}")[0] == 403
    assert ask(cleo, "DELETE", f"{elsewhere.slug}/announcements/{made.pk}")[0] == 404
    assert Announcement.objects.get(pk=made.pk).is_shown
