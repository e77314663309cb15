"""Who may read, post and moderate: one function each, used by every entry."""

from .admission import Reader, admit, check_transport, reader, readmit, session_user
from .moderation import check_give_role, check_moderate, check_own, check_reveal, check_sanction, deeds
from .standings import (
    Standing,
    check_open_room,
    check_post,
    check_read,
    check_room,
    is_site_moderator,
    standing,
    standing_in,
    why_not_post,
    you,
)

__all__ = [
    "Reader",
    "Standing",
    "admit",
    "check_give_role",
    "check_moderate",
    "check_open_room",
    "check_own",
    "check_post",
    "check_read",
    "check_reveal",
    "check_room",
    "check_sanction",
    "check_transport",
    "deeds",
    "is_site_moderator",
    "reader",
    "readmit",
    "session_user",
    "standing",
    "standing_in",
    "why_not_post",
    "you",
]
