"""Proofs are about what lint says: the bad order has a finding of the rule, the good one has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.analysis.rules.proofs import PROOFS

pytestmark = pytest.mark.slow


def test_lint_warns_of_the_bad_order_alone(run_stacks: Callable[..., list[dict[str, Any]]]) -> None:
    """Each rule fires in the order in which its proof brings its consequence about, and not in the other."""
    orders = [(proof, order) for proof in PROOFS for order in (proof.bad, proof.good)]
    answers = run_stacks(
        [{"middleware": list(order), "settings": dict(proof.settings), "requests": []} for proof, order in orders]
    )
    fired = [{finding.id for finding in answer["report"].findings} for answer in answers]
    wrong = [
        proof.rule
        for proof, bad, good in zip(PROOFS, fired[::2], fired[1::2], strict=True)
        if proof.rule not in bad or proof.rule in good
    ]
    assert not wrong
