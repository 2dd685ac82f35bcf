"""What is said against a belief is what the installed Django does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reqtrace.analysis.misconceptions import Misconception as M

WITNESS = Path(__file__).parent / "misconception_witness.py"


@pytest.fixture(scope="module")
def tried() -> dict[str, bool]:
    """What the witness found out."""
    run = subprocess.run([sys.executable, str(WITNESS)], capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    answer: dict[str, bool] = json.loads(run.stdout)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("belief", M, ids=lambda belief: belief.value)
def test_django_contradicts_the_belief(tried: dict[str, bool], belief: M) -> None:
    """Tried out with the real handler, middleware and views; none is taken from reading alone."""
    assert tried[belief.value] is True
