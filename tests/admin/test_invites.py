"""Invite links: seen and ended, never shown."""

import pytest
from django.test import Client

from chat import services
from chat.models import Invite, Room, User
from tests.admin.conftest import Staff
from tests.admin.page import act, notes, text

INVITES = "/admin/chat/invite/"


@pytest.fixture
def invite(room: Room, ada: User) -> Invite:
    return services.create_invite(ada, room.pk)


def test_the_link_itself_is_not_shown(admin: Client, invite: Invite) -> None:
    for url in (INVITES, f"{INVITES}{invite.pk}/change/"):
        page = text(admin.get(url))
        assert "Harbour" in page
        assert invite.token not in page


def test_ending(admin: Client, invite: Invite) -> None:
    assert "Harbour" in text(admin.get(f"{INVITES}?open=yes"))
    assert notes(act(admin, INVITES, "expire", invite)) == ["1 done."]
    ended = Invite.objects.get()
    assert not ended.is_open
    assert "Harbour" not in text(admin.get(f"{INVITES}?open=yes"))
    act(admin, INVITES, "expire", invite)
    assert Invite.objects.get().expires_at == ended.expires_at


def test_one_that_is_used_up_is_not_open(admin: Client, room: Room, ada: User, root: User) -> None:
    token = services.create_invite(ada, room.pk, max_uses=1).token
    assert "0 of 1" in text(admin.get(f"{INVITES}?open=yes"))
    services.accept_invite(root, token)
    assert "Harbour" not in text(admin.get(f"{INVITES}?open=yes"))
    assert "1 of 1" in text(admin.get(f"{INVITES}?open=no"))


@pytest.mark.parametrize("permission", ["change_invite", "change_room"])
def test_ending_needs_both_permissions(staff: Staff, invite: Invite, permission: str) -> None:
    client = staff("view_invite", permission)
    act(client, INVITES, "expire", invite)
    assert Invite.objects.get().is_open
    act(staff("view_invite", "change_invite", "change_room", name="Other"), INVITES, "expire", invite)
    assert not Invite.objects.get().is_open


def test_they_are_neither_made_nor_deleted_here(admin: Client, invite: Invite) -> None:
    assert admin.get(f"{INVITES}add/").status_code == 403
    assert admin.post(f"{INVITES}{invite.pk}/delete/", {"post": "yes"}).status_code == 403
