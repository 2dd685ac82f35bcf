"""What a viewer can watch."""

from __future__ import annotations

from pathlib import Path

import pytest

from reqtrace.cli.sources import LiveSource, RecordedSource
from reqtrace.hub.arrival import HUB, Arrival, SitePhase, SiteState, note_record
from reqtrace.hub.hub import Hub
from reqtrace.hub.recording import RecordingWriter
from reqtrace.hub.site import Launch, Site

ARRIVALS = [Arrival(HUB, note_record(str(number))) for number in range(7)]


@pytest.fixture
def recorded(tmp_path: Path) -> RecordedSource:
    writer = RecordingWriter(tmp_path / "lesson.reqtrace")
    writer.write(ARRIVALS)
    writer.close()
    return RecordedSource(tmp_path / "lesson.reqtrace")


def test_a_recording_is_drained_in_slices(recorded: RecordedSource) -> None:
    """It is over when the last line has been drained, and not before."""
    sizes: list[int] = []
    drained: list[Arrival] = []
    while not recorded.is_over:
        assert recorded.wait(0)
        assert recorded.backlog > 0
        part = recorded.drain(3)
        sizes.append(len(part))
        drained += part
    assert sizes == [3, 3, 1]
    assert drained == ARRIVALS
    assert recorded.drain(3) == []
    assert not recorded.wait(0)


def test_a_recording_is_called_by_its_file(recorded: RecordedSource) -> None:
    """It has no address, and nothing in it was dropped."""
    recorded.restart()
    recorded.set_level("deep")
    assert recorded.level == ""
    assert (recorded.title, recorded.address, recorded.is_live, recorded.dropped) == ("lesson.reqtrace", "", False, 0)
    recorded.drain(100)


def test_a_live_source_speaks_for_its_site(tmp_path: Path) -> None:
    """Title, address and file come from where they are known."""
    hub = Hub()
    site = Site(Launch(title="shop", cwd=tmp_path, command=lambda port: [], environment={}), hub)
    source = LiveSource(site, hub, recording=tmp_path / "a.reqtrace")
    assert (source.title, source.address, source.recording, source.is_live) == ("shop", "", "a.reqtrace", True)
    site.state = SiteState(phase=SitePhase.SERVING, url="http://127.0.0.1:8001/")
    source.set_level("deep")
    assert (source.level, hub.level) == ("deep", "deep")
    hub.note("hello")
    assert (source.address, source.backlog, source.is_over) == ("127.0.0.1:8001", 1, False)
    assert len(source.drain(5)) == 1
    assert source.is_over
