"""The golden frames that the tests of the browser's side read, too."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "wire"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def frame(name: str) -> Any:
    """The frame as plain values."""
    return json.loads(raw(name))


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()
