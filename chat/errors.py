"""Every refusal that a client can meet, each with its code on the wire.

One table for all transports: `status` answers HTTP, `close` ends a WebSocket whose whole use is refused.
"""

from __future__ import annotations


class ChatError(Exception):
    """A refusal with a code for programs and a sentence for people."""

    code = "invalid"
    status = 400
    close = 4400

    def __init__(self, message: str, *, field: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.retry_after = retry_after


class Invalid(ChatError):
    """Not JSON, wrong type, unknown field, forbidden characters, bad cursor or limit."""


class MethodNotAllowed(ChatError):
    """The address exists, but not for this method."""

    status = 405


class NotAuthenticated(ChatError):
    """No session, or it was revoked."""

    code = "not_authenticated"
    status = 401
    close = 4401


class Forbidden(ChatError):
    """Not a member, banned, muted, or the room does not take messages."""

    code = "forbidden"
    status = 403
    close = 4403


class TransportNotAllowed(Forbidden):
    """The room's policy forbids this transport."""

    code = "transport_not_allowed"
    close = 4410


class NotFound(ChatError):
    """No such room or message; also a private room that the reader may not know of."""

    code = "not_found"
    status = 404
    close = 4404


class Conflict(ChatError):
    """The idempotency key was used before with another body."""

    code = "conflict"
    status = 409


class TooLong(ChatError):
    """A text is over its limit."""

    code = "too_long"
    status = 413
    close = 4413


class TooLarge(TooLong):
    """A frame or a request is over its limit."""

    code = "too_large"


class RateLimited(ChatError):
    """Too much too fast; `retry_after` says how many seconds to wait."""

    code = "rate_limited"
    status = 429
    close = 4429


class SlowConsumer(ChatError):
    """Unacknowledged data over the bound: come back with the cursor."""

    code = "slow_consumer"
    status = 503
    close = 4408


class Restarting(ChatError):
    """This process goes down and others stay or come: come back after `retry_after`."""

    code = "restarting"
    status = 503
    close = 4412


class Unavailable(ChatError):
    """The database is away: nothing was accepted, nothing is lost."""

    code = "unavailable"
    status = 503
    close = 4503
