"""Every proof shows the consequence of its rule on real Django."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reqtrace.analysis.lab import Lab
from reqtrace.analysis.proving import check_provable, proof_lab, prove, shows, why_unprovable
from reqtrace.analysis.rules.proofs import PROOFS, Proof, proof_of
from reqtrace.analysis.rules.registry import RULES, rule_named
from reqtrace.errors import UsageError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with proof_lab() as lab:
        yield lab


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.rule)
def test_proof(proof: Proof, lab: Lab) -> None:
    """The consequence comes about in the bad order, and not in the good one."""
    rule = rule_named(proof.rule)
    assert rule is not None
    proved = prove(rule, lab)
    assert shows(proof.sign, proved.bad)
    assert not shows(proof.sign, proved.good)
    assert proved.is_proved
    for attempt in (*proved.bad, *proved.good):
        assert attempt.trace is not None
        assert attempt.trace.is_complete


def test_every_error_about_django_is_proved() -> None:
    """A rule that claims an error of Django's own layers has a proof, unless a system check is the error."""
    errors = [rule for rule in RULES if rule.severity.word == "error" and rule.id.startswith(("dj-", "gen-"))]
    assert [rule.id for rule in errors if proof_of(rule.id) is None] == ["dj-admin-needs"]


def test_unprovable_rules_say_why() -> None:
    """A rule without proof is refused with its reason."""
    for rule in RULES:
        if proof_of(rule.id) is None:
            with pytest.raises(UsageError, match="cannot be proved here"):
                check_provable(rule)
            assert "nobody" not in why_unprovable(rule) or rule.severity.word == "warning"


def test_proofs_name_rules_once() -> None:
    """Each proof is of a rule that exists, and no rule has two."""
    assert len({proof.rule for proof in PROOFS}) == len(PROOFS)
    assert all(rule_named(proof.rule) for proof in PROOFS)
