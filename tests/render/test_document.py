"""The JSON document is documented key by key, versioned, and the same for the same request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scenarios import SCENARIOS

from reqtrace.render.document import DOCUMENT_VERSION, trace_document
from reqtrace.trace.model import RequestTrace

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "trace-json.md"
OPEN_KEYS = "settings"
"""Its keys are the names of settings."""


def sections() -> dict[str, set[str]]:
    """The words in backticks by the heading they stand under."""
    found: dict[str, set[str]] = {}
    heading = ""
    for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip("`")
        found.setdefault(heading, set()).update(re.findall(r"`([\w-]+)`", line))
    return found


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key != OPEN_KEYS:
                yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_key_is_documented_in_its_section(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """Each part of the document has a section, and each key in it is named there (changes with the layers)."""
    documented = sections()
    for part, value in trace_document(trace_of(name)).items():
        assert part in documented["The document"], part
        known = documented.get(part, set()) | (documented["layers"] if part == "spans" else set())
        assert set(keys_of(value)) <= known, part


def test_the_documented_version_is_the_code_s() -> None:
    """The version in the text is the version in the document."""
    assert f"now **{DOCUMENT_VERSION}**" in DOCUMENTATION.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["detail", "csrf_403", "static"])
def test_golden_documents(name: str, trace_of: Callable[..., RequestTrace], golden: Callable[[str, str], None]) -> None:
    """The document of a request is exactly its golden file."""
    golden(f"{name}.json", json.dumps(trace_document(trace_of(name)), indent=1, ensure_ascii=True))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_request_under_way_is_plain_data(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """A half-finished request is as serialisable as a finished one, and JSON gives back what was put in."""
    document = trace_document(trace_of(name, len(SCENARIOS[name].request) // 2))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
