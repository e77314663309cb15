"""`.env.example` lists what settings.py and the launcher read: nothing missing, nothing that is gone, true defaults."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
READERS = (ROOT / "chatproject" / "settings.py", ROOT / "chatproject" / "environment.py")
LAUNCHER = {"HOST", "PORT", "ADMIN_PASSWORD"}


def example() -> dict[str, str]:
    """Value by name."""
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.M))


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    read = {name for path in READERS for name in re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', path.read_text())}
    # ENV_FILE says where the file is, so it cannot stand in it.
    assert set(example()) == (read - {"ENV_FILE"}) | LAUNCHER


def test_a_line_can_be_taken_as_it_is() -> None:
    # The reader of the file takes all after the equals sign for the value, comments too.
    assert not [value for value in example().values() if "#" in value or value != value.strip()]


def test_the_limits_shown_are_the_defaults() -> None:
    shown = {name: value for name, value in example().items() if name.startswith("CHAT_") and name in dir(settings)}
    assert shown
    for name, value in shown.items():
        default = getattr(settings, name)
        assert type(default)(value) == default if not isinstance(default, bool) else value == str(default).lower()
