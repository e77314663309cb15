"""The site: its name, and who gets in by which door."""

from typing import Any

import pytest
from django.test import Client

from chat import services
from chat.models import User
from tests.admin.conftest import signed_in
from tests.admin.page import notes, text


def test_it_bears_the_name_of_the_product_and_leads_back_to_the_chat(admin: Client) -> None:
    page = text(admin.get("/admin/"))
    assert "Parley admin" in page
    assert '<a href="/">' in page


def test_a_stranger_is_sent_to_the_one_page_for_logging_in_and_comes_back(client: Client, root: User) -> None:
    answer: Any = client.get("/admin/chat/room/?q=x", follow=True)
    url, _status = answer.redirect_chain[-1]
    assert url == "/login/?next=/admin/chat/room/%3Fq%3Dx"
    entered: Any = client.post(
        url, {"username": "Root", "password": "correct horse 9", "next": "/admin/chat/room/?q=x"}
    )
    assert entered.headers["Location"] == "/admin/chat/room/?q=x"


def test_the_admins_own_log_in_takes_no_password(client: Client, root: User) -> None:
    """Or its unlimited tries would go around the limit."""
    client.post("/admin/login/", {"username": "Root", "password": "correct horse 9"})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("guest", [True, False])
def test_who_is_not_staff_is_told_so_and_can_sign_in_as_somebody_else(client: Client, root: User, guest: bool) -> None:
    user = services.enter_as_guest("Cleo") if guest else services.sign_up("Cleo", None)
    client.force_login(user)
    answer: Any = client.get("/admin/", follow=True)
    assert [status for _url, status in answer.redirect_chain] == [302, 302]
    assert answer.status_code == 200
    assert any("Cleo" in note for note in notes(answer))
    entered: Any = client.post(
        "/login/", {"username": "Root", "password": "correct horse 9", "next": "/admin/"}, follow=True
    )
    assert entered.redirect_chain == [("/admin/", 302)]
    assert entered.status_code == 200


def test_staff_who_come_to_the_log_in_are_in_already(admin: Client) -> None:
    assert admin.get("/admin/login/?next=/admin/chat/room/").headers["Location"] == "/admin/"


def test_logging_out_leads_to_the_door(admin: Client) -> None:
    assert admin.post("/admin/logout/").headers["Location"] == "/enter/"


def test_a_closed_account_of_staff_is_out(root: User) -> None:
    client = signed_in(root)
    User.objects.filter(pk=root.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("model", ["room", "membership", "message", "user", "invite", "act", "report"])
def test_no_list_offers_to_delete_past_the_services(admin: Client, room: Any, message: Any, model: str) -> None:
    assert "delete_selected" not in text(admin.get(f"/admin/chat/{model}/"))
