"""The guide: its drawings say what was recorded, its figures are those of the docs, its page is for everybody."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from chat import guide
from chat.guide.recording import Mark, Scene, Trace
from chat.models import User
from tests.unit.conftest import SignIn

DOCS = Path(__file__).parents[2] / "docs"
VIAS = ("poll", "longpoll", "websocket")
NAMES = {"poll": "polling", "longpoll": "long polling", "websocket": "WebSocket"}


def scene_of(via: str) -> Scene:
    return next(scene for scene in guide.read_recording().scenes if scene.via == via)


@pytest.fixture(params=VIAS)
def scene(request: pytest.FixtureRequest) -> Scene:
    return scene_of(request.param)


def test_all_three_are_recorded_with_when_and_with_what() -> None:
    recording = guide.read_recording()
    assert [scene.via for scene in recording.scenes] == list(VIAS)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", recording.recorded)
    assert {"Chromium", "Python", "Django", "channels", "daphne"} <= recording.versions.keys()


def test_every_trace_is_in_the_drawing(scene: Scene) -> None:
    """A frame is one row; a request is two, unless it was open at the end; three marks."""
    rows = guide.draw(scene).rows
    expected = sum(1 if trace.kind == "frame" or trace.is_open else 2 for trace in scene.traces) + 3
    assert len(rows) == expected


def test_time_runs_down_and_no_row_is_upon_another(scene: Scene) -> None:
    drawing = guide.draw(scene)
    for above, below in pairwise(drawing.rows):
        assert above.at_ms <= below.at_ms and below.y - above.y >= 19
    assert drawing.rows[-1].y <= drawing.height


def test_a_second_of_silence_is_longer_than_a_moment() -> None:
    hello, ping = (row for row in guide.draw(scene_of("websocket")).rows if row.words in ("hello", "ping"))
    assert ping.y - hello.y == pytest.approx((ping.at_ms - hello.at_ms) / 1000 * 13)


def test_bars_begin_at_a_question_and_end_at_its_answer() -> None:
    drawing = guide.draw(scene_of("longpoll"))
    heights = {row.y for row in drawing.rows}
    holds = [bar for bar in drawing.bars if not bar.is_line]
    assert len(holds) == 4
    for bar in holds:
        assert bar.y in heights and any(bar.y + bar.length == pytest.approx(y) for y in heights)


def test_a_line_is_open_until_the_page_has_gone_over() -> None:
    scene = scene_of("websocket")
    drawing = guide.draw(scene)
    [line] = [bar for bar in drawing.bars if bar.is_line]
    opened = next(row.y for row in drawing.rows if row.words.startswith("101"))
    last = next(row.y for row in drawing.rows if row.at_ms >= scene.when("switched"))
    assert line.y == pytest.approx(opened) and opened < line.y + line.length <= last


def test_what_is_let_go_has_no_answer_and_what_is_open_no_end() -> None:
    dropped = [row for row in guide.draw(scene_of("longpoll")).rows if row.words == "let go by the page"]
    assert [(row.side, row.is_arrow) for row in dropped] == [("browser", False)]
    open_ = [trace for trace in scene_of("poll").traces if trace.is_open]
    assert len(open_) == 1 and guide.draw(scene_of("poll")).rows[-1].words.startswith("After")


def test_the_figures_of_a_scene_count_up_to_the_hand_over() -> None:
    traces = [
        Trace(0, 5, False, "request", "GET /api/rooms/a", "out", 200, 10, 100, None, 3),
        Trace(10, 5, False, "request", "GET /api/rooms/a/poll?after=x:1", "out", 200, 1, 2, "poll", 0),
        Trace(20, 5, False, "request", "GET /api/rooms/a/poll?after=x:1", "out", 200, 1, 2, "poll", 1),
        Trace(25, 0, False, "frame", "ping", "in", 0, 0, 4, None, 0),
        Trace(40, 5, False, "request", "GET /api/rooms/a/poll?after=x:2", "out", 200, 9, 9, "poll", 0),
    ]
    marks = [Mark("written", 12), Mark("shown", 25), Mark("switch", 30), Mark("switched", 45)]
    made = Scene("poll", "longpoll", 50, marks, traces)
    assert (made.requests, made.frames, made.empty, made.bytes, made.late_ms) == (3, 1, 1, 120, 13)


def table_rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("title", ["A quiet room", "A busy room"])
def test_the_costs_are_those_of_the_docs(title: str) -> None:
    """docs/compare.md has the tables that `compare_transports` printed."""
    run = guide.read_costs().quiet if "quiet" in title else guide.read_costs().busy
    part = (DOCS / "compare.md").read_text().split(f"**{title}**")[1].split("\n\n**")[0].split("\nHow to read")[0]
    assert re.search(rf"\b{run.posted} (?:messages )?in {run.seconds} s", part)
    told = [
        [
            NAMES[row.transport],
            " / ".join(f"{value:,g}" if value < 10 else f"{value:,.0f}" for value in row.latency_ms.values()) + " ms",
            f"{row.requests:,}",
            f"{row.empty_percent} %",
            f"{row.bytes_up_per_message:,}",
            f"{row.bytes_down_per_message:,}",
            f"{row.messages:,}",
        ]
        for row in run.rows
    ]
    assert [row[:6] + row[7:] for row in table_rows(part)[1:]] == told


def test_the_guide_in_the_docs_has_the_same_costs() -> None:
    """docs/transports.md, where a column is a transport."""
    told = {row[0]: row[1:] for row in table_rows((DOCS / "transports.md").read_text())}
    for name, run in (("quiet", guide.read_costs().quiet), ("busy", guide.read_costs().busy)):
        assert told[f"{name} room: median delay"] == [f"{row.latency_ms['p50']:,g} ms" for row in run.rows]
        assert told[f"{name} room: bytes for a message"] == [f"{row.bytes_per_message:,}" for row in run.rows]


@pytest.mark.parametrize("via", VIAS)
def test_the_drawings_of_the_docs_are_of_this_recording(via: str) -> None:
    drawn = (DOCS / f"timeline-{via}.svg").read_text()
    for bar in guide.draw(scene_of(via)).bars:
        assert f'y="{bar.y:.1f}"' in drawn and f'height="{bar.length:.1f}"' in drawn
    for row in guide.draw(scene_of(via)).rows:
        assert f'translate(0 {row.y:.1f})"' in drawn and f">{row.words}</text>" in drawn
    assert f"timeline-{via}.svg" in (DOCS / "transports.md").read_text()


@pytest.mark.django_db
def test_anybody_may_read_it(client: Client) -> None:
    page = client.get("/how-it-works/").content.decode()
    assert page.count('<svg class="timeline"') == 3 and page.count('class="way-table"') == 3
    for via in VIAS:
        for row in guide.draw(scene_of(via)).rows:
            assert f"{row.words}</text>" in page and f"<td>{row.words}" in page
    assert 'href="/connection-test/"' in page and 'href="/lab/"' not in page
    assert "1,026 ms" in page and f"{scene_of('poll').late_ms:,.0f} ms" in page


@pytest.mark.django_db
def test_nothing_of_it_needs_a_script_or_a_style_of_its_own(client: Client) -> None:
    page = client.get("/how-it-works/").content.decode().split("<main")[1].split("</main>")[0]
    assert "<style" not in page and "style=" not in page and "<script" not in page


@pytest.mark.django_db
def test_the_lab_is_named_to_those_who_may_open_it(sign_in: SignIn, ada: User, gus: User) -> None:
    said = "measures all three from your browser"
    assert said in sign_in(ada).get("/how-it-works/").content.decode()
    assert said not in sign_in(gus).get("/how-it-works/").content.decode()
