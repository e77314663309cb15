"""People: accounts and guests, their names by the rules of the chat."""

import re
from typing import Any

import pytest
from django.test import Client

from chat import fanout, services
from chat.models import Message, Room, User
from tests.admin.conftest import Commit, Staff, Told, signed_in
from tests.admin.page import act, notes, save, text

PEOPLE = "/admin/chat/user/"
GOOD = "a long tail 7"


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/change/"


def add(client: Client, name: str, password: str = GOOD) -> Any:
    fields = {"usable_password": "true", "password1": password, "password2": password}
    return save(client, f"{PEOPLE}add/", username=name, **fields)


def test_a_new_person_may_log_in(admin: Client, client: Client) -> None:
    assert add(admin, "Cleo  Nile").status_code == 302
    cleo = User.objects.get(username="Cleo Nile")
    assert (cleo.folded_name, cleo.is_guest, cleo.is_staff) == ("cleo nile", False, False)
    assert client.login(username="Cleo Nile", password="a long tail 7")


def test_a_new_person_without_a_password_may_not(admin: Client) -> None:
    assert save(admin, f"{PEOPLE}add/", username="Cleo", usable_password="false").status_code == 302
    assert not User.objects.get(username="Cleo").has_usable_password()


@pytest.mark.parametrize(
    "name", ["Bo", "bO", "\uff22\uff4f", " ", "a\x00b", "a\x07b", "a\u200bb", "x" * 41, "x" * 4000]
)
def test_names_that_are_taken_or_no_names_are_refused(admin: Client, bo: User, name: str) -> None:
    assert add(admin, name).status_code == 200
    assert save(admin, page_of(services.sign_up("Cleo", None)), username=name).status_code == 200
    assert set(User.objects.values_list("username", flat=True)) == {"Root", "Bo", "Cleo"}


def test_a_name_taken_in_the_meantime_is_an_error_of_the_form(
    admin: Client, bo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.admin.people_forms._Named.clean_username", lambda form: form.cleaned_data["username"])
    for answer in (add(admin, "BO"), save(admin, page_of(services.sign_up("Cleo", None)), username="BO")):
        assert answer.status_code == 200
        assert "This name is taken." in text(answer)


def test_a_weak_password_is_refused(admin: Client) -> None:
    assert add(admin, "Cleo", "12345678").status_code == 200
    assert not User.objects.filter(username="Cleo").exists()


def test_renaming(admin: Client, bo: User) -> None:
    assert save(admin, page_of(bo), username="Beau Geste").status_code == 302
    bo.refresh_from_db()
    assert (bo.username, bo.folded_name) == ("Beau Geste", "beau geste")


def test_names_with_spaces_can_be_saved_again(admin: Client) -> None:
    cleo = services.sign_up("Cleo Nile", None)
    assert save(admin, page_of(cleo), look="dark").status_code == 302
    cleo.refresh_from_db()
    assert cleo.look == "dark"


def test_another_password_ends_sessions(
    admin: Client, ada: User, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    theirs = signed_in(ada)
    with django_capture_on_commit_callbacks(execute=True):
        new = {"password1": "a long tail 7", "password2": "a long tail 7"}
        assert save(admin, f"{PEOPLE}{ada.pk}/password/", **new).status_code == 302
    assert fanout.Revoked(user_id=ada.pk) in told
    assert theirs.get("/account/").status_code == 302


def test_closing_accounts_asks_then_ends_sessions(
    admin: Client, ada: User, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    theirs = signed_in(ada)
    assert "Close these accounts?" in text(act(admin, PEOPLE, "close_accounts", ada))
    assert User.objects.get(pk=ada.pk).is_active
    with django_capture_on_commit_callbacks(execute=True):
        assert notes(act(admin, PEOPLE, "close_accounts", ada, confirmed="yes")) == ["1 done."]
    assert not User.objects.get(pk=ada.pk).is_active
    assert fanout.Revoked(user_id=ada.pk) in told
    assert theirs.get("/account/").status_code == 302


def test_one_cannot_close_ones_own_account(admin: Client, root: User) -> None:
    assert notes(act(admin, PEOPLE, "close_accounts", root, confirmed="yes")) == [
        "1 not done: This is your own account."
    ]
    assert User.objects.get(pk=root.pk).is_active


def test_the_page_of_a_person_shows_their_rooms_and_changes_none(admin: Client, room: Room, bo: User) -> None:
    page = text(admin.get(page_of(bo)))
    assert f'<a href="/admin/chat/room/{room.pk}/change/">Harbour</a>' in page
    assert "memberships-0-role" not in page


def test_guests_listed_apart(admin: Client, bo: User) -> None:
    services.enter_as_guest("Gus")
    page = text(admin.get(f"{PEOPLE}?is_guest__exact=1"))
    assert "Gus" in page
    assert ">Bo<" not in page


def names(client: Client, query: str = "") -> set[str]:
    answer: Any = client.get(f"{PEOPLE}{query}")
    return {user.username for user in answer.context["cl"].result_list}


def test_accounts_are_listed_unless_guests_or_all_are_asked_for(admin: Client, bo: User) -> None:
    services.enter_as_guest("Gus")
    assert names(admin) == {"Root", "Bo"}
    assert names(admin, "?is_guest__exact=1") == {"Gus"}
    assert names(admin, "?is_guest__exact=all") == {"Root", "Bo", "Gus"}
    assert "By kind" in re.sub(r"\s+", " ", text(admin.get(PEOPLE)))


def test_a_name_is_looked_for_among_all(admin: Client) -> None:
    services.enter_as_guest("Gus")
    assert names(admin, "?q=gus") == {"Gus"}
    assert names(admin, "?q=gus&is_guest__exact=0") == set()


def test_an_action_reaches_a_guest_who_was_chosen_and_none_who_was_not(admin: Client, bo: User) -> None:
    gus = services.enter_as_guest("Gus")
    act(admin, PEOPLE, "close_accounts", gus, confirmed="yes")
    assert not User.objects.get(pk=gus.pk).is_active
    gil = services.enter_as_guest("Gil")
    act(admin, PEOPLE, "close_accounts", confirmed="yes", _selected_action="0", select_across="1")
    assert not User.objects.get(pk=bo.pk).is_active
    assert User.objects.get(pk=gil.pk).is_active


def test_nobody_is_deleted(admin: Client, message: Message, bo: User) -> None:
    assert admin.post(f"{PEOPLE}{bo.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=bo.pk).exists()


def test_staff_cannot_give_or_take_rights(staff: Staff, bo: User, root: User) -> None:
    client = staff("view_user", "change_user")
    assert save(client, page_of(bo), is_staff="on", is_superuser="on", look="dark").status_code == 302
    bo.refresh_from_db()
    assert (bo.look, bo.is_staff, bo.is_superuser) == ("dark", False, False)
    assert client.post(page_of(root), {"username": "Rooted"}).status_code == 403
    new = {"password1": "a long tail 7", "password2": "a long tail 7"}
    assert client.post(f"{PEOPLE}{root.pk}/password/", new).status_code == 403
    done = act(client, PEOPLE, "close_accounts", root, confirmed="yes")
    assert notes(done) == ["1 not done: Only superusers can change accounts of staff."]
    root.refresh_from_db()
    assert (root.username, root.is_active, root.check_password("correct horse 9")) == ("Root", True, True)


def test_superusers_give_rights(admin: Client, bo: User) -> None:
    assert save(admin, page_of(bo), is_staff="on").status_code == 302
    assert User.objects.get(pk=bo.pk).is_staff


def test_a_list_that_is_too_long_says_so(admin: Client, ada: User, bo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.admin.base.BoundedPaginator.bound", 2)
    assert "The first 2 people." in text(admin.get(PEOPLE))
    assert "The first 2 people." not in text(admin.get(f"{PEOPLE}?q=Bo"))
