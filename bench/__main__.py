"""`python -m bench`: runs, and shows what it came to."""

from __future__ import annotations

import json
import shlex
import sys

from . import chart, report
from .options import OUTPUTS, Options, parse
from .run import Results, run


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    results = run(options)
    print(report.plain(report.details(results)), "", report.plain(report.overview(results)), "", sep="\n")
    print(*report.context(results), sep="\n")
    _write(options, results, arguments)


def _write(options: Options, results: Results, arguments: list[str]) -> None:
    if options.json:
        rounds = [one.to_json() for figures in results.figures.values() for one in figures]
        medians = [one.to_json() for one in report.medians(results).values()]
        kept = {"context": report.context(results), "arguments": arguments, "medians": medians, "rounds": rounds}
        options.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    if options.chart:
        chart.write(options.chart, results)
    if options.markdown:
        report.write_markdown(options.markdown, results, f'make bench ARGS="{shlex.join(_measuring(arguments))}"')


def _measuring(arguments: list[str]) -> list[str]:
    """Without where the results went."""
    outputs = {f"--{name}" for name in OUTPUTS}
    pairs = zip(["", *arguments], arguments, strict=False)
    return [one for before, one in pairs if before not in outputs and one.split("=")[0] not in outputs]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped.")
