"""Secrets are taken out of texts that were written for somebody else."""

from __future__ import annotations

import hashlib

import pytest

from reqtrace.agent.free_text import hide_long_words, redact_text

SESSION = "0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p"
DIGEST = hashlib.md5(b"vary").hexdigest()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2 for ada", "password=******** for ada"),
        ("db_password: 'hunter 2'", "db_password: ********"),
        ('{"api_key": "abc", "page": 2}', '{"api_key": ********, "page": 2}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ********"),
        ("got sessionid=abc; path=/", "got sessionid=********; path=/"),
        ("to https://ada:pw@example.com/x", "to https://********@example.com/x"),
        ("GET /reset/?token=abc&page=2", "GET /reset/?token=********&page=2"),
        (f"session {SESSION} expired", "session ******** expired"),
        ("Forbidden (CSRF token missing.): /shop/", "Forbidden (CSRF token missing.): /shop/"),
        ("the author is: Ada", "the author is: Ada"),
        ("Not Found: /nowhere/", "Not Found: /nowhere/"),
    ],
)
def test_named_secrets_are_hidden(text: str, shown: str) -> None:
    """The name stays, so that one sees what was there."""
    assert redact_text(text) == shown


def test_digests_and_names_stay() -> None:
    """What is hexadecimal is a digest, and a row of words is a name."""
    for word in (DIGEST, f"views.cache_page.GET.{DIGEST}.en-us", "a_very_long_name_of_a_template_fragment_of_ours"):
        assert hide_long_words(word) == word


def test_long_texts_are_cut() -> None:
    """Like any other."""
    assert redact_text("x " * 500).endswith("… +800")
