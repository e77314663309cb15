"""Guests, accounts, names."""

import pytest
from pytest_django.fixtures import Settings

from chat import fanout, services
from chat.errors import ChatError, Forbidden, Invalid
from chat.models import Message, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import Attempt, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_guest_has_a_name_and_no_password() -> None:
    guest = services.enter_as_guest("Gus")
    assert (guest.username, guest.is_guest, guest.has_usable_password()) == ("Gus", True, False)


def test_where_guests_are_off_none_comes_in(settings: Settings) -> None:
    settings.CHAT_GUESTS = False
    with pytest.raises(Forbidden):
        services.enter_as_guest("Gus")


def test_an_account_has_its_password() -> None:
    user = services.sign_up("Ada", "a few random words")
    assert (user.is_guest, user.check_password("a few random words")) == (False, True)


def test_an_account_without_a_password_cannot_be_logged_in_to() -> None:
    assert not services.sign_up("Ada", None).has_usable_password()


@pytest.mark.parametrize("twin", ["Ada", "ADA", " ada ", "\uff21da", "Ada\ufe0f"], ids=ascii)
def test_a_name_that_looks_like_a_taken_one_is_refused(twin: str, ada: User, bo: User) -> None:
    attempts: list[Attempt] = [
        lambda: services.sign_up(twin, None),
        lambda: services.enter_as_guest(twin),
        lambda: services.rename_person(bo, twin),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as refusal:
            attempt()
        assert refusal.value.field == "name"
    assert User.objects.filter(folded_name="ada").count() == 1


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\x00b", "a\u202eb", "\u3164", "x" * 41], ids=ascii)
def test_a_bad_name_is_refused(name: str, db: None) -> None:
    with pytest.raises(ChatError) as refusal:
        services.sign_up(name, None)
    assert refusal.value.field == "name"
    assert not User.objects.exists()


def test_a_name_that_grows_when_it_is_folded_is_no_server_error() -> None:
    name = "\ufdfa" * 40
    try:
        assert services.sign_up(name, None).username == name
    except Invalid as refusal:
        assert refusal.field == "name"


def test_people_may_take_another_case_of_their_own_name(ada: User) -> None:
    assert services.rename_person(ada, "ADA").username == "ADA"
    assert User.objects.get(pk=ada.pk).folded_name == "ada"


def test_a_refused_name_leaves_the_person_as_they_were(ada: User, bo: User) -> None:
    with pytest.raises(Invalid):
        services.rename_person(bo, "Ada")
    assert bo.username == User.objects.get(pk=bo.pk).username == "Bo"


def test_a_name_that_was_given_up_is_free(ada: User) -> None:
    services.rename_person(ada, "Ada II")
    assert services.sign_up("Ada", None)


def test_a_guest_who_leaves_frees_the_name_and_keeps_the_messages(gus: User, lobby: Room) -> None:
    message = say(gus, lobby, "I was here")
    services.retire_guest(gus)
    assert services.enter_as_guest("Gus")
    left = Message.objects.get(pk=message.pk)
    assert left.body == "I was here"
    assert left.author.username.startswith("Gus #") and not left.author.is_active


def test_a_guest_leaves_even_when_names_like_the_retired_one_are_taken(gus: User, cleo: User) -> None:
    services.rename_person(cleo, f"{gus.username} #{gus.pk}")
    services.retire_guest(gus)
    assert not User.objects.get(pk=gus.pk).is_active


def test_a_guest_with_the_longest_name_can_leave() -> None:
    guest = services.enter_as_guest("\ufdfa" * 11 + "x" * 29)
    services.retire_guest(guest)
    assert not User.objects.get(pk=guest.pk).is_active


def test_open_pages_of_a_retired_guest_are_told(gus: User, committed: Committed) -> None:
    with committed() as told:
        services.retire_guest(gus)
    assert fanout.Revoked(user_id=gus.pk) in told
