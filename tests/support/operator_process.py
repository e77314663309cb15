"""The operator's own side: one JSON command a line in, one JSON answer a line out. Run with `python -m`."""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

django.setup()

from chat.errors import ChatError  # noqa: E402
from tests.support import operator_rooms, operator_writers  # noqa: E402

COMMANDS: dict[str, Callable[..., Any]] = {**operator_rooms.COMMANDS, **operator_writers.COMMANDS}


def answer(line: str) -> dict[str, Any]:
    """What one command comes to."""
    name, arguments = json.loads(line)
    try:
        return {"result": COMMANDS[name](**arguments)}
    except ChatError as refusal:
        return {"refused": [refusal.code, refusal.message]}
    except Exception:
        return {"failed": traceback.format_exc()}


def main() -> None:
    for line in sys.stdin:
        # The encoder of the wire knows times and structs, and it is the shape that the tests compare with.
        print(json.dumps(answer(line), default=str), flush=True)


if __name__ == "__main__":
    main()
