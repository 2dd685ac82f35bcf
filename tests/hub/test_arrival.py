"""The hub's own records and the state of a site."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reqtrace.events.wire import FrameError
from reqtrace.hub.arrival import (
    Arrival,
    SitePhase,
    SiteState,
    is_expendable,
    process_record,
    state_record,
)


@pytest.mark.parametrize("phase", SitePhase, ids=lambda phase: phase.name.lower())
def test_a_state_survives_its_journey(phase: SitePhase) -> None:
    """What a viewer reads is what the site told."""
    state = SiteState(phase=phase, url="http://[::1]:8000/", command=("a b", "c"), exit_code=-9, detail="é\n")
    assert SiteState.from_fields(json.loads(state_record(state))[1]) == state


@pytest.mark.parametrize(
    "fields",
    [{}, {"phase": "melting"}, {"phase": "serving", "exit_code": "x"}, {"phase": "serving", "command": 3}, [], None],
    ids=repr,
)
def test_a_strange_state_is_refused(fields: Any) -> None:
    """A recording is untrusted: only a frame error comes of nonsense."""
    with pytest.raises(FrameError):
        SiteState.from_fields(fields)


def test_only_failed_exited_and_stopped_sites_have_ended() -> None:
    """While the autoreloader waits for a fix, something still runs."""
    ended = {phase.name for phase in SitePhase if SiteState(phase=phase).is_ended}
    assert ended == {"FAILED", "EXITED", "STOPPED"}


def test_the_token_stays_in_the_hub() -> None:
    """A process record is the header of the process without its token."""
    assert json.loads(process_record(3, {"token": "secret", "pid": 7})) == ["process", 3, {"pid": 7}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'["events",[]]\n', True),
        (b'["output",1,"stdout","x"]\n', True),
        (b'["strings",0,[]]\n', False),
        (b'["process",1,{}]\n', False),
        (b'["bye","lost"]\n', False),
        (b'["state",{}]\n', False),
    ],
)
def test_only_events_and_output_can_be_missed(line: bytes, expected: bool) -> None:
    """Without a strings line nothing after it could be decoded."""
    assert is_expendable(Arrival(1, line)) is expected
