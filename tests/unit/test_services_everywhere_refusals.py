"""Who may not sanction people in the whole place, nor be sanctioned."""

from collections.abc import Callable

import pytest

from chat import services
from chat.errors import Forbidden, NotFound
from chat.models import Act, Room, User
from tests.unit.saying import in_an_hour
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

Service = Callable[..., None]
SERVICES: dict[str, Service] = {
    "ban_user": lambda actor, user, **why: services.ban_everywhere(actor, user.pk, in_an_hour(), **why),
    "mute_user": lambda actor, user, **why: services.mute_everywhere(actor, user.pk, in_an_hour(), **why),
    "end_sessions": lambda actor, user, **why: services.end_sessions(actor, user.pk, **why),
}
each = pytest.mark.parametrize("permission", SERVICES)


@pytest.fixture
def wanda(db: None) -> User:
    """May do all three."""
    return staff_with(*SERVICES)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@each
def test_each_has_a_permission_of_its_own(permission: str, bo: User) -> None:
    SERVICES[permission](staff_with(permission), bo)
    without = staff_with(*(set(SERVICES) - {permission}), "change_user", "change_room")
    with pytest.raises(Forbidden):
        SERVICES[permission](without, bo)


@each
@pytest.mark.parametrize("name", ["ada", "mo", "bo", "cleo", "gus", "sam"])
def test_others_may_not(permission: str, name: str, den: Room, request: pytest.FixtureRequest) -> None:
    victim = services.sign_up("Dora", None)
    with pytest.raises(Forbidden):
        SERVICES[permission](request.getfixturevalue(name), victim)
    assert not Act.objects.filter(person=victim).exists()


@each
def test_staff_are_sanctioned_by_superusers_alone(permission: str, wanda: User, sam: User, bo: User) -> None:
    with pytest.raises(Forbidden):
        SERVICES[permission](wanda, sam)
    User.objects.filter(pk=bo.pk).update(is_staff=True, is_superuser=True)
    SERVICES[permission](fresh(bo), sam)
    assert Act.objects.filter(person=sam).exists()


def test_nobody_sanctions_themselves(bo: User) -> None:
    User.objects.filter(pk=bo.pk).update(is_staff=True, is_superuser=True)
    for service in (services.ban_everywhere, services.mute_everywhere):
        with pytest.raises(Forbidden):
            service(fresh(bo), bo.pk, None)


@each
def test_a_person_who_does_not_exist_is_not_found(permission: str, wanda: User) -> None:
    with pytest.raises(NotFound):
        SERVICES[permission](wanda, User(pk=10**6))
