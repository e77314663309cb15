"""What staff may do beside the moderators of a room."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from chat import fanout, history, services
from chat.errors import Forbidden, NotFound
from chat.models import Invite, Message, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def root(db: None) -> User:
    """The superuser."""
    user = services.sign_up("Root", None)
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def test_a_superuser_deletes_a_room_with_all_that_was_written(
    root: User, bo: User, lobby: Room, den: Room, committed: Committed
) -> None:
    message = say(bo, lobby)
    services.edit_message(bo, lobby.pk, message.seq, "mended")
    kept = say(bo, den)
    with committed() as told:
        services.delete_room(root, lobby.pk)
    assert not Room.objects.filter(pk=lobby.pk).exists()
    assert list(Message.objects.filter(kind="text")) == [kept]
    with pytest.raises(NotFound):
        history.after(lobby.pk, lobby.epoch, 0, 10)
    (event,) = told
    assert isinstance(event, fanout.Changed) and event.room_id == lobby.pk and event.epoch != lobby.epoch


@pytest.mark.parametrize("name", ["ada", "mo", "bo", "cleo", "gus", "sam"])
def test_nobody_else_deletes_a_room(name: str, lobby: Room, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        services.delete_room(request.getfixturevalue(name), lobby.pk)
    assert Room.objects.filter(pk=lobby.pk).exists()


def test_a_superuser_whose_account_is_closed_deletes_nothing(root: User, lobby: Room) -> None:
    root.is_active = False
    with pytest.raises(Forbidden):
        services.delete_room(root, lobby.pk)


@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_moderators_end_invite_links(name: str, ada: User, den: Room, request: pytest.FixtureRequest) -> None:
    invite = services.create_invite(ada, den.pk)
    services.expire_invite(request.getfixturevalue(name), invite.pk)
    with pytest.raises(NotFound):
        services.open_invite(invite.token)


def test_a_link_that_has_ended_stays_as_it_is(ada: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk)
    ended = timezone.now()
    Invite.objects.update(expires_at=ended)
    services.expire_invite(ada, invite.pk)
    assert Invite.objects.get(pk=invite.pk).expires_at == ended


@pytest.mark.parametrize(("name", "error"), [("bo", Forbidden), ("cleo", NotFound)])
def test_others_end_no_links(
    name: str, error: type[Exception], ada: User, den: Room, request: pytest.FixtureRequest
) -> None:
    invite = services.create_invite(ada, den.pk)
    with pytest.raises(error):
        services.expire_invite(request.getfixturevalue(name), invite.pk)
    assert services.open_invite(invite.token)


def test_a_link_that_does_not_exist_is_not_found(ada: User) -> None:
    with pytest.raises(NotFound):
        services.expire_invite(ada, 10**6)


@pytest.fixture
def rita(db: None) -> User:
    """Is on the staff and may change people."""
    user = services.sign_up("Rita", None)
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="change_user"))
    return User.objects.get(pk=user.pk)


def test_a_closed_account_is_told_to_its_open_pages(rita: User, bo: User, committed: Committed) -> None:
    with committed() as told:
        services.close_account(rita, bo)
    assert not User.objects.get(pk=bo.pk).is_active
    assert told == [fanout.Revoked(user_id=bo.pk)]


def test_nobody_closes_their_own_account(root: User, rita: User) -> None:
    for actor in (root, rita):
        with pytest.raises(Forbidden):
            services.close_account(actor, actor)


def test_accounts_of_staff_are_closed_by_superusers_alone(root: User, rita: User, sam: User) -> None:
    with pytest.raises(Forbidden):
        services.close_account(rita, sam)
    services.close_account(root, sam)
    assert not User.objects.get(pk=sam.pk).is_active


@pytest.mark.parametrize("name", ["bo", "gus", "sam"])
def test_others_close_no_accounts(name: str, cleo: User, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        services.close_account(request.getfixturevalue(name), cleo)
    assert User.objects.get(pk=cleo.pk).is_active


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_who_is_staff_is_for_superusers_to_say(right: str, root: User, bo: User) -> None:
    setattr(bo, right, True)
    with pytest.raises(Forbidden):
        services.change_person(staff_with("change_user"), bo, {right})
    assert not getattr(User.objects.get(pk=bo.pk), right)
    services.change_person(root, bo, {right})
    assert getattr(User.objects.get(pk=bo.pk), right)
