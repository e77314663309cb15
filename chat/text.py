"""What text people may write: one check for every entry."""

from __future__ import annotations

import unicodedata

from .errors import Invalid, TooLong

MAX_COMBINING = 20
"""Marks on one base character; real scripts need fewer, stacks of hundreds cover the lines around them."""

_BIDI_AND_INVISIBLE = {
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x206A),
    0x061C,
    0x00AD,
    0xFEFF,
}


def clean_text(text: str, *, field: str, limit: int) -> str:
    """The text in NFC with `\\n` line ends; raises `Invalid` or `TooLong`, naming the field."""
    if len(text) > 4 * limit:
        raise TooLong(f"At most {limit} characters.", field=field)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if any(_is_forbidden(char) for char in text):
        raise Invalid("Control characters are not allowed.", field=field)
    if _has_stacked_marks(text):
        raise Invalid("Too many marks on one character.", field=field)
    if len(text) > limit:
        raise TooLong(f"At most {limit} characters.", field=field)
    return text


def clean_body(text: str, limit: int) -> str:
    """The body of a message: not blank, no trailing white space."""
    text = clean_text(text, field="body", limit=limit).rstrip()
    if is_blank(text):
        raise Invalid("An empty message cannot be sent.", field="body")
    return text


def clean_line(text: str, *, field: str, limit: int) -> str:
    """One line, such as a name or a topic: no line breaks, single spaces, nothing invisible."""
    text = clean_text(text, field=field, limit=limit)
    if any(ord(char) in _BIDI_AND_INVISIBLE for char in text):
        raise Invalid("Invisible characters are not allowed here.", field=field)
    return " ".join(text.split())


def clean_name(text: str, *, field: str = "name", limit: int = 40) -> str:
    """A name of a person or a room: one line with something to see in it."""
    text = clean_line(text, field=field, limit=limit)
    if is_blank(text):
        raise Invalid("A name is needed.", field=field)
    return text


def fold(name: str) -> str:
    """What two names have in common when people would take them for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def is_blank(text: str) -> bool:
    """True when nothing in the text would be seen."""
    return not any(unicodedata.category(char)[0] in "LNPSM" and ord(char) not in _BIDI_AND_INVISIBLE for char in text)


def _is_forbidden(char: str) -> bool:
    category = unicodedata.category(char)
    return category == "Cs" or (category == "Cc" and char not in "\n\t")


def _has_stacked_marks(text: str) -> bool:
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > MAX_COMBINING:
            return True
    return False
