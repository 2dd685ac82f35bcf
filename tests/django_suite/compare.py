"""Finds the tests that end otherwise under instrumentation, and makes sure that it is not luck."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django_suite.children import Outcome, Run

FAILED = ("failed", "began")
AGAIN = 2
"""How often a test that ended otherwise is run alone."""

Runner = Callable[[Sequence[str]], Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A test that does not end as it does without reqtrace."""

    test: str
    bare: str
    traced: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One label, bare and traced."""

    label: str
    bare: Run
    traced: Run
    differences: Sequence[Difference]
    flaky: Sequence[str] = field(default_factory=tuple)
    """Tests that end now this way, now that way, whoever watches."""

    @property
    def complaints(self) -> list[str]:
        """Why this label does not hold, beside the differences."""
        found = list(self.traced.complaints)
        if not self.bare.outcomes:
            found.append(f"no test ran:\n{self.bare.log[-2000:]}")
        if self.traced.dropped:
            found.append(f"the agent dropped {self.traced.dropped} events or requests")
        return found


def compare(label: str, bare_runner: Runner, traced_runner: Runner) -> Comparison:
    """Run a label (or several, with spaces between) both ways; what ends otherwise runs again."""
    together = label.split()
    bare, traced = bare_runner(together), traced_runner(together)
    suspects = list(suspicious(bare.outcomes, traced.outcomes))
    differences, flaky = [], []
    for suspect in suspects:
        if is_flaky(suspect.test, bare_runner):
            flaky.append(suspect.test)
        elif is_confirmed(suspect, traced_runner):
            differences.append(suspect)
        else:
            flaky.append(suspect.test)
    if flaky:
        # A test that fails only in the company of the others is no luck if it does so twice.
        differences += confirmed_in_company(flaky, suspects, bare_runner(together), traced_runner(together))
    still_flaky = [test for test in flaky if all(test != difference.test for difference in differences)]
    return Comparison(label=label, bare=bare, traced=traced, differences=differences, flaky=still_flaky)


def suspicious(bare: Mapping[str, Outcome], traced: Mapping[str, Outcome]) -> Iterator[Difference]:
    """What did not fail bare and ended otherwise (or not at all) traced, and failures of what did not exist bare."""
    for test in dict.fromkeys((*bare, *traced)):
        before, after = bare.get(test), traced.get(test)
        if before is None:
            if after is not None and after.verdict in FAILED:
                yield Difference(test=test, bare="not there", traced=after.verdict, detail=after.detail)
        elif after is None:
            yield Difference(test=test, bare=before.verdict, traced="did not run")
        elif before.verdict not in FAILED and before.verdict != after.verdict:
            yield Difference(test=test, bare=before.verdict, traced=after.verdict, detail=after.detail)


def is_flaky(test: str, bare_runner: Runner) -> bool:
    """Alone, without reqtrace, it fails at least once."""
    return any(has_failed(bare_runner([label_of(test)]), test) for _ in range(AGAIN))


def is_confirmed(suspect: Difference, traced_runner: Runner) -> bool:
    """Alone, with reqtrace, it ends otherwise at least once."""
    for _ in range(AGAIN):
        outcome = traced_runner([label_of(suspect.test)]).outcomes.get(suspect.test)
        if suspect.bare == "not there":
            if outcome is not None and outcome.verdict in FAILED:
                return True
        elif outcome is None or outcome.verdict != suspect.bare:
            return True
    return False


def has_failed(run: Run, test: str) -> bool:
    outcome = run.outcomes.get(test)
    return outcome is not None and outcome.verdict in FAILED


def confirmed_in_company(
    tests: Sequence[str], suspects: Sequence[Difference], bare: Run, traced: Run
) -> list[Difference]:
    """Of those tests, the ones that end otherwise again in a second run of the whole label."""
    again = {difference.test for difference in suspicious(bare.outcomes, traced.outcomes)}
    return [suspect for suspect in suspects if suspect.test in tests and suspect.test in again]


def label_of(test: str) -> str:
    """What to ask ``runtests.py`` for; the id of a class or module that failed to set up names it in brackets."""
    fixture = re.fullmatch(r"(?:setUp|tearDown)(?:Class|Module) \((.+)\)", test)
    return fixture[1] if fixture else test
