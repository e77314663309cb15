"""Many readers looked at together: who must be admitted anew."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import access, revalidation
from chat.access import Reader
from chat.models import Room, User
from chat.revalidation import doubtful
from tests.unit.signed_in import session_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def reader_of(user: User, room: Room) -> Reader:
    reader, _who = access.admit(user, session_of(user), room.slug, "poll")
    return reader


def run_out(reader: Reader) -> None:
    Session.objects.filter(pk=reader.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))


def log_out(reader: Reader) -> None:
    Session.objects.filter(pk=reader.session_key).delete()


def close_account(reader: Reader) -> None:
    User.objects.filter(pk=reader.user_id).update(is_active=False)


def delete_account(reader: Reader) -> None:
    User.objects.filter(pk=reader.user_id).delete()


def change_password(reader: Reader) -> None:
    user = User.objects.get(pk=reader.user_id)
    user.set_password("a few other words")
    user.save()


def garble(reader: Reader) -> None:
    Session.objects.filter(pk=reader.session_key).update(session_data="no session data")


@pytest.mark.parametrize("end", [run_out, log_out, close_account, delete_account, change_password, garble])
def test_a_session_that_has_ended_is_in_doubt(end: Callable[[Reader], None], ada: User, bo: User, lobby: Room) -> None:
    ends, stays = reader_of(bo, lobby), reader_of(ada, lobby)
    assert doubtful([ends, stays]) == set()
    end(ends)
    assert doubtful([ends, stays]) == {ends.session_key}


def test_a_session_of_somebody_else_is_in_doubt(ada: User, bo: User, lobby: Room) -> None:
    reader, _who = access.admit(bo, session_of(ada), lobby.slug, "poll")
    assert doubtful([reader]) == {reader.session_key}


def test_who_reads_by_office_is_looked_at_each_time(bo: User, lobby: Room) -> None:
    bo.is_staff = True
    bo.save()
    bo.user_permissions.add(Permission.objects.get(codename="change_room"))
    reader = reader_of(User.objects.get(pk=bo.pk), lobby)
    assert doubtful([reader]) == {reader.session_key}


def test_many_readers_cost_two_queries(
    bo: User, lobby: Room, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [reader_of(bo, lobby) for _ in range(6)]
    with django_assert_num_queries(2):
        assert doubtful(readers) == set()
    monkeypatch.setattr(revalidation, "SESSIONS_OF_ONE_QUERY", 4)
    with django_assert_num_queries(4):
        assert doubtful(readers) == set()


def test_without_readers_nothing_is_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert doubtful([]) == set()


@pytest.mark.parametrize("field", ["banned_until", "muted_until"])
def test_who_is_sanctioned_everywhere_is_looked_at_each_time(field: str, ada: User, bo: User, lobby: Room) -> None:
    """Should a process not have heard of it."""
    readers = [reader_of(bo, lobby), reader_of(ada, lobby)]
    User.objects.filter(pk=bo.pk).update(**{field: timezone.now() + timedelta(hours=1)})
    assert doubtful(readers) == {readers[0].session_key}
    User.objects.filter(pk=bo.pk).update(**{field: timezone.now()})
    assert doubtful(readers) == set()
