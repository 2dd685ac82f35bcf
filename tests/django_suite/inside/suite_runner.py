"""Runs inside Django's ``runtests.py``: writes one line of JSON for each test that begins or ends.

The file is named by ``SUITE_REPORT``. Standard library and Django only, in whatever Python the suite runs.
"""

from __future__ import annotations

import json
import os
import unittest
from typing import Any

from django.test.runner import DiscoverRunner


class ReportingResult(unittest.TextTestResult):
    """Django's output, and the report beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._report = os.open(os.environ["SUITE_REPORT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def _tell(self, test: Any, outcome: str, detail: str = "") -> None:
        # A subtest counts as its test: its own id tells its parameters, addresses of objects among them.
        named = getattr(test, "test_case", test).id()
        os.write(self._report, json.dumps([named, outcome, detail]).encode() + b"\n")

    def startTest(self, test: Any) -> None:
        self._tell(test, "began")
        super().startTest(test)

    def addSuccess(self, test: Any) -> None:
        super().addSuccess(test)
        self._tell(test, "passed")

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self._tell(test, "failed", self.errors[-1][1])

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self._tell(test, "failed", self.failures[-1][1])

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = self.failures if issubclass(err[0], test.failureException) else self.errors
            self._tell(test, "failed", f"{subtest}\n{failed[-1][1]}")

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self._tell(test, "skipped", reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)
        self._tell(test, "failed as expected")

    def addUnexpectedSuccess(self, test: Any) -> None:
        super().addUnexpectedSuccess(test)
        self._tell(test, "failed", "it was expected to fail, and passed")


class ReportingRunner(DiscoverRunner):
    """Django's runner with a result that reports."""

    def get_resultclass(self) -> type[ReportingResult]:
        return ReportingResult
