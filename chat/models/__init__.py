"""People, rooms, messages and memberships.

A room has one counter, `last_seq`. Every change takes its next number under the room's row lock, so commit order is
number order. Rows carry predicates and their shape on the wire; writing is the business of `services`.
"""

from .acts import Act, AppendOnly
from .announcements import MAX_ANNOUNCEMENT, Announcement
from .connections import Connection
from .deletions import Deletion
from .members import Invite, Membership, in_a_week, new_token
from .messages import Message, Revision
from .people import User
from .reports import Report
from .rooms import Room, all_transports, new_epoch
from .sanctions import FOR_GOOD, MAX_REASON, Sanctions

__all__ = [
    "FOR_GOOD",
    "MAX_ANNOUNCEMENT",
    "MAX_REASON",
    "Act",
    "Announcement",
    "AppendOnly",
    "Connection",
    "Deletion",
    "Invite",
    "Membership",
    "Message",
    "Report",
    "Revision",
    "Room",
    "Sanctions",
    "User",
    "all_transports",
    "in_a_week",
    "new_epoch",
    "new_token",
]
