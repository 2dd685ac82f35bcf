"""Makes the raw facts of a request fit to be shown, in the sender's thread: decoded, shortened, redacted."""

from __future__ import annotations

from collections.abc import Iterable

from reqtrace.agent.values import plain_text, redact_headers, redact_query, shorten

MAX_PATH = 8_192
MAX_KEYS = 1_000

header_names: dict[str, str] = {}
"""Header name for each ``environ`` key met that is one."""
no_headers: set[str] = set()
"""The keys met that are none. Probes read it, the sender writes."""


def path_text(raw: object) -> str:
    """A path as it may be shown; ``raw`` is text, or ``SCRIPT_NAME`` and ``PATH_INFO`` as WSGI has them."""
    if not isinstance(raw, tuple):
        return shorten(plain_text(raw), MAX_PATH)
    script_name, path_info = raw
    path = plain_text(script_name) + (plain_text(path_info) or "/")
    if not path.isascii():
        # WSGI decodes the bytes of the path as Latin-1; what is no UTF-8 could not be shown and is replaced.
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
    return path if len(path) <= MAX_PATH else shorten(path, MAX_PATH)


def query_text(raw: object) -> str:
    return "" if type(raw) is str and not raw else redact_query(shorten(plain_text(raw), MAX_PATH))


def environ_header_texts(raw: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers among items of an ``environ``, named as they are sent."""
    known = header_names.get
    named = []
    for key, value in raw:
        name = known(key)
        if name is None:
            name = header_name(key)
        if name and value:
            named.append((name, value))
    return redact_headers(named)


def header_name(key: str) -> str:
    """``Accept-Language`` for ``HTTP_ACCEPT_LANGUAGE``; empty if the key is no header."""
    name = header_names.get(key)
    if name is not None:
        return name
    is_header = key.startswith("HTTP_")
    if not is_header and key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if len(no_headers) < MAX_KEYS:
            no_headers.add(key)
        return ""
    name = key.removeprefix("HTTP_").replace("_", "-").title()
    if len(header_names) < MAX_KEYS:
        header_names[key] = name
    return name
