"""Forms: the rules of everywhere, said at the field."""

import pytest

from chat.errors import Conflict, Forbidden, Invalid
from chat.forms import GuestForm, LogInForm, RoomSettingsForm, SignUpForm, add_problem, in_order


@pytest.mark.parametrize("form", [GuestForm, SignUpForm])
def test_a_name_is_kept_in_its_clean_form(form: type[GuestForm] | type[SignUpForm]) -> None:
    filled = form({"name": "  Ada \u0301 Lovelace ", "password": "a few random words"})
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["name"] == "Ada \u0301 Lovelace"


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\u202eb", "a\x00b", "\u3164", "x" * 41], ids=ascii)
def test_a_bad_name_is_said_at_its_field(name: str) -> None:
    assert GuestForm({"name": name}).errors["name"]


def test_a_password_is_not_stripped() -> None:
    form = SignUpForm({"name": "Ada", "password": "  spaces are words  "})
    assert form.is_valid() and form.cleaned_data["password"] == "  spaces are words  "


def test_names_at_the_log_in_have_the_same_bound() -> None:
    assert LogInForm(None, {"username": "x" * 41, "password": "x"}).errors["username"]


def test_a_refusal_is_shown_at_the_field_that_it_names() -> None:
    form = GuestForm({"name": "Ada"})
    form.is_valid()
    add_problem(form, Invalid("Taken.", field="name"))
    assert form.errors["name"] == ["Taken."]


@pytest.mark.parametrize("problem", [Forbidden("No."), Conflict("No.", field="key")])
def test_a_refusal_without_such_a_field_is_shown_above_the_form(problem: Forbidden | Conflict) -> None:
    form = GuestForm({"name": "Ada"})
    form.is_valid()
    add_problem(form, problem)
    assert form.non_field_errors() == ["No."]


def test_transports_come_in_order_of_preference() -> None:
    assert in_order(["poll", "websocket"]) == ["websocket", "poll"]
    assert in_order([]) == []


def test_the_default_transport_is_one_of_those_allowed() -> None:
    form = RoomSettingsForm({"allowed_transports": ["poll"], "default_transport": "websocket"})
    assert form.errors["default_transport"] == ["The default transport must be one of those allowed."]
