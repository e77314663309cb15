"""Who stands above whom in a room."""

import pytest

from chat import services
from chat.errors import Forbidden
from chat.models import Room, User
from tests.unit.saying import in_an_hour

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def roots(db: None) -> list[User]:
    """Two superusers."""
    return [User.objects.create_superuser(name) for name in ("Root", "Other")]


def test_superusers_stand_above_everybody_themselves_included(
    roots: list[User], ada: User, sam: User, lobby: Room
) -> None:
    for one in roots:
        services.join_room(one, lobby.pk)
    for one in (ada, sam, *roots):
        services.mute(roots[0], lobby.pk, one.pk, in_an_hour())
    services.remove_member(roots[0], lobby.pk, roots[0].pk)


@pytest.mark.parametrize(("who", "whom"), [("sam", "Root"), ("ada", "Sam"), ("mo", "Ada"), ("mo", "Mo"), ("bo", "Gus")])
def test_nobody_else_touches_who_stands_as_high(
    who: str, whom: str, roots: list[User], sam: User, gus: User, lobby: Room, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Forbidden):
        services.mute(request.getfixturevalue(who), lobby.pk, User.objects.get(username=whom).pk, in_an_hour())
