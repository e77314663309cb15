"""What text people may write: one check for every entry."""

from __future__ import annotations

import re
import unicodedata

from .errors import Invalid, TooLong

MAX_COMBINING = 20
"""Marks on one base character; real scripts need fewer, stacks of hundreds cover the lines around them."""

_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt): characters that draw nothing."""

_PLAIN = re.compile(r"[\n\t -~]+\Z")
"""Printable ASCII. Nothing in it is forbidden, combines or is written in two ways."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls (Cc) but for tab and line end, and halves of surrogate pairs (Cs)."""

_IGNORABLE = frozenset(chr(code) for low, high in _IGNORABLE_RANGES for code in range(low, high + 1))
_EMOJI_STYLE = "\ufe0e\ufe0f"
_BRAILLE_BLANK = "\u2800"


def clean_text(text: str, *, field: str, limit: int) -> str:
    """The text in NFC with `\\n` line ends; raises `Invalid` or `TooLong`, naming the field."""
    if len(text) > 4 * limit:
        raise TooLong(f"At most {limit} characters.", field=field)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _FORBIDDEN.search(text):
        raise Invalid("Control characters are not allowed.", field=field)
    if _has_stacked_marks(text):
        raise Invalid("Too many marks on one character.", field=field)
    if len(text) > limit:
        raise TooLong(f"At most {limit} characters.", field=field)
    return text


def clean_body(text: str, limit: int) -> str:
    """The body of a message: not blank, no trailing white space."""
    text = text.rstrip()
    # It ends with something to see, as it is not empty and its end is no white space.
    if len(text) <= limit and _PLAIN.match(text):
        return text
    text = clean_text(text, field="body", limit=limit)
    if is_blank(text):
        raise Invalid("An empty message cannot be sent.", field="body")
    return text


def clean_line(text: str, *, field: str, limit: int) -> str:
    """One line, such as a name or a topic: no line breaks, single spaces, nothing invisible."""
    text = clean_text(text, field=field, limit=limit)
    if any(char in _IGNORABLE and char not in _EMOJI_STYLE for char in text):
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
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(char for char in folded if char not in _IGNORABLE)


def is_blank(text: str) -> bool:
    """True when nothing in the text would be seen."""
    return not any(_is_seen(char) for char in text)


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPSM" and char not in _IGNORABLE and char != _BRAILLE_BLANK


def _has_stacked_marks(text: str) -> bool:
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > MAX_COMBINING:
            return True
    return False
