"""The operator: a process beside the servers that writes through the services, as admin and commands do."""

import json
import subprocess
import sys
from typing import Any

from tests.support.processes import ROOT
from tests.support.servers import Place

ANSWER_S = 60


class OperatorRefused(Exception):
    """The service refused; `code` is the code of the wire."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Operator:
    """Calls functions of the `COMMANDS` of a module, in a process with the environment of a place."""

    def __init__(self, place: Place, module: str = "tests.support.operator_process") -> None:
        self._log = (place.folder / "operator.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=place.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )

    def __call__(self, command: str, **arguments: Any) -> Any:
        """The command's answer. OperatorRefused for a ChatError, AssertionError for anything else that it raised."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the operator ended: see {self._log.name}"
        answer: dict[str, Any] = json.loads(line)
        if "refused" in answer:
            raise OperatorRefused(*answer["refused"])
        assert "failed" not in answer, answer["failed"]
        return answer["result"]

    def stop(self) -> None:
        """End of input ends the process."""
        self._process.communicate(timeout=ANSWER_S)
        self._log.close()
