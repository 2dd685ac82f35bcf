"""The engine matches subclasses, decides conflicts by severity and says so, and proposes the least change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reqtrace.analysis.rules.engine import Finding, LintReport, lint
from reqtrace.analysis.rules.relations import Above
from reqtrace.analysis.rules.rule import Rule, Severity, named
from reqtrace.analysis.rules.stack import Layer, LoadFailure, Stack


def only(report: LintReport) -> Finding:
    (finding,) = report.findings
    return finding


def a_rule(rule_id: str, upper: str, lower: str, severity: Severity) -> Rule:
    return Rule(
        id=rule_id,
        severity=severity,
        about=named(upper),
        relation=Above(others=named(lower)),
        consequence="Something goes wrong.",
        source="measured",
        evidence=("measured",),
    )


def plain(words: str) -> Stack:
    return Stack(layers=tuple(Layer(index=i, path=word, mro=(word,)) for i, word in enumerate(words.split())))


# --- what is matched ---------------------------------------------------------------------------------------------


def test_subclass_is_matched(judge: Any) -> None:
    """A project's own subclass of a Django middleware is held against the rules of its ancestor."""
    finding = only(judge("own:is=Auth other:is=Session"))
    assert finding.id == "dj-auth-after-session"
    assert finding.layer is not None
    assert finding.layer.path == "shop.middleware.own"


def test_layer_that_took_itself_out_is_passed_over(stack_of: Any) -> None:
    """A middleware that raised MiddlewareNotUsed is not in the chain, wherever it is listed."""
    stack = stack_of("own:reads=user Session Auth")
    unused = Layer(index=0, path="shop.middleware.own", mro=("shop.middleware.own",), is_used=False)
    assert not lint(Stack(layers=(unused, *stack.layers[1:]))).findings


def test_absence_counts_only_where_all_is_known(judge: Any) -> None:
    """A layer whose source is hidden may provide what seems to be missing."""
    assert only(judge("Common Auth")).problem == "there is no SessionMiddleware in the list"
    assert not judge("Common Auth", is_known=False).findings


def test_one_provider_above_is_enough(judge: Any) -> None:
    """A second layer that sets the user may stand below those that need it."""
    assert not judge("Session Auth own:reads=user own2:sets=user").findings


def test_who_only_replaces_the_user_does_not_provide_it(judge: Any) -> None:
    """A layer that takes the user to set another one needs a provider itself, and is none for others."""
    report = judge("Session own:reads=user:sets=user own2:reads=user Auth")
    assert [finding.layer.name for finding in report.findings if finding.layer] == ["own", "own2"]


def test_special_rule_speaks_for_the_general_one(judge: Any) -> None:
    """A package's own rule silences the general one about the same two layers."""
    assert only(judge("Session ActiveUsers:reads=user Auth")).id == "activeusers-after-auth"


def test_certainty_decides_the_severity(judge: Any) -> None:
    """What is read for some requests breaks those; what is read behind some setting only may."""
    assert only(judge("Session own:reads=user Auth")).severity is Severity.ERROR
    assert only(judge("Session own:sometimes=user Auth")).severity is Severity.ERROR
    assert only(judge("Session own:maybe=user Auth")).severity is Severity.WARNING


# --- conflicts ---------------------------------------------------------------------------------------------------


def test_the_weaker_of_two_rules_gives_way() -> None:
    """Two rules that demand the opposite: the weaker one is no finding, and it is said to which it gives way."""
    rules = (a_rule("weak-one", "b", "a", Severity.INFO), a_rule("strong-one", "a", "b", Severity.ERROR))
    report = lint(plain("a b"), rules=rules)
    assert not report.findings
    (concession,) = report.concessions
    assert (concession.rule.id, [rule.id for rule in concession.to]) == ("weak-one", ["strong-one"])
    assert only(lint(plain("b a"), rules=rules)).id == "strong-one"


def test_a_circle_of_rules_gives_way_at_its_weakest() -> None:
    """Three rules that cannot all be kept: the weakest is given up, and it is said against which two."""
    rules = (
        a_rule("first-rule", "a", "b", Severity.ERROR),
        a_rule("second-rule", "b", "c", Severity.WARNING),
        a_rule("third-rule", "c", "a", Severity.INFO),
    )
    (concession,) = lint(plain("a b c"), rules=rules).concessions
    assert concession.rule.id == "third-rule"
    assert [rule.id for rule in concession.to] == ["first-rule", "second-rule"]


def test_between_equals_the_list_as_it_is_wins() -> None:
    """Two rules of one severity that contradict each other demand no change."""
    rules = (a_rule("one-rule", "a", "b", Severity.WARNING), a_rule("other-rule", "b", "a", Severity.WARNING))
    for words, gives_way in (("a b", "other-rule"), ("b a", "one-rule")):
        report = lint(plain(words), rules=rules)
        assert not report.findings
        assert report.concessions[0].rule.id == gives_way


def test_cors_and_security_both_want_to_be_first(judge: Any) -> None:
    """Known advice that contradicts itself is named, not obeyed: neither is a finding above an info."""
    for words in ("Security Cors Common", "Cors:answers Security Common"):
        report = judge(words, SECURE_SSL_REDIRECT=True)
        assert report.worst in (None, Severity.INFO)


# --- what is proposed --------------------------------------------------------------------------------------------


def test_the_line_to_move(judge: Any) -> None:
    """The move names the line, where it belongs, and breaks nothing else."""
    finding = only(judge("Security Session own:reads=user Common Csrf Auth Messages"))
    assert finding.move is not None
    assert (finding.move.layer.name, finding.move.is_above, finding.move.anchor.number) == ("own", False, 6)
    assert finding.move.is_clean


def test_the_provider_moves_if_that_is_better(judge: Any) -> None:
    """Session goes up rather than two layers down."""
    report = judge("Security Auth Messages Session")
    assert [layer.name for layer in report.order] == [
        "SecurityMiddleware",
        "SessionMiddleware",
        "AuthenticationMiddleware",
        "MessageMiddleware",
    ]


def test_advice_does_not_choose_the_line_to_move(judge: Any) -> None:
    """CORS at the bottom goes up, although WhiteNoise, below it, would have the other layer go down."""
    (finding,) = (
        one for one in judge("Security Common Csrf Cors WhiteNoise").findings if one.id == "cors-before-common"
    )
    assert finding.move is not None
    assert (finding.move.layer.path.rpartition(".")[2], finding.move.is_above) == ("CorsMiddleware", True)


def test_infos_move_nothing_unless_asked(judge: Any, stack_of: Any) -> None:
    """A remark is no reason to change a list; ``fix_from`` makes it one."""
    stack = stack_of("Common Locale")
    assert lint(stack).order == stack.layers
    fixed = lint(stack, fix_from=Severity.INFO)
    assert [layer.name for layer in fixed.order] == ["LocaleMiddleware", "CommonMiddleware"]


LAYERS = (
    "Security Cors WhiteNoise GZip Session Locale Common Csrf Auth Otp Messages XFrame ConditionalGet LoginRequired "
    "own:reads=user own2:reads=session own3:sets=tenant own4:reads=tenant UpdateCache FetchFromCache"
)
STACKS = st.permutations(LAYERS.split())


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(words=STACKS)
def test_the_proposed_order_is_right(words: list[str], stack_of: Any) -> None:
    """Whatever the order, the proposed one holds the same layers and has neither error nor warning."""
    report = lint(stack_of(words))
    assert sorted(layer.path for layer in report.order) == sorted(layer.path for layer in report.stack.layers)
    names = [words[layer.index] for layer in report.order]
    fixed = lint(stack_of(names))
    assert fixed.worst in (None, Severity.INFO), [finding.id for finding in fixed.findings]
    assert [layer.index for layer in fixed.order] == list(range(len(names)))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(words=STACKS)
def test_a_proposed_move_puts_its_finding_right(words: list[str], stack_of: Any) -> None:
    """After the one move that a finding names, that finding is gone, and nothing worse has come."""
    report = lint(stack_of(words))
    for finding in report.findings:
        if (move := finding.move) is None or not move.is_clean:
            continue
        rest = [word for index, word in enumerate(words) if index != move.layer.index]
        place = rest.index(words[move.anchor.index]) + (not move.is_above)
        moved = lint(stack_of([*rest[:place], words[move.layer.index], *rest[place:]]))
        assert not any(
            later.id == finding.id and later.layer and finding.layer and later.layer.path == finding.layer.path
            for later in moved.findings
        )


# --- load failures, acknowledgements -----------------------------------------------------------------------------


def test_what_does_not_load_is_an_error_and_the_rest_is_judged(stack_of: Any) -> None:
    """An entry that cannot be imported is told, and lint goes on with the others."""
    stack = stack_of("Auth Session Common")
    failure = LoadFailure(stage="import", cause="ImportError: no", near=("shop.middleware.Right",))
    broken = Layer(index=2, path="shop.middleware.Rihgt", mro=("shop.middleware.Rihgt",), failure=failure)
    report = lint(Stack(layers=(*stack.layers[:2], broken)))
    assert [finding.id for finding in report.findings] == ["dj-auth-after-session", "load-import"]
    assert report.findings[1].near == ("shop.middleware.Right",)


def test_a_missing_comma_is_the_advice(stack_of: Any) -> None:
    """No similar name is offered: both names are right."""
    stack = stack_of("Session Common")
    path = "shop.middleware.Prices" + "django.middleware.gzip.GZipMiddleware"
    failure = LoadFailure(stage="import", cause="ImportError: no", near=("shop.middleware.Prices",))
    broken = Layer(index=2, path=path, mro=(path,), failure=failure)
    (finding,) = lint(Stack(layers=(*stack.layers, broken))).findings
    assert finding.advice.startswith("Put a comma between shop.middleware.Prices and django.middleware.gzip.")
    assert finding.near == ()


def test_no_list() -> None:
    """MIDDLEWARE that is no list is one clear error: what is in it is not known, so nothing is missing."""
    finding = only(lint(Stack(layers=(), type_name="str", apps=("django.contrib.admin",))))
    assert (finding.id, finding.severity) == ("load-list", Severity.ERROR)


def test_acknowledged_findings_do_not_count(stack_of: Any) -> None:
    """A finding with a reason stays in the report, and makes nothing fail; a reason for nothing is told."""
    reasons = {"cors-before-common": "the proxy does it", "dj-cache-pair": "not needed"}
    report = lint(stack_of("Common Cors"), acknowledged=reasons)
    assert only(report).acknowledged == "the proxy does it"
    assert report.worst is None
    assert report.count(Severity.WARNING) == 0
    assert report.unused_acknowledgements == ("dj-cache-pair",)


@pytest.mark.parametrize("words", ["", "Common", "own own2"])
def test_small_stacks(words: str, judge: Any) -> None:
    """An empty list, or one layer, is right."""
    assert not judge(words).findings
