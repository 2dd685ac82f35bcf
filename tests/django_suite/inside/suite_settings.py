"""Django's own settings for its tests on SQLite, and a runner that reports what became of each."""

from test_sqlite import *  # noqa: F403  Django's tests/test_sqlite.py

TEST_RUNNER = "suite_runner.ReportingRunner"
