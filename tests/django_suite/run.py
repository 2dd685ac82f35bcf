"""Runs Django's own tests bare and under instrumentation, and fails if a single one ends otherwise.

    python tests/django_suite/run.py                            every label (labels.py), Django 5.2
    python tests/django_suite/run.py --django 6.1 handlers asgi  these labels
    python tests/django_suite/run.py --quick                     what continuous integration runs
    python tests/django_suite/run.py --level deep                with everything observed

Django's source comes from the package index and gets an environment of its own below .venvs/. The tests that are
traced talk to a real hub, so every probe records; a probe that is switched off, a lost event and a line that cannot be
read are failures, too. Exit codes: 0 no difference, 1 a difference, 75 it could not be run here (no network).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]

from django_suite import labels  # noqa: E402
from django_suite.children import Suite  # noqa: E402
from django_suite.compare import Comparison, compare  # noqa: E402
from django_suite.source import Unavailable, prepare  # noqa: E402

NOT_RUN = 75
ROW = "{:<34} {:>6} {:>8} {:>8} {:>6} {:>9} {:>7} {:>7}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def name(label: str) -> str:
    """The first of the labels, and how many more."""
    first, *others = label.split()
    return f"{first} and {len(others)} more" if others else first


def row(comparison: Comparison) -> str:
    bare, traced = comparison.bare, comparison.traced
    figures = (len(bare.outcomes), bare.failures, traced.failures, len(comparison.differences), traced.events)
    return ROW.format(name(comparison.label), *figures, f"{bare.seconds:.0f} s", f"{traced.seconds:.0f} s")


def total(comparisons: Sequence[Comparison]) -> str:
    figures = (
        sum(len(each.bare.outcomes) for each in comparisons),
        sum(each.bare.failures for each in comparisons),
        sum(each.traced.failures for each in comparisons),
        sum(len(each.differences) for each in comparisons),
        sum(each.traced.events for each in comparisons),
    )
    bare, traced = (
        sum(run.seconds for run in runs) for runs in zip(*((c.bare, c.traced) for c in comparisons), strict=True)
    )
    return ROW.format(
        f"{sum(len(each.label.split()) for each in comparisons)} labels", *figures, f"{bare:.0f} s", f"{traced:.0f} s"
    )


def explain(comparison: Comparison) -> None:
    """Which tests are behind the figures of a label."""
    for difference in comparison.differences:
        say(f"\nDIFFERENT {difference.test}: {difference.bare} bare, {difference.traced} traced\n{difference.detail}")
    for test in comparison.flaky:
        say(f"flaky, whoever watches: {test}")


def run(suite: Suite, chosen: Sequence[str], jobs: int) -> list[Comparison]:
    """Every label in a process of its own, as runs of everything at once hide who broke what."""
    say(ROW.format("label", "tests", "bare", "traced", "new", "events", "bare", "traced"))
    say(ROW.format("", "", "failures", "failures", "", "", "", ""))

    def take(label: str) -> Comparison:
        comparison = compare(label, suite.bare, suite.traced)
        say(row(comparison))
        return comparison

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(take, chosen))


def judge(comparisons: Sequence[Comparison], seconds: float) -> int:
    """Tell what was found. Returns the exit code."""
    say(total(comparisons))
    for comparison in comparisons:
        explain(comparison)
    for complaint in dict.fromkeys(complaint for comparison in comparisons for complaint in comparison.complaints):
        where = [comparison.label for comparison in comparisons if complaint in comparison.complaints]
        say(f"\nWRONG in {', '.join(where)}: {complaint}")
    is_different = any(comparison.differences or comparison.complaints for comparison in comparisons)
    if not any(comparison.traced.events for comparison in comparisons):
        say("\nWRONG: not one event was recorded")
        is_different = True
    say(f"\n{'DIFFERENT' if is_different else 'no difference'} after {seconds:.0f} s")
    return int(is_different)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", nargs="*", metavar="LABEL", help="labels of Django's tests; all of labels.py")
    parser.add_argument("--django", default="5.2", metavar="VERSION", help="a series (6.1) or a release (6.1.3)")
    parser.add_argument("--python", default="", metavar="VERSION", help="the Python to run it with (3.12)")
    parser.add_argument("--quick", action="store_true", help="a selection that takes less than a minute")
    parser.add_argument("--level", choices=("path", "deep"), default="path", help="how much is observed (path)")
    parser.add_argument("--jobs", type=int, default=1, help="labels at the same time (1)")
    choice = parser.parse_args()
    chosen = choice.labels or (labels.QUICK if choice.quick else labels.ALL)
    begun = time.monotonic()
    try:
        checkout = prepare(choice.django, choice.python)
    except Unavailable as error:
        say(f"NOT RUN: {error}")
        return NOT_RUN
    say(f"Django {checkout.version} at level {choice.level}")
    suite = Suite(checkout=checkout, level=choice.level)
    return judge(run(suite, chosen, choice.jobs), time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
