"""Texts the application wrote for somebody else (keys, subjects, log messages), without the secrets they may hold."""

from __future__ import annotations

import re

from reqtrace.agent.values import REDACTED, SECRET_NAME, shorten

NAMED_SECRET = re.compile(
    rf"""
    (?P<name> \b [\w.\-]*? (?:{SECRET_NAME.pattern}) [\w.\-]* ["']? \s* (?:[=:]|=>) \s* (?:(?:bearer|basic)\s+)? )
    (?P<value> " [^"]* " | ' [^']* ' | [^\s,;&)\]}}]+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""``password=…``, ``"token": "…"``, ``Authorization: Bearer …``."""
LONG_WORD = re.compile(r"[0-9A-Za-z_\-]{32,}")
HEXADECIMAL = re.compile(r"[0-9a-f]+\Z|[0-9A-F]+\Z")
USER_INFO = re.compile(r"(?<=://)[^/?#@\s]*@")


def hide_long_words(text: str) -> str:
    """The text without words that look random, as session keys do; what is hexadecimal is a digest and stays."""
    return LONG_WORD.sub(lambda found: REDACTED if looks_random(found[0]) else found[0], text)


def looks_random(word: str) -> bool:
    """Letters and digits, not in a row of names and not hexadecimal."""
    return (
        any(letter.isdigit() for letter in word)
        and any(letter.isalpha() for letter in word)
        and not any(HEXADECIMAL.match(part) for part in re.split(r"[_\-]", word) if len(part) >= 32)
    )


def redact_text(text: str) -> str:
    """A text for people, shortened, without the secrets that are named in it, and without what looks like one."""
    text = USER_INFO.sub(f"{REDACTED}@", shorten(text))
    return hide_long_words(NAMED_SECRET.sub(rf"\g<name>{REDACTED}", text))
