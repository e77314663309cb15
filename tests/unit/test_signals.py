"""Ends of sessions are told to open pages."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from chat import fanout
from chat.models import User
from tests.unit.conftest import Committed, SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_log_out_is_told_with_its_session(bo: User, sign_in: SignIn, committed: Committed) -> None:
    browser = sign_in(bo)
    key = browser.session.session_key
    with committed() as told:
        browser.post("/logout/")
    assert told == [fanout.Revoked(session_key=key)]


def test_the_end_of_all_old_sessions_is_told_one_by_one(bo: User, sign_in: SignIn, committed: Committed) -> None:
    keys = {sign_in(bo).session.session_key for _ in range(3)}
    with committed() as told:
        Session.objects.all().delete()
    assert {event.session_key for event in told if isinstance(event, fanout.Revoked)} == keys


@pytest.mark.parametrize("field", ["password", "is_active", "is_staff"])
def test_a_change_that_may_end_sessions_is_told(field: str, bo: User, committed: Committed) -> None:
    with committed() as told:
        bo.save(update_fields=[field])
    assert told == [fanout.Revoked(user_id=bo.pk)]


def test_a_whole_save_is_taken_for_such_a_change(bo: User, committed: Committed) -> None:
    with committed() as told:
        bo.save()
    assert told == [fanout.Revoked(user_id=bo.pk)]


@pytest.mark.parametrize("field", ["last_login", "look", "username"])
def test_a_harmless_change_is_not_told(field: str, bo: User, committed: Committed) -> None:
    with committed() as told:
        bo.save(update_fields=[field])
    assert told == []


def test_a_new_person_is_not_told(db: None, committed: Committed) -> None:
    with committed() as told:
        User.objects.create_user("New", password="a few random words")
    assert told == []


def test_a_log_in_is_not_told(committed: Committed) -> None:
    User.objects.create_user("New", password="a few random words")
    with committed() as told:
        Client().post("/login/", {"username": "New", "password": "a few random words"})
    assert told == []


def test_a_deleted_person_is_told(cleo: User, committed: Committed) -> None:
    pk = cleo.pk
    with committed() as told:
        cleo.delete()
    assert fanout.Revoked(user_id=pk) in told
