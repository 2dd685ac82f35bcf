"""Reads the positional arguments of ``reqtrace request``: ``[PATH] [METHOD] URL``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reqtrace.errors import UsageError

__all__ = ["Target", "read_target"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
EXAMPLES = "Try reqtrace request /about/ or reqtrace request PATH POST /contact/ --data name=Ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which project, and what to ask it for."""

    path: str
    method: str | None
    """``None`` if none was given: GET, or POST with data."""
    url: str


def read_target(words: Sequence[str]) -> Target:
    """The last word is the URL; before it PATH and METHOD, each may be missing. Raises ``UsageError``."""
    if not words:
        raise UsageError("There is no URL to request.", hint=EXAMPLES)
    if len(words) > 3:
        raise UsageError(f"{len(words)} arguments, but at most PATH METHOD URL are expected.", hint=EXAMPLES)
    url = check_url(words[-1], words[:-1])
    match list(words[:-1]):
        case []:
            return Target(path=".", method=None, url=url)
        case [word] if is_method(word):
            return Target(path=".", method=word.upper(), url=url)
        case [path]:
            return Target(path=path, method=None, url=url)
        case [path, word]:
            return Target(path=path, method=check_method(word), url=url)
    raise AssertionError(words)


def is_method(word: str) -> bool:
    """A verb of HTTP, or a word in capitals that names no file (``PURGE``)."""
    if word in METHODS:
        return True
    is_like_method = word.upper() in METHODS or (word.isascii() and word.isalpha() and word.isupper())
    return is_like_method and not Path(word).exists()


def check_method(word: str) -> str:
    if word.isascii() and word.replace("-", "").isalnum():
        method = word.upper()
        near = difflib.get_close_matches(method, METHODS, n=1)
        if method in METHODS or (word.isupper() and not near):
            return method
        raise UsageError(f"{word} is no HTTP method.", hint=f"Did you mean {near[0]}?" if near else EXAMPLES)
    raise UsageError(f"{word} stands where the HTTP method is expected.", hint=EXAMPLES)


def check_url(word: str, before: Sequence[str]) -> str:
    """A path of the site, or a full ``http://`` URL."""
    if word.startswith("/"):
        if not before and (Path(word) / "manage.py").is_file():
            raise UsageError(f"After the project {word} the URL is missing.", hint=f"For its home page: {word} /")
        return word
    if word.startswith(("http://", "https://")):
        try:
            has_host = bool(urlsplit(word).hostname)
            urlsplit(word).port  # noqa: B018  it raises if the port is no number
        except ValueError as error:
            raise UsageError(f"{word} is no URL: {error}.") from None
        if has_host:
            return word
    if is_method(word) or Path(word).exists():
        raise UsageError(f"After {word} the URL is missing.", hint=EXAMPLES)
    raise UsageError(f"{word} is no URL: it must begin with / or http://.", hint=f"Did you mean /{word.lstrip('./')}?")
