"""What staff do to connections: recorded, told after the commit, each with a permission of its own."""

from collections.abc import Callable

import pytest

from chat import services
from chat.errors import ChatError, Forbidden, Invalid, NotFound, TransportNotAllowed
from chat.fanout import Ended, SwitchAsked
from chat.models import Act, Room, User
from chat.services import Place
from tests.unit.conftest import Committed
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SERVICES: dict[str, Callable[[User, Place], None]] = {
    "end_connection": lambda actor, place: services.end_connection(actor, place, reason="Stuck", note="Twice today"),
    "ask_to_switch": lambda actor, place: services.ask_to_switch(actor, place, "poll", reason="Stuck", note="A note"),
}


def place_of(user: User, room: Room) -> Place:
    return Place("process", 7, room.pk, user.pk, "websocket")


def test_an_end_is_recorded_and_told(bo: User, lobby: Room, committed: Committed) -> None:
    wanda = staff_with("end_connection")
    with committed() as told:
        services.end_connection(wanda, place_of(bo, lobby), reason="Stuck", note="Twice today")
    assert told == [Ended("process", 7)]
    act = Act.objects.get(verb=Act.Verb.CONNECTION_ENDED)
    assert (act.actor, act.person, act.room, act.reason, act.note) == (wanda, bo, lobby, "Stuck", "Twice today")
    assert (act.before, act.after) == ({"transport": "websocket"}, {})


def test_a_switch_that_is_asked_for_is_recorded_and_told_with_its_reason(
    bo: User, lobby: Room, committed: Committed
) -> None:
    wanda = staff_with("ask_to_switch")
    with committed() as told:
        services.ask_to_switch(wanda, place_of(bo, lobby), "poll", reason="Sparing  the proxy")
    assert told == [SwitchAsked("process", 7, "poll", "Sparing the proxy")]
    act = Act.objects.get(verb=Act.Verb.SWITCH_ASKED)
    assert (act.person, act.before, act.after) == (bo, {"transport": "websocket"}, {"transport": "poll"})
    assert act.reason == "Sparing the proxy"


@pytest.mark.parametrize("permission", SERVICES)
def test_each_has_a_permission_of_its_own(permission: str, bo: User, ada: User, sam: User, lobby: Room) -> None:
    others = [*(set(SERVICES) - {permission}), "view_connections", "change_room", "delete_membership"]
    for actor in (staff_with(*others), ada, sam):
        with pytest.raises(Forbidden):
            SERVICES[permission](actor, place_of(bo, lobby))
    SERVICES[permission](staff_with(permission), place_of(bo, lobby))
    assert Act.objects.filter(reason="Stuck").count() == 1


def refusal(actor: User, place: Place, to: str, reason: str = "") -> type[ChatError]:
    with pytest.raises(ChatError) as refused:
        services.ask_to_switch(actor, place, to, reason=reason)
    return refused.type


def test_only_what_the_room_allows_and_is_another_may_be_asked_for(ada: User, bo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, allowed_transports=["websocket", "longpoll"])
    wanda, place = staff_with("ask_to_switch"), place_of(bo, lobby)
    assert refusal(wanda, place, "poll") is TransportNotAllowed
    assert refusal(wanda, place, "carrier pigeon") is TransportNotAllowed
    assert refusal(wanda, place, "websocket") is Invalid
    assert refusal(wanda, place, "longpoll", "x" * 201).__name__ == "TooLong"
    assert not Act.objects.filter(verb=Act.Verb.SWITCH_ASKED).exists()


@pytest.mark.parametrize("permission", SERVICES)
def test_who_is_gone_with_room_or_account_is_not_found(permission: str, bo: User, lobby: Room) -> None:
    actor = staff_with(permission)
    for place in (place_of(bo, lobby)._replace(room_id=999), place_of(bo, lobby)._replace(user_id=999)):
        with pytest.raises(NotFound):
            SERVICES[permission](actor, place)
