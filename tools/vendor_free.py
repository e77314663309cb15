"""`make vendor-free`: pages load nothing from other hosts, and the locks say nothing of where they were made."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements*.txt", "package-lock.json", "bench/peers/requirements.txt", "bench/peers/package-lock.json")
SHOWN = ("templates/**/*.html", "static/**/*.js", "static/**/*.css", "static/**/*.svg")

# In a lock: where a package came from, or an option of an index. In a page: an address that a browser would follow.
IN_LOCK = re.compile(r'"resolved"|^--?(?:index|extra-index|find-links|trusted-host|i |f )|@ (?:https?|file):', re.M)
IN_PAGE = re.compile(r"""(?:src|href|url\(|import|from|fetch\()\s*=?\s*["'(]?\s*(?:https?:)?//[\w.-]+""", re.I)


def report() -> bool:
    """Print each finding as `file: text`. True when there is none."""
    findings = [*_findings(LOCKS, IN_LOCK), *_findings(SHOWN, IN_PAGE)]
    for finding in findings:
        print(finding)
    return not findings


def _findings(patterns: tuple[str, ...], forbidden: re.Pattern[str]) -> Iterator[str]:
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        for match in forbidden.finditer(path.read_text()):
            yield f"{path.relative_to(ROOT)}: {match.group()}"


if __name__ == "__main__":
    sys.exit(0 if report() else 1)
