"""What is looked for is written in a few words, and a response shows it or does not."""

from __future__ import annotations

import pytest

from reqtrace.analysis.experiment_symptoms import read_symptom
from reqtrace.analysis.experiments import Attempt
from reqtrace.errors import UsageError


def an_attempt(status: int = 200, *headers: tuple[str, str], failure: str = "") -> Attempt:
    return Attempt(
        middleware=(),
        trace=None,
        status=status,
        headers=headers,
        size=0,
        digest="",
        escaped="",
        failure=failure,
        remarks=(),
        output="",
    )


ANSWER = an_attempt(403, ("Vary", "Cookie, Accept-Language"), ("Set-Cookie", "csrftoken=********; Path=/"))


@pytest.mark.parametrize(
    ("words", "is_shown"),
    [
        ("header vary", True),
        ("header Vary: accept-language", True),
        ("header Vary: Origin", False),
        ("no header Vary", False),
        ("no header X-Foo", True),
        ("cookie csrftoken", True),
        ("cookie csrf", False),
        ("status 403", True),
        ("Status 200", False),
        ("exception KeyError", False),
    ],
)
def test_symptoms(words: str, is_shown: bool) -> None:
    """Names of headers in any case, values by a part, cookies by their whole name."""
    assert read_symptom(words).shows(ANSWER) is is_shown


def test_nothing_sent_shows_nothing() -> None:
    """A list that cannot be built is no lack of a header."""
    assert not read_symptom("no header Vary").shows(an_attempt(0, failure="RuntimeError"))


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("haeder X-Foo", "names nothing", "Did you mean header?"),
        ("403", "names nothing", "For example"),
        ("status teapot", "does not say which status", "For example"),
        ("header", "does not say which header", "For example"),
        ("", "names nothing", "For example"),
    ],
)
def test_mistakes(words: str, message: str, hint: str) -> None:
    """A mistake is answered with the nearest word and examples."""
    with pytest.raises(UsageError) as caught:
        read_symptom(words)
    assert message in caught.value.message
    assert caught.value.hint.startswith(hint)
