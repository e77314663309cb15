"""Refusals and their codes."""

from chat import errors, wire
from chat.errors import ChatError
from tests.unit import golden

PROTOCOL = {
    ("invalid", 400, 4400),
    ("invalid", 405, 4400),
    ("not_authenticated", 401, 4401),
    ("forbidden", 403, 4403),
    ("transport_not_allowed", 403, 4410),
    ("not_found", 404, 4404),
    ("conflict", 409, 4400),
    ("too_long", 413, 4413),
    ("too_large", 413, 4413),
    ("rate_limited", 429, 4429),
    ("slow_consumer", 503, 4408),
    ("restarting", 503, 4412),
    ("unavailable", 503, 4503),
}


def test_refusals_have_the_codes_of_the_protocol() -> None:
    assert {(kind.code, kind.status, kind.close) for kind in _kinds(ChatError)} == PROTOCOL


def _kinds(kind: type[ChatError]) -> set[type[ChatError]]:
    return {kind}.union(*(_kinds(one) for one in kind.__subclasses__()))


def test_errors_are_told_as_in_the_golden_frames() -> None:
    long = errors.TooLong("A message has at most 4000 characters.", field="body")
    muted = errors.Forbidden("You are muted in this room.")
    fast = errors.RateLimited("Too many messages. Wait a moment.", retry_after=3)
    assert wire.error(long) == golden.frame("error")
    assert {"type": "error", **wire.error(muted, key="a1B2_c3-D4e5F6g7H8i9Jk")} == golden.frame("error_frame")
    assert wire.error(fast) == golden.frame("error_rate_limited")
