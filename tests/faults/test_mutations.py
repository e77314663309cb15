"""Deliberately broken builds: each is still made from the present code, and the lab finds what it breaks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from faults.checker import KINDS, Verdict
from faults.kinds import KINDS as FAULTS
from faults.mutations import MUTATIONS, Stale
from faults.mutations.outcome import Outcome, table
from faults.mutations.patching import apply, hunks
from faults.options import parse
from faults.records import History
from faults.report import Report
from tests.support.processes import ROOT
from tests.support.servers import Place

QUICK = ("admission-not-compared", "key-not-unique", "wake-up-trusted")
"""Found after the first fault or two of any round; `make mutants` tries all of them."""

SEED = "3"
ROUND_S = 170

PATCH = """\
What: for people

--- a/one.py
+++ b/one.py
@@ -1,3 +1,3 @@
 first

-second
+another
"""


def test_the_six_that_the_page_promises_are_there() -> None:
    named = {"read-before-subscribe", "publish-before-commit", "id-without-the-lock"}
    assert set(MUTATIONS) >= named | {"cursor-advanced-on-send", "key-not-unique", "wake-up-trusted"}


@pytest.mark.timeout(300)
def test_every_mutation_fits_the_present_code_and_can_be_imported(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as two:
        problems = dict(zip(MUTATIONS, two.map(partial(import_problem, tmp_path), MUTATIONS), strict=True))
    assert not any(problems.values()), problems


def import_problem(folder: Path, name: str) -> str:
    """What Python says when it imports the modules that a mutation changes; empty when all is well."""
    mutation, build = MUTATIONS[name], folder / name
    environment = mutation.build(build)
    modules = sorted({hunk.path.removesuffix(".py").replace("/", ".") for hunk in hunks(mutation.patch)})
    code = f"""
import importlib, django
django.setup()
for name in {modules}:
    assert importlib.import_module(name).__file__.startswith({str(build)!r}), name
"""
    place = Place(name, "sqlite:///:memory:", "", folder, {**mutation.settings, **environment})
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=place.env, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_names_a_violation_and_faults_that_there_are(name: str) -> None:
    mutation = MUTATIONS[name]
    assert mutation.caught_as in KINDS
    assert any(mutation.only in fault for fault in FAULTS)
    assert parse(["--mutation", name, "--seed", "5"]).readers == mutation.readers


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_page_on_delivery_shows_each_mutation(name: str) -> None:
    mutation = MUTATIONS[name]
    assert f"| `{name}` | {mutation.what} | {mutation.caught_as} |" in (ROOT / "docs/delivery.md").read_text()


def test_a_patch_changes_the_place_that_it_shows(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("zero\nfirst\n\nsecond\nthird\n")
    assert apply(PATCH, tmp_path) == ["one.py"]
    assert (tmp_path / "one.py").read_text() == "zero\nfirst\n\nanother\nthird\n"


@pytest.mark.parametrize("source", ["first\n\nelse\n", "first\n\nsecond\n" * 2, None])
def test_a_patch_that_does_not_fit_in_one_place_exactly_is_refused(source: str | None, tmp_path: Path) -> None:
    if source is not None:
        (tmp_path / "one.py").write_text(source)
    with pytest.raises(Stale, match=r"one\.py"):
        apply(PATCH, tmp_path)


def test_a_patch_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Stale, match="nothing"):
        apply("What: for people\n", tmp_path)


def report(*kinds: str) -> Report:
    verdict = Verdict()
    for kind in kinds:
        verdict.add(kind, "planted")
    return Report(parse(["--short", "--seed", "1"]), History(), verdict, {}, {}, 1.0)


def test_only_what_was_expected_counts_as_caught_and_only_with_a_whole_build_that_is_not() -> None:
    mutation = replace(MUTATIONS["key-not-unique"], caught_as="doubled")
    caught = Outcome(mutation, report("lost", "doubled"))
    assert caught and Outcome(mutation, report("doubled"), report())
    assert not Outcome(mutation, report())
    assert not Outcome(mutation, report("lost", "stuck"))
    assert not Outcome(mutation, report("doubled"), report("doubled"))
    assert table([caught, Outcome(mutation, report())]).endswith("1 of 2 mutations caught")


@pytest.mark.timeout(ROUND_S + 20)
@pytest.mark.parametrize("name", QUICK)
def test_a_broken_build_is_caught(name: str) -> None:
    command = [sys.executable, "-m", "faults.mutations", name, "--seed", SEED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=ROUND_S, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-8000:]}"
