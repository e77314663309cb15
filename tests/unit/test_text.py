"""What people may write."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.errors import ChatError, Invalid, TooLong
from chat.text import _FORBIDDEN, MAX_COMBINING, clean_body, clean_line, clean_name, clean_text, fold, is_blank

INVISIBLE = {
    "soft hyphen": "\u00ad",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "right-to-left mark": "\u200f",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2066",
    "Arabic letter mark": "\u061c",
    "byte order mark": "\ufeff",
    "Mongolian vowel separator": "\u180e",
    "Hangul filler": "\u3164",
    "language tag": "\U000e0001",
    "tag letter": "\U000e0041",
}


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\udfff"], ids=ascii)
def test_control_characters_and_surrogates_are_refused(char: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(f"a{char}b", field="topic", limit=10)
    assert refusal.value.field == "topic"


def test_tabs_and_line_breaks_are_kept() -> None:
    assert clean_text("a\tb\nc", field="body", limit=10) == "a\tb\nc"


def test_all_line_ends_become_the_same() -> None:
    assert clean_text("a\r\nb\rc", field="body", limit=10) == "a\nb\nc"


def test_text_is_kept_in_one_normal_form() -> None:
    assert clean_text("e\u0301", field="body", limit=10) == "é"


def test_the_limit_counts_characters_of_the_normal_form() -> None:
    assert len(clean_text("e\u0301" * 10, field="body", limit=10)) == 10
    with pytest.raises(TooLong) as refusal:
        clean_text("x" * 11, field="body", limit=10)
    assert (refusal.value.code, refusal.value.field) == ("too_long", "body")


def test_a_text_far_over_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(TooLong):
        clean_text("\x00" * 41, field="body", limit=10)


def test_stacks_of_marks_have_a_bound() -> None:
    marks = "\u0316"  # combines with nothing into one character
    assert clean_text("a" + marks * MAX_COMBINING, field="body", limit=100)
    with pytest.raises(Invalid):
        clean_text("a" + marks * (MAX_COMBINING + 1), field="body", limit=100)


@pytest.mark.parametrize(
    "blank", ["", " ", "\n\t", "\u200b", "\u2060\ufeff", "\u00a0", "\u3164", "\u115f", "\u2800"], ids=ascii
)
def test_a_body_without_anything_to_see_is_refused(blank: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_body(blank, 100)
    assert refusal.value.field == "body"


def test_a_body_loses_trailing_white_space_and_keeps_the_leading() -> None:
    assert clean_body("  code\n\n ", 100) == "  code"


def test_joined_emoji_stay_whole_in_a_body() -> None:
    family = "👩‍👩‍👧"
    assert clean_body(family, 100) == family


@pytest.mark.parametrize("char", INVISIBLE.values(), ids=INVISIBLE)
def test_a_name_has_no_invisible_characters(char: str) -> None:
    with pytest.raises(Invalid):
        clean_name(f"A{char}da")


def test_a_line_has_single_spaces_and_no_breaks() -> None:
    assert clean_line(" a \n b\tc ", field="topic", limit=20) == "a b c"


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "\u2800\u2800"], ids=ascii)
def test_a_name_has_something_to_see(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_name(name)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("twin", ["ADA", "\uff41\uff44\uff41", "\U0001d400da", "Ada\ufe0f", "A\u034fda"], ids=ascii)
def test_names_that_look_alike_fold_to_the_same(twin: str) -> None:
    assert fold(twin) == fold("Ada")


def test_different_names_stay_different() -> None:
    assert fold("Ada") != fold("Adá")


def test_punctuation_alone_is_something_to_see() -> None:
    assert not is_blank("?")


@settings(max_examples=60, deadline=None, database=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_cleaned_or_refused_and_stays_clean(text: str) -> None:
    try:
        cleaned = clean_body(text, 50)
    except ChatError:
        return
    assert clean_body(cleaned, 50) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned.encode()


def outcome(text: str, limit: int = 40) -> str | type[ChatError]:
    try:
        return clean_body(text, limit)
    except ChatError as refusal:
        return type(refusal)


@settings(max_examples=400, deadline=None, database=None)
@given(
    st.text(st.characters(max_codepoint=0x7F), max_size=50)
    | st.text(st.sampled_from(" \n\t\r\x0b\x1f\x7f~!a\xa0\x85"), max_size=50)
)
def test_the_fast_way_for_plain_text_says_what_the_slow_one_says(text: str) -> None:
    fast = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chat.text._PLAIN", re.compile(r"(?!)"))
        assert outcome(text) == fast


def test_what_is_forbidden_are_the_categories_of_controls_and_surrogates() -> None:
    for code in range(0x11000):
        char = chr(code)
        forbidden = unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"
        assert bool(_FORBIDDEN.search(char)) == forbidden, ascii(char)
