"""The account's three forms: part of `account_pages`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chat import services
from chat.models import User
from tests.unit.conftest import SignIn

pytestmark = pytest.mark.django_db

PASSWORD = "a few random words"
CHANGED = {
    "which": "password",
    "old_password": PASSWORD,
    "new_password1": "some other words",
    "new_password2": "some other words",
}


@pytest.fixture
def dana(db: None) -> User:
    """Has a password."""
    return services.sign_up("Dana", PASSWORD)


def test_a_new_name_is_kept(dana: User, sign_in: SignIn) -> None:
    response = sign_in(dana).post("/account/", {"which": "name", "name": "Dana II"}, follow=True)
    assert User.objects.get(pk=dana.pk).username == "Dana II"
    assert "Saved." in response.content.decode()


@pytest.mark.parametrize("name", ["", "ada", "a\x00b", "x" * 41, "\u202e"], ids=ascii)
def test_a_refused_name_is_said_at_its_field_and_ones_own_stays(
    name: str, ada: User, dana: User, sign_in: SignIn
) -> None:
    response = sign_in(dana).post("/account/", {"which": "name", "name": name})
    assert response.context["name_form"].errors["name"]
    assert User.objects.get(pk=dana.pk).username == "Dana"
    assert '<bdi class="page-me">Dana</bdi>' in response.content.decode()


def test_a_look_is_kept_and_drawn(dana: User, sign_in: SignIn) -> None:
    response = sign_in(dana).post("/account/", {"which": "look", "look": "dark"}, follow=True)
    assert User.objects.get(pk=dana.pk).look == "dark"
    assert 'data-look="dark"' in response.content.decode()


def test_a_look_that_does_not_exist_is_refused(dana: User, sign_in: SignIn) -> None:
    assert sign_in(dana).post("/account/", {"which": "look", "look": "neon"}).status_code == 200
    assert User.objects.get(pk=dana.pk).look == "system"


def test_a_new_password_keeps_this_page_in_and_ends_the_others(dana: User, sign_in: SignIn) -> None:
    here, elsewhere = sign_in(dana), sign_in(dana)
    assert here.post("/account/", CHANGED).status_code == 302
    assert User.objects.get(pk=dana.pk).check_password("some other words")
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "change", [{"old_password": "wrong"}, {"new_password2": "different words"}, {"new_password1": "short"}], ids=str
)
def test_a_refused_password_changes_nothing(change: dict[str, str], dana: User, sign_in: SignIn) -> None:
    response = sign_in(dana).post("/account/", {**CHANGED, **change})
    assert response.status_code == 200 and response.context["password_form"].errors
    assert User.objects.get(pk=dana.pk).check_password(PASSWORD)


def test_guests_have_no_password_to_change(gus: User, sign_in: SignIn) -> None:
    browser = sign_in(gus)
    assert browser.get("/account/").context["password_form"] is None
    assert browser.post("/account/", CHANGED).status_code == 200
    assert not User.objects.get(pk=gus.pk).has_usable_password()


def test_one_form_does_not_touch_what_the_others_are_about(dana: User, sign_in: SignIn) -> None:
    sign_in(dana).post("/account/", {**CHANGED, "which": "look", "look": "light", "name": "Other"})
    after = User.objects.get(pk=dana.pk)
    assert (after.look, after.username, after.check_password(PASSWORD)) == ("light", "Dana", True)


def test_nobody_makes_themself_staff(dana: User, sign_in: SignIn) -> None:
    for which in ("name", "look", "password"):
        form = {**CHANGED, "which": which, "name": "Dana", "look": "dark", "is_staff": "on", "is_superuser": "on"}
        sign_in(User.objects.get(pk=dana.pk)).post("/account/", form)
    after = User.objects.get(pk=dana.pk)
    assert not after.is_staff and not after.is_superuser


VALUES: Any = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.just("x" * 5000) | st.just("\x00")


@hypothesis_settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(which=st.sampled_from(["name", "look", "password"]) | VALUES, name=VALUES, look=VALUES, password=VALUES)
def test_no_form_of_the_account_is_ever_a_server_error(
    which: str, name: str, look: str, password: str, gus: User, sign_in: SignIn
) -> None:
    form = {"which": which, "name": name, "look": look, "old_password": password, "new_password1": password}
    assert sign_in(gus).post("/account/", form).status_code in (200, 302)
