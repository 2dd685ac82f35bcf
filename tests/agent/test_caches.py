"""The caches of ``django.core.cache.caches`` are seen, each use once, and neither keys nor values are touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import CacheCalled

pytestmark = pytest.mark.slow


def told(events: list[CacheCalled]) -> list[tuple[Any, ...]]:
    return [(event.operation, event.key, event.hits, event.keys) for event in events]


def test_every_operation_is_told_once(compare: Callable[..., Any]) -> None:
    """With its key, how many keys were meant, and how many found; -1 where nobody can say."""
    seen = compare("uses_site.py", "caches")
    events = [event for event in seen.of(CacheCalled) if event.function == "every_operation"]
    assert told(events) == [
        ("get", "missing", 0, 1),
        ("get", "missing", 0, 1),
        ("get", "missing", -1, 1),
        ("set", "a", -1, 1),
        ("get", "a", 1, 1),
        ("get", "a", 1, 1),
        ("add", "a", 1, 1),
        ("add", "b", 0, 1),
        ("get_many", "a, b, c", 2, 3),
        ("get_many", "<generator>", 1, -1),
        ("set_many", "d, e", -1, 2),
        ("get_or_set", "a", 1, 1),
        ("get_or_set", "new", 0, 1),
        ("incr", "a", 1, 1),
        ("decr", "a", 1, 1),
        ("has_key", "a", 1, 1),
        ("has_key", "q", 0, 1),
        ("touch", "a", 1, 1),
        ("touch", "q", 0, 1),
        ("delete", "a", 1, 1),
        ("delete", "a", 0, 1),
        ("delete_many", "b, c, d, …", -1, 5),
        ("incr", "missing", -1, 1),
        ("incr_version", "new", 1, 1),
        ("clear", "", -1, 0),
        ("get", "k", 0, 1),
        ("set", "k", -1, 1),
        ("get", "with space", 0, 1),
        ("set", "********", -1, 1),
        ("get", "prefix.********", 0, 1),
    ]
    assert [event.error for event in events if event.error] == ["builtins.ValueError"]
    assert {(event.alias, event.backend.rpartition(".")[2]) for event in events} == {
        ("default", "LocMemCache"),
        ("other", "own_cache.<locals>.OwnCache".rpartition(".")[2]),
    }
    assert all(event.duration > 0 and event.file.endswith("uses_site.py") and event.line for event in events)


def test_what_a_default_calls_is_a_use_of_its_own(compare: Callable[..., Any]) -> None:
    """``get_or_set`` runs the project's code, and that asks the cache again."""
    seen = compare("uses_site.py", "caches")
    [inner] = [event for event in seen.of(CacheCalled) if event.function == "<lambda>"]
    assert (inner.operation, inner.key, inner.hits) == ("get", "b", 1)


def test_keys_and_values_stay_untouched(compare: Callable[..., Any]) -> None:
    """A key that is no text is told by its type; whether a value is the default is asked by identity."""
    seen = compare("uses_site.py", "caches")
    events = [event for event in seen.of(CacheCalled) if event.function == "untouched_values"]
    assert told(events) == [
        ("set", "<Untouchable>", -1, -1),
        ("get", "<Untouchable>", 1, -1),
        ("get_or_set", "x", 0, 1),
    ]


def test_async_operations_are_told_once(compare: Callable[..., Any]) -> None:
    """Not again by the sync method that runs in a thread; those of tasks side by side are not mixed up."""
    seen = compare("uses_site.py", "async_caches")
    events = seen.of(CacheCalled)
    assert sorted(told(events)) == sorted(
        [
            ("aset", "a", -1, 1),
            ("aget", "a", 1, 1),
            ("aget", "q", 0, 1),
            ("aget_many", "a, b", 1, 2),
            ("aget_or_set", "a", 1, 1),
            ("get", "a", 1, 1),
            ("aget_or_set", "n", 0, 1),
            ("aget", "a", 1, 1),
            ("aget", "b", 0, 1),
            ("ahas_key", "a", 1, 1),
            ("aincr", "a", 1, 1),
            ("adelete", "a", 1, 1),
            ("aset", "k", -1, 1),
        ]
    )
    assert {event.function for event in events} == {"async_operations", "compute", "<lambda>"}


def test_sessions_pages_and_fragments(compare: Callable[..., Any]) -> None:
    """What Django keeps in the cache is seen, too; the key of a session stays in the process."""
    seen = compare("uses_site.py", "cached_site")
    keys = [event.key for event in seen.of(CacheCalled)]
    assert "********" in keys
    assert not any("sessions.cache" in key for key in keys)
    fragments = [event for event in seen.of(CacheCalled) if event.key.startswith("template.cache.shelf")]
    assert [(event.operation, event.hits) for event in fragments] == [("get", 0), ("set", -1), ("get", 1)]
    pages = [event for event in seen.of(CacheCalled) if "cache_page" in event.key]
    assert [(event.operation, event.hits) for event in pages] == [("set", -1), ("get", 1)]


def test_a_mock_in_a_class_is_called(compare: Callable[..., Any]) -> None:
    """What tests put in the place of a method is what the cache calls, and it is put back."""
    assert compare("uses_site.py", "mocked_cache").outcome[1:] == [1, True, True, True]


def test_nothing_is_left_when_it_is_taken_out(compare: Callable[..., Any]) -> None:
    """The classes of the caches are as they were, and work."""
    assert compare("uses_site.py", "caches_uninstalled").outcome[0] == []
