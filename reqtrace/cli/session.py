"""One place that starts hub, site and viewer, and takes all of them down again in the right order."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reqtrace.cli import output
from reqtrace.cli.signals import ending_signals
from reqtrace.cli.sources import LiveSource, RecordedSource
from reqtrace.cli.viewers import Viewer
from reqtrace.errors import EXIT_OK, ProjectBroken, ReqtraceError
from reqtrace.events.wire import LEVELS
from reqtrace.hub.arrival import SiteState
from reqtrace.hub.hub import Hub
from reqtrace.hub.recording import RecordingWriter
from reqtrace.hub.site import Launch, Site

__all__ = ["review", "watch"]


def watch(
    launch: Launch, viewer: Viewer, *, record: Path | None = None, level: str = LEVELS[0]
) -> tuple[int | None, SiteState]:
    """Run a site under a viewer. The exit code if a signal ended it, and the last state the site had by itself.

    Whatever happens, the agents are heard to their end, nothing the site started is left, and the recording is whole:
    the site ends first, then the hub, then the recording. Raises why the site could not be started, if so.
    """
    writer = RecordingWriter(record, title=launch.title) if record else None
    hub = Hub(recorder=writer)
    hub.set_level(level)
    site = Site(launch, hub)
    with ExitStack() as stack:
        ending = stack.enter_context(
            ending_signals(
                quit_viewer=viewer.quit,
                end_site=site.close,
                kill_site=site.kill,
                close_all=lambda: close_all(site, hub, writer),
            )
        )
        if writer is not None:
            stack.callback(close_recording, writer)
        stack.callback(hub.close)
        hub.start()
        stack.enter_context(logging_to(hub))
        stack.callback(site.close)
        site.start()
        viewer.show(LiveSource(site, hub, recording=record))
        last = site.state
        if site.failure is not None and ending.signal is None:
            raise without_repetition(site.failure) if viewer.keeps_output else site.failure
    return ending.exit_code, last


def review(path: Path, viewer: Viewer) -> int:
    """Show a recording. Raises ``RecordingError``."""
    source = RecordedSource(path)
    with ending_signals(
        quit_viewer=viewer.quit, end_site=do_nothing, kill_site=do_nothing, close_all=do_nothing
    ) as ending:
        viewer.show(source)
    return EXIT_OK if ending.exit_code is None else ending.exit_code


def do_nothing() -> None:
    """There is no site to end behind a recording."""


def close_all(site: Site, hub: Hub, writer: RecordingWriter | None) -> None:
    """The same order, for when the viewer does not come back."""
    site.close()
    hub.close()
    if writer is not None:
        writer.close()


def without_repetition(error: ReqtraceError) -> ReqtraceError:
    """The error without the project's words, which stand on stderr already."""
    return ProjectBroken(error.message, hint=error.hint) if isinstance(error, ProjectBroken) else error


def close_recording(writer: RecordingWriter) -> None:
    writer.close()
    output.tell(f"reqtrace: recorded to {writer.path}; `reqtrace replay {shlex.quote(str(writer.path))}` opens it.")


class NoteHandler(logging.Handler):
    """Shows our own warnings where the person looks: on the screen, stderr belongs to the picture."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(logging.WARNING)
        self._hub = hub

    def emit(self, record: logging.LogRecord) -> None:
        self._hub.note(record.getMessage())


@contextmanager
def logging_to(hub: Hub) -> Iterator[None]:
    """Warnings of reqtrace become notes of the hub."""
    logger, handler = logging.getLogger("reqtrace"), NoteHandler(hub)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
