"""How a difference is told from luck, with made-up runs in place of Django's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat

import pytest
from django_suite.children import Outcome, Run, read_report
from django_suite.compare import Comparison, compare, label_of

Runner = Callable[[Sequence[str]], Run]


def run_of(*, complaints: Sequence[str] = (), dropped: int = 0, **verdicts: str) -> Run:
    outcomes = {test: Outcome(verdict=verdict) for test, verdict in verdicts.items()}
    return Run(outcomes=outcomes, seconds=0, exit_code=0, log="", complaints=complaints, dropped=dropped)


def giving(*runs: Run) -> Runner:
    """A runner that gives one run after the other, and then the last one for ever."""
    waiting: Iterator[Run] = chain(runs, repeat(runs[-1]))
    return lambda labels: next(waiting)


def compared(bare: Runner, traced: Runner) -> Comparison:
    return compare("label", bare, traced)


def test_equal_runs_do_not_differ() -> None:
    """What fails both ways is Django's, or the machine's, affair."""
    same = run_of(good="passed", bad="failed", absent="skipped", known="failed as expected")
    found = compared(giving(same), giving(same))
    assert (found.differences, found.flaky, found.complaints) == ([], [], [])


@pytest.mark.parametrize("bare", ["passed", "skipped", "failed as expected"])
@pytest.mark.parametrize("traced", ["failed", "began", None])
def test_what_did_not_fail_must_not_fail(bare: str, traced: str | None) -> None:
    """Nor may it hang, or not run at all."""
    runs = run_of(test=traced) if traced else run_of()
    found = compared(giving(run_of(test=bare)), giving(runs))
    assert [difference.test for difference in found.differences] == ["test"]


def test_what_passed_must_not_be_skipped() -> None:
    """A condition for skipping that turns true is a difference as well."""
    found = compared(giving(run_of(test="passed")), giving(run_of(test="skipped")))
    assert [(each.bare, each.traced) for each in found.differences] == [("passed", "skipped")]


def test_a_class_that_cannot_be_set_up_only_when_traced() -> None:
    """Such a failure has a name of its own, which a bare run does not know."""
    setup = "setUpClass (a.b.C)"
    found = compared(giving(run_of(test="passed")), giving(run_of(**{setup: "failed"})))
    assert [difference.test for difference in found.differences] == ["test", setup]
    assert label_of(setup) == "a.b.C"


def test_a_test_that_fails_bare_as_well_when_alone_is_flaky() -> None:
    """It is named, and does not count."""
    bare = giving(run_of(test="passed"), run_of(test="passed"), run_of(test="failed"), run_of(test="passed"))
    found = compared(bare, giving(run_of(test="failed"), run_of(test="passed")))
    assert (found.differences, found.flaky) == ([], ["test"])


def test_a_test_that_failed_once_and_never_again_is_flaky() -> None:
    """Twice alone and once more among the others it passes."""
    found = compared(giving(run_of(test="passed")), giving(run_of(test="failed"), run_of(test="passed")))
    assert (found.differences, found.flaky) == ([], ["test"])


def test_a_test_that_fails_one_time_of_two_when_alone_differs() -> None:
    """Once is enough: bare it never did."""
    traced = giving(run_of(test="failed"), run_of(test="passed"), run_of(test="failed"))
    assert [each.test for each in compared(giving(run_of(test="passed")), traced).differences] == ["test"]


def test_a_test_that_fails_only_in_company_differs() -> None:
    """Alone it passes twice, among the others it fails twice."""
    traced = giving(run_of(test="failed"), run_of(test="passed"), run_of(test="passed"), run_of(test="failed"))
    found = compared(giving(run_of(test="passed")), traced)
    assert ([each.test for each in found.differences], found.flaky) == (["test"], [])


def test_a_probe_switched_off_and_lost_events_are_complaints() -> None:
    """The tests pass then, because nothing is observed any more."""
    same = run_of(test="passed")
    traced = run_of(test="passed", complaints=["probe chain switched off"], dropped=3)
    found = compared(giving(same), giving(traced))
    assert found.complaints == ["probe chain switched off", "the agent dropped 3 events or requests"]


def test_a_label_without_tests_is_a_complaint() -> None:
    """A misspelt label, or a suite that does not start, proves nothing."""
    assert len(compared(giving(run_of()), giving(run_of())).complaints) == 1


def test_a_failed_subtest_is_not_taken_back() -> None:
    """The report has a line for each subtest that fails, and may go on; a test that began and never ended stays so."""
    report = '["a", "began", ""]\n["a", "failed", "x"]\n["a", "passed", ""]\n["b", "began", ""]\n'
    outcomes = read_report(report)
    assert {test: outcome.verdict for test, outcome in outcomes.items()} == {"a": "failed", "b": "began"}
