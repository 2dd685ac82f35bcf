"""What the rules claim happens on real Django: stacks are served in a child process, and lint is held against it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

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


class Claim(NamedTuple):
    """What happens in the order a rule warns of, and not in the order it asks for."""

    rule: str
    bad: str
    good: str
    requests: list[dict[str, Any]]
    happens: Callable[[list[dict[str, Any]]], bool]
    settings: dict[str, Any] = {}


NAMES = [
    {"path": "/whoami/?name=ada", "visitor": "a"},
    {"path": "/whoami/", "visitor": "a"},
    {"path": "/whoami/", "visitor": "b"},
]
FORMS = [{"path": "/form/", "visitor": "a"}, {"path": "/form/", "visitor": "b"}]
TONGUES = [
    {"path": "/language/", "visitor": "a", "headers": {"Accept-Language": "de"}},
    {"path": "/language/", "visitor": "b", "headers": {"Accept-Language": "en"}},
]
ZIPPED = [{"path": "/hello/", "headers": {"Accept-Encoding": "gzip"}}] * 2


def is_unedited(responses: list[dict[str, Any]]) -> bool:
    """The layer looked for words in compressed bytes."""
    return responses[0]["headers"].get("X-Edited") == "0"


CLAIMS = [
    Claim(
        "dj-updatecache-before-session",
        "Session UpdateCache FetchFromCache",
        "UpdateCache Session FetchFromCache",
        NAMES,
        lambda r: r[2]["body"] == "you are ada",
    ),
    Claim(
        "dj-updatecache-before-csrf",
        "Csrf UpdateCache FetchFromCache",
        "UpdateCache Csrf FetchFromCache",
        FORMS,
        lambda r: r[0]["body"] == r[1]["body"],
    ),
    Claim(
        "dj-fetchcache-after-vary",
        "UpdateCache FetchFromCache Locale",
        "UpdateCache Locale FetchFromCache",
        TONGUES,
        lambda r: r[1]["body"] == "de",
    ),
    Claim("dj-cachemw-before-locale", "Cache Locale", "Locale Cache", TONGUES, lambda r: r[1]["body"] == "de"),
    Claim(
        "dj-cache-pair",
        "UpdateCache",
        "UpdateCache FetchFromCache",
        [{"path": "/hello/"}, {"path": "/hello/"}],
        lambda r: "Age" not in r[1]["headers"],
    ),
    Claim(
        "dj-conditional-after-gzip",
        "ConditionalGet GZip",
        "GZip ConditionalGet",
        # GZip adds up to a hundred bytes by chance, so two answers may be alike.
        ZIPPED * 4,
        lambda r: len({answer["headers"]["ETag"] for answer in r}) > 1,
    ),
    Claim(
        "dj-common-above-changers",
        "EditsBody Common",
        "Common EditsBody",
        [{"path": "/hello/"}],
        lambda r: int(r[0]["headers"]["Content-Length"]) != len(r[0]["body"]),
    ),
    Claim(
        "dj-gzip-above-body-users",
        "EditsBody GZip",
        "GZip EditsBody",
        ZIPPED[:1],
        is_unedited,
    ),
    Claim(
        "dj-csrf-before-view-mw",
        "Session Auth LoginRequired Csrf",
        "Session Csrf Auth LoginRequired",
        [{"path": "/form/", "method": "POST"}],
        lambda r: r[0]["status"] == 302,
        {"LOGIN_URL": "/hello/"},
    ),
    Claim(
        "dj-security-top",
        "Common Security",
        "Security Common",
        [{"path": "/hello"}],
        lambda r: "X-Content-Type-Options" not in r[0]["headers"],
    ),
    Claim(
        "dj-locale-before-common",
        "Common Locale",
        "Locale Common",
        [{"path": "/hello"}],
        lambda r: "Content-Language" not in r[0]["headers"],
        {"PREPEND_WWW": True, "ALLOWED_HOSTS": ["*"]},
    ),
    Claim(
        "gen-header-adders-above-shortcircuit",
        "Closed XFrame",
        "XFrame Closed",
        [{"path": "/hello/?closed=1"}],
        lambda r: "X-Frame-Options" not in r[0]["headers"],
    ),
    Claim(
        "lockdown-after-auth",
        "Session LoginWall Auth",
        "Session Auth LoginWall",
        [{"path": "/hello/"}],
        lambda r: r[0]["status"] == 401,
    ),
]


@pytest.fixture(scope="module")
def executed(run_stacks: Run, paths_of: Paths) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Every claim's two stacks, served."""
    orders = [(claim, order) for claim in CLAIMS for order in (claim.bad, claim.good)]
    answers = run_stacks(
        [{"middleware": paths_of(order), "settings": c.settings, "requests": c.requests} for c, order in orders]
    )
    return {
        claim.rule: (bad, good)
        for claim, (bad, good) in zip(CLAIMS, zip(answers[::2], answers[1::2], strict=True), strict=True)
    }


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.rule)
def test_claim(claim: Claim, executed: dict[str, Any]) -> None:
    """The consequence that the rule names comes about in one order and not in the other; the rule fires there alone."""
    bad, good = executed[claim.rule]
    assert claim.happens(bad["responses"])
    assert not claim.happens(good["responses"])
    assert claim.rule in {finding.id for finding in bad["report"].findings}
    assert claim.rule not in {finding.id for finding in good["report"].findings}


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
