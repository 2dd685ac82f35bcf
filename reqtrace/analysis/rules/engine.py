"""Holds a stack against the rules: findings, the conflicts that were decided, and the order that would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reqtrace.analysis.loading_failure import grown_together
from reqtrace.analysis.rules.moves import Move, best_move, best_order
from reqtrace.analysis.rules.registry import RULES
from reqtrace.analysis.rules.rule import Fault, Order, Rule, Severity
from reqtrace.analysis.rules.stack import Layer, Place, Read, Stack

__all__ = ["LOAD_IDS", "LOAD_WORDS", "Concession", "Finding", "LintReport", "LoadId", "lint"]


class LoadId(Enum):
    """What is wrong with MIDDLEWARE before any order: ids like those of rules."""

    NO_LIST = "load-list"
    NO_TEXT = "load-entry"
    IMPORT = "load-import"
    FACTORY = "load-factory"
    CALL = "load-call"
    NAME = "load-name"


NEAR = 3
"""Paths that are offered at most for one that does not load."""
LOAD_WORDS: Mapping[str, str] = {
    LoadId.NO_LIST.value: "MIDDLEWARE must be a list or a tuple; one path in parentheses without a comma is neither.",
    LoadId.NO_TEXT.value: "Each entry of MIDDLEWARE must be a dotted path in quotes; Django imports it itself.",
    LoadId.IMPORT.value: "Each entry of MIDDLEWARE must be importable: a module, a dot, and a name in that module.",
    LoadId.FACTORY.value: "Each entry of MIDDLEWARE is called once with get_response, and must return a middleware.",
    LoadId.NAME.value: "The list must be called MIDDLEWARE; Django reads no setting with another name.",
    LoadId.CALL.value: "Each middleware is called with a request, in the mode it declares, and must return a response.",
}
"""What the ids of load failures stand for."""
LOAD_IDS = frozenset(load.value for load in LoadId)
LOAD_ID_OF_STAGE = {"entry": LoadId.NO_TEXT, "import": LoadId.IMPORT, "factory": LoadId.FACTORY, "call": LoadId.CALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to put right, or to know."""

    id: str
    severity: Severity
    layer: Layer | None
    """``None`` if it is about the list as a whole."""
    others: tuple[Layer, ...] = ()
    """The layers it stands on the wrong side of."""
    is_above: bool = False
    """It stands above the others, and must not."""
    problem: str = ""
    """For what no order can put right."""
    consequence: str = ""
    advice: str = ""
    near: tuple[str, ...] = ()
    traceback: str = ""
    move: Move | None = None
    read: Read | None = None
    rule: Rule | None = None
    also: tuple[str, ...] = ()
    """Other rules that say the same."""
    place: Place | None = None
    acknowledged: str | None = None
    """The reason why the project wants it so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concession:
    """A rule that cannot be kept because a stronger one demands the opposite."""

    rule: Rule
    order: Order
    to: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """What came of it; findings from the worst to the mildest, each severity from the outermost layer inwards."""

    stack: Stack
    findings: tuple[Finding, ...]
    concessions: tuple[Concession, ...] = ()
    order: tuple[Layer, ...] = ()
    """The list with every error and warning about order put right, as far as that is possible."""
    fixed: tuple[str, ...] = ()
    """The paths in that order, and those apart that a missing comma made one."""
    unused_acknowledgements: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Findings of a severity that nobody has acknowledged."""
        return sum(f.severity is severity and f.acknowledged is None for f in self.findings)

    @property
    def worst(self) -> Severity | None:
        return max((f.severity for f in self.findings if f.acknowledged is None), default=None)


@dataclass(frozen=True, slots=True)
class Claim:
    """A rule's demand for an order, with the severity it has here."""

    rule: Rule
    order: Order

    @property
    def severity(self) -> Severity:
        return self.rule.severity if self.order.severity is None else self.order.severity

    @property
    def pair(self) -> tuple[int, int]:
        return self.order.upper.index, self.order.lower.index


def lint(
    stack: Stack,
    *,
    rules: Sequence[Rule] = RULES,
    acknowledged: Mapping[str, str] | None = None,
    fix_from: Severity = Severity.WARNING,
) -> LintReport:
    """Every finding about the stack. ``fix_from`` is the mildest severity that the proposed order puts right."""
    reasons = acknowledged or {}
    claims, faults = collect(stack, rules)
    accepted, concessions = settle(claims)
    findings = [
        *load_findings(stack),
        *(fault_finding(rule, fault) for rule, fault in faults),
        *order_findings(accepted, stack),
    ]
    findings = [with_reason(finding, reasons) for finding in findings]
    findings.sort(key=lambda f: (-f.severity, f.layer.index if f.layer else -1))
    order = order_by(accepted, stack, fix_from)
    parted = stack.parted if any(layer.parts for layer in stack.layers) else None
    right = order if parted is None else order_by(settle(collect(parted, rules)[0])[0], parted, fix_from)
    return LintReport(
        stack=stack,
        findings=tuple(findings),
        concessions=tuple(concessions),
        order=order,
        fixed=tuple(layer.path for layer in right),
        unused_acknowledgements=tuple(sorted(set(reasons) - {finding.id for finding in findings})),
    )


def order_by(claims: Iterable[Claim], stack: Stack, fix_from: Severity) -> tuple[Layer, ...]:
    return best_order(stack.layers, [(claim.pair, claim.severity) for claim in claims], fix_from)


# --- what the rules demand ---------------------------------------------------------------------------------------


def collect(stack: Stack, rules: Iterable[Rule]) -> tuple[list[Claim], list[tuple[Rule, Fault]]]:
    claims, faults = [], []
    for rule in rules:
        if rule.when is not None and not rule.when.holds(stack):
            continue
        subjects = tuple(layer for layer in stack.chain if rule.about.matches(layer))
        for demand in rule.relation.demands(subjects, stack):
            if isinstance(demand, Order):
                claims.append(Claim(rule, demand))
            else:
                faults.append((rule, demand))
    return without_repetition(claims), faults_of_special_rules(faults)


def without_repetition(claims: list[Claim]) -> list[Claim]:
    """A general rule is silent about two layers that a rule of their own is about."""
    special = {claim.pair for claim in claims if not claim.rule.is_general}
    return [claim for claim in claims if not claim.rule.is_general or claim.pair not in special]


def faults_of_special_rules(faults: list[tuple[Rule, Fault]]) -> list[tuple[Rule, Fault]]:
    special = {fault.subject for rule, fault in faults if not rule.is_general and fault.subject is not None}
    return [(rule, fault) for rule, fault in faults if not rule.is_general or fault.subject not in special]


def settle(claims: list[Claim]) -> tuple[list[Claim], list[Concession]]:
    """Accept claims from the strongest on; one that would close a circle gives way to those that form it."""
    accepted: list[Claim] = []
    concessions: list[Concession] = []
    below: dict[int, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (-claim.severity, not claim.order.is_kept)):
        upper, lower = claim.pair
        against = path_between(lower, upper, below)
        if against is None:
            accepted.append(claim)
            below.setdefault(upper, []).append(claim)
        elif not claim.order.is_kept:
            to = tuple({other.rule.id: other.rule for other in against}.values())
            concessions.append(Concession(rule=claim.rule, order=claim.order, to=to))
    return accepted, concessions


def path_between(start: int, end: int, below: Mapping[int, list[Claim]]) -> list[Claim] | None:
    """Claims that together put ``start`` above ``end``; ``None`` if there are none."""
    waiting: list[tuple[int, list[Claim]]] = [(start, [])]
    seen = {start}
    for place, path in waiting:
        for claim in below.get(place, ()):
            lower = claim.pair[1]
            if lower == end:
                return [*path, claim]
            if lower not in seen:
                seen.add(lower)
                waiting.append((lower, [*path, claim]))
    return None


# --- findings ----------------------------------------------------------------------------------------------------


def order_findings(accepted: list[Claim], stack: Stack) -> Iterator[Finding]:
    """One finding a rule, layer and severity, about all the layers it stands on the wrong side of."""
    broken: dict[tuple[str, int, Severity, bool], list[Claim]] = {}
    for claim in accepted:
        if not claim.order.is_kept:
            subject = claim.order.subject
            key = (claim.rule.id, subject.index, claim.severity, subject is claim.order.lower)
            broken.setdefault(key, []).append(claim)
    told: dict[frozenset[tuple[int, int]], Finding] = {}
    weights = [(claim.pair, claim.severity) for claim in accepted]
    for (_, _, severity, is_above), claims in broken.items():
        pairs = frozenset(claim.pair for claim in claims)
        rule, order = claims[0].rule, claims[0].order
        if (same := told.get(pairs)) is not None:
            told[pairs] = replace_also(same, rule.id)
            continue
        others = {claim.order.upper if is_above else claim.order.lower for claim in claims}
        told[pairs] = Finding(
            id=rule.id,
            severity=severity,
            layer=order.subject,
            others=tuple(sorted(others, key=lambda layer: layer.index)),
            is_above=is_above,
            consequence=rule.consequence,
            move=best_move(stack.layers, order.subject, sorted(pairs), weights),
            read=order.read,
            rule=rule,
            place=order.subject.place,
        )
    yield from told.values()


def replace_also(finding: Finding, rule_id: str) -> Finding:
    return replace(finding, also=(*finding.also, rule_id))


def fault_finding(rule: Rule, fault: Fault) -> Finding:
    return Finding(
        id=rule.id,
        severity=rule.severity if fault.severity is None else fault.severity,
        layer=fault.subject,
        others=fault.others,
        problem=fault.words,
        consequence=rule.consequence,
        advice=fault.advice,
        read=fault.read,
        rule=rule,
        place=fault.subject.place if fault.subject is not None else None,
    )


def load_findings(stack: Stack) -> Iterator[Finding]:
    """What keeps the list, or an entry of it, from being loaded."""
    if not stack.is_list:
        yield Finding(
            id=LoadId.NO_LIST.value,
            severity=Severity.ERROR,
            layer=None,
            problem=f"MIDDLEWARE is of type {stack.type_name}, not a list",
            consequence="Django goes through it as if it were one, so the site does not start.",
            advice='Write MIDDLEWARE = ["package.module.Class", …], with a comma after each line.',
            place=stack.place,
        )
    if stack.lookalike:
        yield Finding(
            id=LoadId.NAME.value,
            severity=Severity.ERROR,
            layer=None,
            problem=f"MIDDLEWARE is empty, the list stands in {stack.lookalike}, which Django does not read",
            consequence="Requests pass no middleware at all.",
            advice=f"Rename {stack.lookalike} to MIDDLEWARE.",
            place=stack.place,
        )
    for layer in stack.layers:
        if layer.failure is not None:
            yield load_finding(layer, stack)


LOAD_PROBLEMS = {
    "entry": "is no middleware",
    "import": "cannot be imported",
    "factory": "cannot be built",
    "call": "cannot answer a request",
}


def load_finding(layer: Layer, stack: Stack) -> Finding:
    failure = layer.failure
    assert failure is not None
    is_import = failure.stage == "import"
    parts = [part.path for part in layer.parts]
    if is_import and not parts:
        parts = list(grown_together(layer.path, [one.path for one in stack.layers if one is not layer]) or ())
    is_built = failure.stage == "call"
    return Finding(
        id=LOAD_ID_OF_STAGE[failure.stage].value,
        severity=Severity.ERROR,
        layer=layer,
        problem=f"it {LOAD_PROBLEMS[failure.stage]}: {failure.cause}",
        consequence="Every request that comes to it fails." if is_built else "The site does not start.",
        advice=comma_advice(parts) if parts else failure.advice,
        near=() if parts or is_built else near_paths(layer.path, failure.near),
        traceback=failure.traceback,
        place=layer.place,
    )


def comma_advice(parts: Sequence[str]) -> str:
    if len(parts) == 2:
        return f"Put a comma between {parts[0]} and {parts[1]}: without it Python makes one text of the two."
    return f"Put a comma after each of {', '.join(parts)}: without it Python makes one text of them."


def near_paths(path: str, known: Sequence[str]) -> tuple[str, ...]:
    """What could have been meant: names beside the one that is not there, or of a package that a rule is about."""
    famous = {named for rule in RULES for named in rule.about.paths if named}
    same_name = [other for other in sorted(famous) if other.rpartition(".")[2] == path.rpartition(".")[2]]
    return tuple(dict.fromkeys([*known, *same_name]))[:NEAR]


def with_reason(finding: Finding, reasons: Mapping[str, str]) -> Finding:
    reason = reasons.get(finding.id)
    return finding if reason is None else replace(finding, acknowledged=reason)
