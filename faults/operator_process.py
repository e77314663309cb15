"""The operator of the tests with the commands of the lab. Run with `python -m`."""

import json
import sys

import django

django.setup()

from django.db import close_old_connections  # noqa: E402

from faults import commands  # noqa: E402
from tests.support import operator_process  # noqa: E402

operator_process.COMMANDS.update(commands.COMMANDS)


def main() -> None:
    for line in sys.stdin:
        # A database that was away has left dead connections behind.
        close_old_connections()
        print(json.dumps(operator_process.answer(line), default=str), flush=True)


if __name__ == "__main__":
    main()
