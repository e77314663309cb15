"""Numbers as people read them."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: float) -> str:
    """Whole, with the separators of the language: 14,541."""
    return number_format(round(number), force_grouping=True)
