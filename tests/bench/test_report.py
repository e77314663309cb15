"""Tables, medians, chart: from figures that are made up."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from bench import chart, report
from bench.figures import NOTHING, Figure, failed, median
from bench.options import parse
from bench.run import Results

BASE = Figure("fanout", "uvicorn", 10, 8.0, 0.5, 1000.0, 1.0, 2.0, 0.5, 0.5)


def results() -> Results:
    made = Results(parse(["--only", "fanout,poll"]), targets=["uvicorn", "nchan"])
    for cost in (8.0, 9.0, 40.0):
        made.figures["fanout", "uvicorn"].append(replace(BASE, cpu_us=cost))
    made.figures["fanout", "nchan"].append(replace(BASE, target="nchan", cpu_us=4.5))
    made.figures["poll", "uvicorn"].append(failed("poll", "uvicorn", "it broke"))
    made.figures["poll", "nchan"].append(failed("poll", "nchan", NOTHING))
    return made


def test_the_median_of_the_rounds_counts() -> None:
    figures = [replace(BASE, cpu_us=cost, more={"others": cost}) for cost in (1.0, 2.0, 50.0)]
    found = median([*figures, failed("fanout", "uvicorn", "once")])
    assert (found.cpu_us, found.more, found.units) == (2.0, {"others": 2.0}, 30)


def test_rounds_that_all_failed_say_why() -> None:
    assert median([failed("poll", "daphne", "late")]).trouble == "late"


def test_the_overview_has_ratios_to_the_reference() -> None:
    head, fanout, poll = report.overview(results())
    assert head == ["work", "uvicorn", "nchan"]
    assert fanout[1:] == ["9.0 µs (2.0 ×)", "4.5 µs"]  # noqa: RUF001
    assert poll[1:] == ["failed", NOTHING]


def test_details_tell_of_trouble_and_leave_out_what_there_is_not() -> None:
    rows = report.details(results())
    assert [row[:2] for row in rows[1:]] == [["fanout", "uvicorn"], ["fanout", "nchan"], ["poll", "uvicorn"]]
    assert rows[-1][-1] == "it broke"


def test_a_generator_at_its_limit_is_named() -> None:
    made = results()
    made.figures["fanout", "nchan"] = [replace(BASE, target="nchan", generator_share=0.97, server_share=0.6)]
    assert any("WARNING" in line and "fanout on nchan" in line for line in report.context(made))
    assert not any("WARNING" in line for line in report.context(results()))


def test_markdown_replaces_what_is_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n<!-- curves -->\n<!-- /curves -->\n")
    for _ in range(2):
        report.write_markdown(page, results(), "make bench")
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n<!-- curves -->\n<!-- /curves -->\n")
    assert "old" not in text
    assert text.count("| 9.0 µs (2.0 ×) |") == 1  # noqa: RUF001


def test_the_chart_is_well_formed_and_has_a_bar_for_each_figure(tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    chart.write(path, results())
    drawing = ET.fromstring(path.read_text())  # noqa: S314
    bars = [one for one in drawing.iter() if one.tag.endswith("rect") and one.get("fill") != "white"]
    assert len(bars) == 2
    assert all(float(bar.get("width") or 0) > 0 for bar in bars)
