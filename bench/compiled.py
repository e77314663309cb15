"""bench/pump.c, compiled when it is first asked for."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from . import INSTALLED

SOURCE = Path(__file__).with_name("pump.c")
FLAGS = ("-O2", "-Wall", "-Wextra", "-shared", "-fPIC")
HANDLE, TEXT, SIZE, INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int
FUNCTIONS = {
    "pump_new": (HANDLE, (INT, ctypes.c_uint64)),
    "pump_add": (HANDLE, (HANDLE, INT, ctypes.c_int32, HANDLE, HANDLE, INT, TEXT, SIZE, HANDLE, INT)),
    "pump_set": (None, (HANDLE, INT, TEXT, SIZE)),
    "pump_feed": (None, (HANDLE, HANDLE, TEXT, SIZE)),
    "pump_ask": (None, (HANDLE, HANDLE)),
    "pump_turn": (INT, (HANDLE, ctypes.c_double)),
    "pump_handed": (HANDLE, (HANDLE,)),
    "pump_drop": (None, (HANDLE, HANDLE)),
    "pump_free": (None, (HANDLE,)),
}
"""Result and arguments of each."""


class Uncompiled(Exception):
    """There is no compiler, or it does not compile this."""


def library() -> ctypes.CDLL:
    """Raises `Uncompiled`."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if not shutil.which(compiler[0]):
        raise Uncompiled(f"there is no C compiler ({compiler[0]})")
    loaded = ctypes.CDLL(str(_built([*compiler, *FLAGS])))
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


def _built(command: list[str]) -> Path:
    """The library of this source and this command."""
    mark = hashlib.sha256(SOURCE.read_bytes() + repr(command).encode()).hexdigest()[:16]
    path = INSTALLED / f"pump-{mark}.so"
    if path.exists():
        return path
    INSTALLED.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    done = subprocess.run([*command, "-o", str(part), str(SOURCE)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Uncompiled(f"{command[0]} does not compile {SOURCE.name}: {done.stderr.strip()[-200:]}")
    part.replace(path)
    return path
