"""What is made of several runs of the lab."""

from bench.lab import ratios, table


def report(websocket_ms: float, longpoll_ms: float | None) -> dict[str, object]:
    lanes = [
        {"via": "longpoll", "p50": longpoll_ms, "lastMs": None, "up": 700, "down": 800},
        {"via": "websocket", "p50": websocket_ms, "lastMs": None, "up": 7, "down": 400},
    ]
    return {"parts": [{"name": "talk", "lanes": lanes}]}


def test_figures_are_set_against_the_websocket() -> None:
    assert ratios(report(4, 8)) == {
        ("talk", "longpoll", "p50"): 2,
        ("talk", "longpoll", "up"): 100,
        ("talk", "longpoll", "down"): 2,
    }


def test_what_one_of_them_has_not_is_left_out() -> None:
    assert ("talk", "longpoll", "p50") not in ratios(report(4, None))


def test_the_farthest_from_the_median_is_told() -> None:
    _head, first, *_rest = table([ratios(report(4, 8)), ratios(report(4, 10)), ratios(report(4, 7))])
    assert first == ["talk", "longpoll", "p50", "2", "2.5", "1.75", "25.0%"]
