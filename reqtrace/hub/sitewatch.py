"""Works out what a site is doing from outside: what it prints, whether it ended, whether its agents are there.

Every server says where it listens, so nothing needs to connect to the site to find out that it is up; only a server
that is silent about it is asked, after a while (``wants_probe``).
"""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urlsplit

from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.ports import address_of

__all__ = ["SiteWatch"]

LISTENING = re.compile(
    r"(?:server at|running on|listening (?:at|on)|serving (?:at|on)):?\s+(?:TCP address )?"
    r"(?:(https?)://)?([\w.\-\[\]:]+:\d{1,5})\b",
    re.IGNORECASE,
)
"""What runserver, daphne, uvicorn, gunicorn, hypercorn, waitress and Werkzeug print when they are ready."""
RELOADING = re.compile(r"changed, reloading\.|detected (?:file )?changes? in", re.IGNORECASE)
"""What the reloaders of Django, Werkzeug and uvicorn print."""
WATCHING = re.compile(r"\bwatch(?:ing)? for (?:file )?changes|reloader process|\* Restarting with ", re.IGNORECASE)
"""What they print first: after a traceback they wait for a change, where any other command goes on or ends."""
STARTED_AGAIN = re.compile(r"Application startup complete\.")
"""What uvicorn prints in the place of its address after a reload: the socket was open all the time."""
BREAKING = re.compile(r"Traceback \(most recent call last\):|Exception in thread django-main-thread")
DEAD_THREAD = "Exception in thread django-main-thread"
"""The autoreloader lives on, but what it should serve has raised: it waits for the next change of a file."""

SETTLED = 0.6
"""Seconds of silence after which a traceback counts as the last word."""
GONE = 0.6
"""Seconds without any traced process after which a site is reloading."""
PROBE_AFTER = 4.0
PROBE_INTERVAL = 1.0
LAST_WORDS = 80
"""Lines of output kept for a site that dies."""


class SiteWatch:
    """The state of one command, worked out as it goes; every method returns the new state if there is one.

    ``now`` is a monotonic time in seconds.
    """

    def __init__(self, command: tuple[str, ...], *, url: str = "", now: float) -> None:
        self.state = SiteState(phase=SitePhase.STARTING, command=command, url=url)
        self._output: deque[str] = deque(maxlen=LAST_WORDS)
        self._trouble: list[str] | None = None
        self._last_line = self._since = self._last_probe = now
        self._without_processes: float | None = None
        self._has_had_processes = False
        self._process_count = 0
        self._is_server = bool(url)
        """It serves somewhere, or waits for changes; a command that is neither may print tracebacks of its own."""
        self._is_traced = False
        """Some process of it has reported, once."""

    def saw_line(self, text: str, now: float) -> SiteState | None:
        """The command printed a line."""
        self._last_line = now
        self._output.append(text)
        is_awaited = self._is_coming_up or self.state.phase is SitePhase.BROKEN
        if is_awaited and (url := announced_url(text)):
            return self._enter(SitePhase.SERVING, now, url=url)
        if self.state.phase is SitePhase.RELOADING and self.state.url and STARTED_AGAIN.search(text):
            return self._enter(SitePhase.SERVING, now)
        self._is_server = self._is_server or WATCHING.search(text) is not None
        if RELOADING.search(text):
            return self._enter(SitePhase.RELOADING, now)
        if self._trouble is not None:
            if len(self._trouble) < LAST_WORDS:
                self._trouble.append(text)
        elif (self._is_coming_up and self._is_server and BREAKING.search(text)) or DEAD_THREAD in text:
            self._trouble = [text]
        return None

    def saw_exit(self, exit_code: int, now: float) -> SiteState:
        """The command ended by itself."""
        return self._enter(SitePhase.EXITED, now, exit_code=exit_code, detail="\n".join(self._output))

    def saw_answer(self, now: float) -> SiteState:
        """Somebody accepted a connection where the site was to be."""
        return self._enter(SitePhase.SERVING, now)

    def look(self, process_count: int, now: float) -> SiteState | None:
        """Time has passed; ``process_count`` traced processes are connected."""
        self._process_count = process_count
        self._is_traced = self._is_traced or process_count > 0
        if self._trouble is not None and now - self._last_line > SETTLED:
            return self._enter(SitePhase.BROKEN, now, detail="\n".join(self._trouble))
        self._has_had_processes = self._has_had_processes or process_count > 0
        if process_count or not self._has_had_processes or self.state.phase is not SitePhase.SERVING:
            self._without_processes = None
        elif self._without_processes is None:
            self._without_processes = now
        elif now - self._without_processes > GONE:
            return self._enter(SitePhase.RELOADING, now)
        return None

    def wants_probe(self, now: float) -> bool:
        """Whether it is time to try to connect: the site should be up by now, and has not said so.

        A reloader may hold the socket open with nobody behind it, so of a traced site a process must be there.
        """
        if self._is_traced and not self._process_count:
            return False
        is_due = now - max(self._since + PROBE_AFTER - PROBE_INTERVAL, self._last_probe) > PROBE_INTERVAL
        if not (is_due and self._is_coming_up and self.state.url):
            return False
        self._last_probe = now
        return True

    @property
    def _is_coming_up(self) -> bool:
        return self.state.phase in (SitePhase.STARTING, SitePhase.RELOADING)

    def _enter(
        self, phase: SitePhase, now: float, *, url: str = "", detail: str = "", exit_code: int | None = None
    ) -> SiteState:
        self._trouble = None
        self._since = now
        self._has_had_processes = False
        self.state = SiteState(
            phase=phase, command=self.state.command, url=url or self.state.url, detail=detail, exit_code=exit_code
        )
        return self.state


def announced_url(text: str) -> str:
    """The address in a server's announcement, as a browser wants it; empty if the text is none."""
    match = LISTENING.search(text)
    if match is None:
        return ""
    scheme = match[1] or "http"
    try:
        parts = urlsplit(f"{scheme}://{match[2]}")
        return address_of(parts.hostname or "", parts.port or 80).replace("http:", f"{scheme}:", 1)
    except ValueError:
        return ""
