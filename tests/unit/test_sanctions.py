"""Which sanctions hold, and what the person is told."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import sanctions
from chat.models import FOR_GOOD, Membership, User

LATER = datetime(2099, 1, 2, 15, 4, tzinfo=UTC)


def test_nothing_holds_without_a_sanction_or_after_its_end() -> None:
    over = timezone.now() - timedelta(seconds=1)
    for user in (User(), User(banned_until=over, muted_until=over)):
        member = Membership(banned_until=over, muted_until=over)
        assert sanctions.ban_everywhere(user) is None
        assert sanctions.ban_in_room(member) is sanctions.ban_in_room(None) is None
        assert sanctions.mute(user, member) is sanctions.mute(user, None) is None


def test_a_ban_says_until_when_and_why(settings: Settings) -> None:
    member = Membership(banned_until=LATER, ban_reason="Sold boats")
    assert sanctions.ban_in_room(member) == "You are banned from this room until 01/02/2099 3:04 p.m.: Sold boats"
    assert sanctions.ban_everywhere(User(banned_until=LATER)) == "You are banned from here until 01/02/2099 3:04 p.m.."


def test_a_ban_for_good_has_no_end_to_tell() -> None:
    assert sanctions.ban_in_room(Membership(banned_until=FOR_GOOD)) == "You are banned from this room."


def test_of_two_mutes_the_longer_one_is_told() -> None:
    here, everywhere = Membership(muted_until=LATER), User(muted_until=LATER + timedelta(days=1))
    told = sanctions.mute(everywhere, here)
    assert told and told.until == everywhere.muted_until and told.sentence.startswith("You are muted everywhere until")
    everywhere.muted_until = LATER - timedelta(days=1)
    told = sanctions.mute(everywhere, here)
    assert told and (told.until, told.sentence) == (LATER, "You are muted until 01/02/2099 3:04 p.m..")
