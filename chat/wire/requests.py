"""What clients may ask for, decoded strictly: a wrong type or an unknown field is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache
from typing import Annotated, Any, TypeVar, cast

import msgspec

from ..errors import Invalid

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
_CURSOR = re.compile(r"([A-Za-z0-9]{1,16}):(0|[1-9][0-9]{0,18})\Z")
_MAX_NUMBER = 2**63 - 1


class Send(msgspec.Struct, forbid_unknown_fields=True, tag="send"):
    key: str
    body: str
    reply_to: int | None = None


class Edit(msgspec.Struct, forbid_unknown_fields=True, tag="edit"):
    seq: int
    body: str


class Delete(msgspec.Struct, forbid_unknown_fields=True, tag="delete"):
    seq: int


class Seen(msgspec.Struct, forbid_unknown_fields=True, tag="seen"):
    cursor: str


class Echo(msgspec.Struct, forbid_unknown_fields=True, tag="echo"):
    """Asks for nothing but an answer with the same number."""

    ref: Annotated[int, msgspec.Meta(ge=0, le=_MAX_NUMBER)]


Frame = Send | Edit | Delete | Seen | Echo


class PostBody(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    body: str
    reply_to: int | None = None


class EditBody(msgspec.Struct, forbid_unknown_fields=True):
    body: str


class ReportBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class ReasonBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: str = ""


class SanctionBody(msgspec.Struct, forbid_unknown_fields=True):
    minutes: int | None = None
    reason: str = ""


class AnnounceBody(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    minutes: int | None = None


class RoleBody(msgspec.Struct, forbid_unknown_fields=True):
    role: str


class ReadBody(msgspec.Struct, forbid_unknown_fields=True):
    seq: int


Decoded = TypeVar("Decoded")


def decode(data: bytes | str, kind: type[Decoded] | Any) -> Decoded:
    """Strict JSON to the given struct; raises `Invalid` with the reason and, when it is known, the field."""
    try:
        return cast(Decoded, _decoder(cast(Hashable, kind)).decode(data))
    except msgspec.ValidationError as error:
        raise Invalid(str(error), field=_field_of(str(error))) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Invalid("This is not valid JSON.") from None


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _field_of(reason: str) -> str | None:
    found = re.search(r"`\$\.([a-z_]+)|field `([a-z_]{1,40})`", reason)
    return (found[1] or found[2]) if found else None


def check_key(key: str) -> str:
    """The idempotency key of a send; raises `Invalid`."""
    if not KEY.match(key):
        raise Invalid("A key has 8 to 64 characters of A-Z, a-z, 0-9, _ and -.", field="key")
    return key


def parse_cursor(text: str) -> tuple[str, int]:
    """(epoch, number) of a cursor; raises `Invalid`."""
    found = _CURSOR.match(text)
    if not found or int(found[2]) > _MAX_NUMBER:
        raise Invalid("This is not a cursor of this server.", field="after")
    return found[1], int(found[2])
