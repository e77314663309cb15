"""Make .venv once and install a lock into it when the lock has changed: `python3 tools/venv.py requirements.txt`.

Runs before anything is installed, on whatever Python there is, so it keeps to the standard library and to words that
old Pythons understand.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, os.environ.get("VENV", ".venv"))
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, ".installed")  # a line "<hash> <lock>" for each lock that is in


def main(lock: str) -> None:
    """Leave VENV with everything that `lock` names. Ends the program with one line when it cannot."""
    line = fingerprint(os.path.join(ROOT, lock)) + " " + lock
    if usable() and line in installed():
        return
    if not usable():
        make()
    install(lock)
    # requirements.txt is a part of requirements-dev.txt, at the same versions.
    keep = [old for old in installed() if not old.endswith(" " + lock)]
    with open(STAMP, "w") as file:
        file.write("\n".join([*keep, line]) + "\n")


def fingerprint(path: str) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def installed() -> "list[str]":
    """The lines of the stamp; empty when nothing has been installed."""
    if not os.path.exists(STAMP):
        return []
    with open(STAMP) as file:
        return file.read().split("\n")[:-1]


def usable() -> bool:
    """True when VENV was made to its end by a Python that still exists."""
    return os.path.exists(PYTHON) and os.path.exists(STAMP)


def make() -> None:
    """A new VENV with this Python and an empty stamp."""
    if sys.version_info < OLDEST:
        sys.exit(too_old())
    # Debian splits the standard library: its python3 has `venv` and lacks `ensurepip` without python3-venv.
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make virtual environments: install its venv package (Debian and Ubuntu: "
            "`apt-get install python3-venv`) and run this again."
        )
    say("Making " + os.path.relpath(VENV, ROOT))
    run([sys.executable, "-m", "venv", "--clear", VENV], "could not make the virtual environment")
    with open(STAMP, "w"):
        pass


def too_old() -> str:
    """The line for a Python that cannot run this, naming one on the machine that can."""
    found = next((name for name in NEWER if runs(name)), None)
    remedy = "use the one you have: make PYTHON=" + found if found else "install one, or say where it is: make PYTHON=…"
    return "Python 3.11 or newer is needed and {} is {}.{}.{}: {}".format(sys.executable, *sys.version_info[:3], remedy)


def runs(name: str) -> bool:
    """True when `name` is a program that works; version managers put names on PATH that do not."""
    return shutil.which(name) is not None and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0


def install(lock: str) -> None:
    """Wheels of `lock`, each checked against its hash; nothing is compiled."""
    say("Installing " + lock)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", os.path.join(ROOT, lock)]
    run(pip + locked, "could not install " + lock + ": see the lines above, and check the network")


def run(command: "list[str]", problem: str) -> None:
    """Run `command`; ends the program with `problem` when it fails."""
    if subprocess.call(command) != 0:
        sys.exit("Stopped: " + problem + ".")


def say(line: str) -> None:
    sys.stdout.write(line + " …\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("Stopped.")
