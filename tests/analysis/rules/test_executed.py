"""What the rules claim happens on real Django: stacks are served in a child process, and lint is held against it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.analysis.rules.rule import Severity

pytestmark = pytest.mark.slow

DEFAULT = "Security Session Common Csrf Auth Messages XFrame"
ORDERS = 100
VISITS = [
    {"path": "/hello/"},
    {"path": "/hello"},
    {"path": "/who/"},
    {"path": "/form/", "method": "POST"},
    {"path": "/whoami/?name=ada"},
]
Run = Callable[..., list[dict[str, Any]]]
Paths = Callable[[str], list[str]]


def fails(answer: dict[str, Any]) -> bool:
    """Whether any request ended in an error that nobody meant."""
    return any("escaped" in response or response["status"] >= 500 for response in answer["responses"])


def has_error(answer: dict[str, Any]) -> bool:
    return bool(answer["report"].count(Severity.ERROR))


def permutations(words: str, number: int, seed: int) -> list[str]:
    """Some orders of a stack, the original first; always the same ones."""
    chosen = random.Random(seed)
    layers = words.split()
    return [words, *(" ".join(chosen.sample(layers, len(layers))) for _ in range(number - 1))]


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (DEFAULT, {}),
        (DEFAULT, {"CSRF_USE_SESSIONS": True}),
        (DEFAULT, {"MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage"}),
        ("Session Auth Messages ReadsUserInHook ReadsUserInHelper ReadsSession SetsTenant ReadsTenant closure", {}),
        ("Session Auth ReadsUserGuarded ReadsUserTrying ReadsUserLazily ReadsUserAfterwards both DemandsUser", {}),
        ("OwnSessions OwnAuthentication OwnCommon Messages ReadsUserOfSome ReadsUserInView NotUsed Closed", {}),
        ("Session Auth RemoteUser Locale GZip ConditionalGet LoginRequired", {"LOGIN_URL": "/hello/"}),
    ],
    ids=["default", "csrf in session", "messages in cookie", "own layers", "guarded", "subclasses", "more of Django"],
)
def test_errors_predict_failures(words: str, options: dict[str, Any], run_stacks: Run, paths_of: Paths) -> None:
    """For random orders of a stack: no order fails without an error of lint, and none works in spite of one."""
    orders = permutations(words, ORDERS, seed=len(words))
    stacks = [{"middleware": paths_of(order), "settings": options, "requests": VISITS} for order in orders]
    answers = run_stacks(stacks)
    wrong = [
        (order, fails(answer), [finding.id for finding in answer["report"].findings])
        for order, answer in zip(orders, answers, strict=True)
        if fails(answer) != has_error(answer)
    ]
    assert not wrong, wrong[:5]
    assert not fails(answers[0])
    assert any(map(fails, answers)), "no order failed, so nothing was predicted"


def test_the_proposed_order_works(run_stacks: Run, paths_of: Paths) -> None:
    """A list that fails works in the order that lint proposes."""
    words = "Session Auth Messages ReadsUserInHook ReadsSession SetsTenant ReadsTenant Csrf Common"
    stacks = [{"middleware": paths_of(order), "requests": VISITS} for order in permutations(words, 60, seed=3)]
    broken = [answer for answer in run_stacks(stacks) if fails(answer)]
    assert broken
    fixed = [{"middleware": [layer.path for layer in a["report"].order], "requests": VISITS} for a in broken]
    assert not any(map(fails, run_stacks(fixed)))


def test_login_required_works_above_authentication(run_stacks: Run, paths_of: Paths) -> None:
    """Only a system check is against it, so it is a warning."""
    stack = {
        "middleware": paths_of("Session LoginRequired Auth"),
        "settings": {"LOGIN_URL": "/login/"},
        "requests": [{"path": "/hello/"}],
    }
    (answer,) = run_stacks([stack])
    assert answer["responses"][0]["status"] == 302
    (finding,) = (finding for finding in answer["report"].findings if finding.severity > Severity.INFO)
    assert (finding.id, finding.severity) == ("dj-loginrequired-after-auth", Severity.WARNING)
