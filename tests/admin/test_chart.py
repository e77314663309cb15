"""The charts of live connections: sums, rates, and points on the plane."""

import pytest

from chat.admin.chart import HEIGHT, WIDTH, draw
from chat.connections import SAMPLE_S, SAMPLES


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]


def test_connections_of_all_processes_are_added_up_and_end_with_the_present() -> None:
    chart = draw([[(10, 3, 1, 0, 0), (11, 4, 1, 0, 0)], [(11, 1, 0, 2, 0)]], {"websocket": 6, "poll": 2})
    assert chart.connections
    lines = dict(chart.connections.series)
    assert list(lines) == ["websocket", "longpoll", "poll"]
    assert chart.connections.top == 10
    sockets = points(lines["websocket"])
    assert [y for _x, y in sockets] == [HEIGHT * (1 - share) for share in (0.3, 0.5, 0.6)]
    assert sockets[-1][0] == WIDTH
    assert sockets[-1][0] - sockets[-2][0] == pytest.approx(WIDTH / SAMPLES, abs=0.1)


def test_a_message_that_all_processes_heard_of_is_one() -> None:
    heard = [(10, 0, 0, 0, 100), (11, 0, 0, 0, 120), (12, 0, 0, 0, 130)]
    restarted = [(11, 0, 0, 0, 0), (12, 0, 0, 0, 7)]
    chart = draw([heard, restarted], {})
    assert [row.rate for row in chart.rows] == [0.0]
    assert chart.messages
    [(name, line)] = chart.messages.series
    assert (name, chart.messages.top) == ("messages", 2)
    assert [y for _x, y in points(line)] == [0, HEIGHT / 2]
    assert chart.messages.top == 20 / SAMPLE_S


def test_a_process_that_slept_through_a_sample_has_no_rate_for_it() -> None:
    chart = draw([[(10, 0, 0, 0, 0), (13, 0, 0, 0, 600)]], {})
    assert chart.messages is None and chart.connections


@pytest.mark.parametrize("processes", [[], [[]]])
def test_without_a_sample_there_is_no_chart(processes: list[list[tuple[int, ...]]]) -> None:
    assert draw(processes, {"poll": 3}) == (None, None, [])


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (7, 10), (11, 20), (4321, 5000)])
def test_the_figure_at_the_top_is_round(most: int, top: int) -> None:
    chart = draw([[(10, most, 0, 0, 0)]], {})
    assert chart.connections and chart.connections.top == top


def test_the_table_has_a_line_a_minute_the_latest_first() -> None:
    samples = [(slot, slot, 0, 0, 0) for slot in range(100, 114)]
    chart = draw([samples], {"websocket": 9})
    assert [row.counts for row in chart.rows] == [[9, 0, 0], [108, 0, 0], [102, 0, 0]]
