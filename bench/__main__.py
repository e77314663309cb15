"""`python -m bench`: runs, and shows what it came to."""

from __future__ import annotations

import json
import shlex
import sys

from . import chart, report
from .options import Options, parse
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
        command = ["make", "bench", f"ARGS={shlex.quote(shlex.join(arguments))}"]
        report.write_markdown(options.markdown, results, command)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped.")
