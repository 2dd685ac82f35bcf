"""Mails are seen where they are handed to a backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import MailSent

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("situation", ["mail_backend", "mailers"])
def test_every_mail_is_told_once(compare: Callable[..., Any], situation: str) -> None:
    """Subject and how many get it, never who; a lazy subject stays lazy; warnings of Django 6.1 name the same line."""
    import django

    if situation == "mailers" and django.VERSION < (6, 1):
        pytest.skip("MAILERS came with Django 6.1")
    seen = compare("others_site.py", situation)
    events = seen.of(MailSent)
    assert [(event.subject, event.recipients, event.error) for event in events] == [
        ("Your order", 1, ""),
        ("<__proxy__>", 2, ""),
        ("One", 1, ""),
        ("Two", 1, ""),
        ("[Django] token: ********", 1, ""),
        ("Refused", 1, "builtins.ConnectionError"),
        ("quiet", 1, ""),
        ("<list_iterator>", 0, ""),
    ]
    assert {event.backend.rpartition(".")[2] for event in events} == {"Relay"}
    assert all(event.file.endswith("others_site.py") and event.line for event in events)
    assert [event.duration > 0 for event in events] == [True, True, True, False, True, True, True, True]
