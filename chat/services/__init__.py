"""The one writer. Views, consumer, admin and commands all call these functions.

Each is synchronous, one transaction, and raises `ChatError`. A change takes the room's next number under the room's
row lock and is told to readers after the commit.
"""

from .announcements import announce, end_announcement, tell_announcements
from .connections import Place, ask_to_switch, end_connection
from .deletions import DELETE_ALL, carry_on, delete_messages_of, restore_messages_of
from .desk import Posted
from .everywhere import ban_everywhere, end_sessions, mute_everywhere
from .invites import accept_invite, create_invite, expire_invite, open_invite
from .lab import lab_room, open_lab, post_burst
from .members import change_role, join_room, leave_room, mark_read, set_role
from .messages import delete_message, edit_message
from .people import enter_as_guest, rename_person, retire_guest, sign_up
from .posting import Outcome, Send, post_message, post_messages
from .purging import purge_deleted
from .reports import accept_report, dismiss_report, report_message
from .restoring import restore_message
from .retention import apply_retention, overdue
from .rooms import ROOM_FIELDS, create_room, renew_epoch, update_room
from .sanctions import ban, mute, remove_member
from .staff import add_person, change_person, close_account, delete_room, export_room, set_password, set_rights

__all__ = [
    "DELETE_ALL",
    "ROOM_FIELDS",
    "Outcome",
    "Place",
    "Posted",
    "Send",
    "accept_invite",
    "accept_report",
    "add_person",
    "announce",
    "apply_retention",
    "ask_to_switch",
    "ban",
    "ban_everywhere",
    "carry_on",
    "change_person",
    "change_role",
    "close_account",
    "create_invite",
    "create_room",
    "delete_message",
    "delete_messages_of",
    "delete_room",
    "dismiss_report",
    "edit_message",
    "end_announcement",
    "end_connection",
    "end_sessions",
    "enter_as_guest",
    "expire_invite",
    "export_room",
    "join_room",
    "lab_room",
    "leave_room",
    "mark_read",
    "mute",
    "mute_everywhere",
    "open_invite",
    "open_lab",
    "overdue",
    "post_burst",
    "post_message",
    "post_messages",
    "purge_deleted",
    "remove_member",
    "rename_person",
    "renew_epoch",
    "report_message",
    "restore_message",
    "restore_messages_of",
    "retire_guest",
    "set_password",
    "set_rights",
    "set_role",
    "sign_up",
    "tell_announcements",
    "update_room",
]
