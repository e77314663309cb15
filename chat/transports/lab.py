"""What the lab needs beside the transports: many messages at one moment, more than anybody may send."""

from __future__ import annotations

from django.http import HttpResponse

from .. import lanes, limits, services
from .http import Call, answer, endpoint


async def post_burst(call: Call) -> HttpResponse:
    """`POST lab/burst`: a burst in the person's own room of the lab; its keys."""
    limits.check_burst(call.user.pk)
    return answer({"keys": await lanes.call(services.post_burst, call.user)}, 201)


burst = endpoint(POST=post_burst)
