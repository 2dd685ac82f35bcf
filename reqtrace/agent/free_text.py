"""Texts the application wrote for somebody else (keys, subjects, log messages), without the secrets they may hold."""

from __future__ import annotations

import re

from reqtrace.agent.request_texts import query_text
from reqtrace.agent.values import REDACTED, SECRET_NAME, is_redacted_name, shorten

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
MAX_LOOKED_AT = 10_000
USER_INFO = re.compile(r"(?<=://)[^/?#@\s]*@")


def hide_long_words(text: str) -> str:
    """The text without words that look random, as session keys do; what is hexadecimal is a digest and stays."""
    return LONG_WORD.sub(lambda found: REDACTED if looks_random(found[0]) else found[0], text)


def looks_random(word: str) -> bool:
    """Letters and digits mixed at length; hexadecimal parts are digests or identifiers, short ones are names."""
    return any(
        len(part) >= 16
        and any(letter.isdigit() for letter in part)
        and any(letter.isalpha() for letter in part)
        and not HEXADECIMAL.match(part)
        for part in re.split(r"[_\-]", word)
    )


def redact_text(text: str) -> str:
    """A text for people, shortened, without the secrets that are named in it, and without what looks like one."""
    # Shortened last: a secret that is cut through would not be known as one.
    return shorten(message_text(text[:MAX_LOOKED_AT]))


def message_text(text: str) -> str:
    """The same for a text that is short already."""
    if "@" in text:
        text = USER_INFO.sub(f"{REDACTED}@", text)
    if is_redacted_name(text):
        text = NAMED_SECRET.sub(rf"\g<name>{REDACTED}", text)
    return hide_long_words(text)


def url_text(url: str) -> str:
    """An address that the site asks: without user name and password, and without the secrets of its query."""
    address, mark, query = url.partition("#")[0].partition("?")
    return shorten(hide_long_words(USER_INFO.sub("", address[:MAX_LOOKED_AT]))) + mark + query_text(query)
