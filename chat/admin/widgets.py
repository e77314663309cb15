"""Rows as forms name them: by key, chosen among very many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect


class Autocomplete(AutocompleteSelect):
    """Django's own; a value that is no key is drawn as no choice, where Django's would fail."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if is_key(key)], attr)


def is_key(text: str) -> bool:
    """Whether the text can be the key of a row: digits that fit into 64 bits."""
    return text.isascii() and text.isdigit() and len(text) < 19
