"""The drawings of the guide as files for the docs: the same markup, with its styles inside."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "chat" / "css"


def draw() -> None:
    """Writes docs/timeline-….svg for each scene."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    from chat.guide import draw as drawn
    from chat.guide import read_recording
    from chat.guide.words import transport

    style = "".join((CSS / name).read_text() for name in ("tokens.css", "timeline.css"))
    for scene in read_recording().scenes:
        context = {
            "drawing": drawn(scene),
            "label": f"A recording of {transport(scene.via)}: who said what when",
            "style": f"{style}.timeline {{ inline-size: auto; background: var(--surface) }}",
        }
        (ROOT / "docs" / f"timeline-{scene.via}.svg").write_text(render_to_string("chat/_timeline.svg", context))
