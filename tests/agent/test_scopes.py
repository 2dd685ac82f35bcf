"""What is read from an ASGI scope, whoever built it."""

from __future__ import annotations

import pytest

from reqtrace.agent.probes.requests import scope_facts


@pytest.mark.parametrize("query", [b"a=1", bytearray(b"a=1"), "a=1"])
def test_a_query_string_may_be_bytes_or_text(query: object) -> None:
    """Servers give bytes, ``AsyncRequestFactory`` text; ``ASGIRequest`` takes both."""
    scope = {"type": "http", "method": "GET", "path": "/", "http_version": "1.1", "query_string": query}
    assert scope_facts(scope) == ("GET", "/", "a=1", "HTTP/1.1", "", [])


def test_a_scope_may_be_nearly_empty() -> None:
    """What is optional in ASGI may be absent, or ``None``."""
    assert scope_facts({"type": "http", "client": None, "headers": None}) == (None, None, "", "", "", [])
