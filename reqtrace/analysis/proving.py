"""Proves a rule of lint: serves requests through both orders in a lab of its own, and looks for the consequence."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reqtrace.analysis.experiments import Attempt
from reqtrace.analysis.lab import Lab
from reqtrace.analysis.rules.proofs import Proof, ProofVisit, Sign, SignKind, proof_of
from reqtrace.analysis.rules.rule import Rule
from reqtrace.errors import UsageError
from reqtrace.hub.project import Project, ProjectKind
from reqtrace.hub.visit import Visit

__all__ = ["Proved", "check_provable", "proof_lab", "prove", "shows", "why_unprovable"]

SETTINGS = "reqtrace.agent.proofs.settings"
BY_CHECK = frozenset(("dj-loginrequired-after-auth", "dj-admin-needs"))
"""Rules whose consequence is a system check that fails: requests would work."""
HINT = "`reqtrace lint --explain` says how it is known."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What came of both orders."""

    rule: Rule
    proof: Proof
    bad: tuple[Attempt, ...]
    good: tuple[Attempt, ...]
    django: str

    @property
    def is_proved(self) -> bool:
        """The consequence comes about in the bad order and not in the good one."""
        return shows(self.proof.sign, self.bad) and not shows(self.proof.sign, self.good)


@contextmanager
def proof_lab(python: Path | None = None) -> Iterator[Lab]:
    """A lab of the proofs' own project, in this Python or another one that has Django. Raises ``ProjectError``."""
    with tempfile.TemporaryDirectory(prefix="reqtrace-proof-") as directory:
        project = Project(
            root=Path(directory),
            kind=ProjectKind.SETTINGS,
            interpreter=python or Path(sys.executable),
            interpreter_source="--python" if python else "the one that runs reqtrace",
            settings=SETTINGS,
            settings_source="reqtrace",
            exports_settings=True,
        )
        with Lab(project) as lab:
            yield lab


def prove(rule: Rule, lab: Lab) -> Proved:
    """Serve both orders. Raises ``UsageError`` for a rule that cannot be proved."""
    proof = check_provable(rule)
    visits = [visit_of(visit) for visit in proof.visits]
    visitors = [visit.visitor for visit in proof.visits]
    bad, good = (
        lab.attempts(visits, order, settings=proof.settings, visitors=visitors, has_consent=True)
        for order in (proof.bad, proof.good)
    )
    return Proved(rule=rule, proof=proof, bad=bad, good=good, django=lab.facts.django)


def check_provable(rule: Rule) -> Proof:
    """The proof of a rule. Raises ``UsageError`` that says why there is none."""
    proof = proof_of(rule.id)
    if proof is None:
        raise UsageError(f"{rule.id} cannot be proved here: {why_unprovable(rule)}.", hint=HINT)
    return proof


def why_unprovable(rule: Rule) -> str:
    """Why a rule has no proof."""
    if rule.id in BY_CHECK:
        return "its consequence is a system check that fails, and no request shows it"
    packages = sorted({path.partition(".")[0] for path in rule.about.paths} - {"django"})
    if packages:
        return f"it is about a package that is not Django ({', '.join(packages)}), and proofs need nothing else"
    if rule.severity.word == "info":
        return "it is advice, and requests do not fail for it"
    return "nobody has written a small stack that shows it"


def visit_of(visit: ProofVisit) -> Visit:
    return Visit(method=visit.method, url=visit.url, headers=visit.headers)


def shows(sign: Sign, attempts: Sequence[Attempt]) -> bool:
    """Whether the consequence is seen in these answers."""
    last = attempts[-1]
    match sign.kind:
        case SignKind.FAILS:
            return last.is_server_error
        case SignKind.STATUS:
            return str(last.status) == sign.subject
        case SignKind.LACKS:
            return not header(last, sign.subject)
        case SignKind.SAME_PAGE:
            return last.digest == attempts[-2].digest
        case SignKind.TAG_CHANGES:
            return len({header(attempt, "ETag") for attempt in attempts}) > 1
        case SignKind.NOTHING_EDITED:
            return header(last, "X-Edited") == "0"
        case SignKind.WRONG_LENGTH:
            return header(last, "Content-Length") != str(last.size)


def header(attempt: Attempt, name: str) -> str:
    return next((value for key, value in attempt.headers if key.lower() == name.lower()), "")
