"""What is said against a belief is what the installed Django does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reqtrace.analysis.misconceptions import Misconception as M

WITNESS = Path(__file__).parent / "misconception_witness.py"
READ = {
    M.SERVER_MAKES_REQUEST,
    M.STATIC_THROUGH_DEBUG,
    M.MIDDLEWARE_OUTSIDE,
    M.ONE_CACHE_CLASS,
    M.URLS_ARE_EXPRESSIONS,
    M.RENDER_IS_LATE,
    M.ASYNC_IS_FASTER,
    M.LOGGING_MIDDLEWARE,
    M.START_SENDS,
}
"""Those that were checked by reading Django's source and its documentation only."""


@pytest.fixture(scope="module")
def tried() -> dict[str, bool]:
    """What the witness found out."""
    run = subprocess.run([sys.executable, str(WITNESS)], capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    answer: dict[str, bool] = json.loads(run.stdout)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    "belief", sorted(set(M) - READ, key=lambda belief: belief.value), ids=lambda belief: belief.value
)
def test_django_contradicts_the_belief(tried: dict[str, bool], belief: M) -> None:
    """Tried out with the real handler, middleware and views."""
    assert tried[belief.value] is True
