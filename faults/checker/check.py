"""All checks of one history."""

from __future__ import annotations

from ..records import History
from .access import check_access
from .logs import books, check_logs
from .reading import check_finals, check_reading
from .verdict import Verdict
from .writing import check_writing


def check(history: History) -> Verdict:
    """What was promised and not kept. `history.logs` are in the order of their lives."""
    verdict, all_books = Verdict(), books(history)
    check_logs(history, all_books, verdict)
    check_writing(history, all_books, verdict)
    check_reading(history, all_books, verdict)
    check_finals(history, all_books, verdict)
    check_access(history, all_books, verdict)
    for what in history.unsettled:
        verdict.add("stuck", what)
    return verdict
