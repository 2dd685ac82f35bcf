"""What a site is doing, worked out from outside, with a clock of our own."""

from __future__ import annotations

import pytest

from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.sitewatch import SiteWatch

RUNSERVER = "Starting development server at http://127.0.0.1:8000/"
ANNOUNCEMENTS = {
    "Django 5.2 runserver": (RUNSERVER, "http://127.0.0.1:8000/"),
    "Django 6.1 runserver": ("Starting WSGI development server at http://[::1]:8001/", "http://[::1]:8001/"),
    "daphne's runserver": (
        "Starting ASGI/Daphne version 4.2.0 development server at http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/",
    ),
    "runserver_plus": (" * Running on http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
    "gunicorn": (
        "[2025-01-01 10:00:00 +0000] [12] [INFO] Listening at: http://0.0.0.0:9000 (12)",
        "http://127.0.0.1:9000/",
    ),
    "uvicorn": ("INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", "http://127.0.0.1:8000/"),
    "uvicorn with TLS": ("INFO:     Uvicorn running on https://127.0.0.1:8443 (Press …)", "https://127.0.0.1:8443/"),
    "daphne": ("2025-01-01 10:00:00,000 INFO     Listening on TCP address 127.0.0.1:8000", "http://127.0.0.1:8000/"),
    "hypercorn": (
        "[2025-01-01] [1] [INFO] Running on http://127.0.0.1:8000 (CTRL + C to quit)",
        "http://127.0.0.1:8000/",
    ),
    "waitress": ("INFO:waitress:Serving on http://0.0.0.0:8080", "http://127.0.0.1:8080/"),
}


class Clock:
    """Drives a watch; collects the states it enters."""

    def __init__(self, url: str = "http://127.0.0.1:8000/") -> None:
        self.now = 100.0
        self.watch = SiteWatch(("python", "manage.py"), url=url, now=self.now)
        self.states: list[SiteState] = []

    def line(self, *texts: str) -> None:
        for text in texts:
            if state := self.watch.saw_line(text, self.now):
                self.states.append(state)

    def pass_time(self, seconds: float, processes: int = 0) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            if state := self.watch.look(processes, self.now):
                self.states.append(state)

    @property
    def phases(self) -> list[str]:
        return [state.phase.name for state in self.states]


@pytest.mark.parametrize(("line", "url"), ANNOUNCEMENTS.values(), ids=ANNOUNCEMENTS)
def test_servers_say_when_they_are_ready(line: str, url: str) -> None:
    """The address is one a browser can open."""
    clock = Clock(url="")
    clock.line("Performing system checks...", line)
    assert [(state.phase, state.url) for state in clock.states] == [(SitePhase.SERVING, url)]


@pytest.mark.parametrize(
    "line",
    [
        "Quit the server with CONTROL-C.",
        "Listening at: unix:/run/app.sock (12)",
        "running on http://127.0.0.1:99999/",
        "see https://docs.djangoproject.com/en/5.2/",
        "running on http://[:::::]:80/",
    ],
)
def test_other_lines_are_no_announcement(line: str) -> None:
    """A site that only talks about addresses is not up."""
    clock = Clock()
    clock.line(line)
    assert clock.states == []


def test_an_announcement_counts_only_while_the_site_is_awaited() -> None:
    """What a view prints later does not change the address."""
    clock = Clock()
    clock.line(RUNSERVER, "server at http://elsewhere:1/")
    assert clock.phases == ["SERVING"]


def test_a_reload_is_seen_by_its_message() -> None:
    """Django's autoreloader says which file has changed."""
    clock = Clock()
    clock.line(
        RUNSERVER, "/srv/shop/views.py changed, reloading.", "Watching for file changes with StatReloader", RUNSERVER
    )
    assert clock.phases == ["SERVING", "RELOADING", "SERVING"]


def test_uvicorn_is_up_again_without_saying_where() -> None:
    """It prints its address once; after a reload, or after a mistake was mended, only that the application is there."""
    clock = Clock()
    uvicorn, changed = (
        ANNOUNCEMENTS["uvicorn"][0],
        "WARNING:  StatReload detected changes in 'shop/urls.py'. Reloading...",
    )
    started = "INFO:     Application startup complete."
    clock.line(uvicorn, started, changed, "INFO:     Started server process [7]", started)
    assert clock.phases == ["SERVING", "RELOADING", "SERVING"]
    assert clock.states[-1].url == "http://127.0.0.1:8000/"
    clock.line(changed, *BROKEN)
    clock.pass_time(1)
    clock.line(changed, started)
    assert clock.phases[3:] == ["RELOADING", "BROKEN", "RELOADING", "SERVING"]


def test_a_reload_is_seen_by_the_agents_too() -> None:
    """With a LOGGING that swallows the message, the last traced process goes and comes back."""
    clock = Clock()
    clock.line(RUNSERVER)
    clock.pass_time(2, processes=1)
    clock.pass_time(0.3)
    clock.pass_time(1, processes=1)
    assert clock.phases == ["SERVING"]
    clock.pass_time(1)
    clock.line(RUNSERVER)
    clock.pass_time(1, processes=1)
    assert clock.phases == ["SERVING", "RELOADING", "SERVING"]


def test_a_site_that_is_not_traced_is_not_reloading() -> None:
    """Without any agent, its absence means nothing."""
    clock = Clock()
    clock.line(RUNSERVER)
    clock.pass_time(60)
    assert clock.phases == ["SERVING"]


BROKEN = [
    "Exception in thread django-main-thread:",
    "Traceback (most recent call last):",
    '  File "shop/urls.py", line 3',
    "    path(",
    "SyntaxError: '(' was never closed",
]


def test_a_project_that_does_not_start_is_broken_until_it_is_fixed() -> None:
    """The autoreloader waits; its own traceback is the detail."""
    clock = Clock()
    clock.line("Watching for file changes with StatReloader", *BROKEN)
    assert clock.phases == []
    clock.pass_time(1)
    clock.pass_time(10)
    assert clock.phases == ["BROKEN"]
    assert clock.states[0].detail == "\n".join(BROKEN)
    clock.line("/srv/shop/urls.py changed, reloading.", RUNSERVER)
    assert clock.phases == ["BROKEN", "RELOADING", "SERVING"]
    assert clock.states[-1].detail == ""


@pytest.mark.parametrize(
    ("lines", "is_broken"),
    [
        (["Found 2 test(s)."], False),
        (["INFO:     Will watch for changes in these directories: ['/srv/shop']"], True),
        (["INFO:     Started reloader process [7] using StatReload"], True),
        ([" * Restarting with stat"], True),
        (["Watching for file changes with WatchmanReloader"], True),
    ],
    ids=["tests", "uvicorn", "uvicorn's process", "Werkzeug", "runserver"],
)
def test_a_traceback_of_a_command_that_serves_nothing_breaks_nothing(lines: list[str], is_broken: bool) -> None:
    """Tests that fail print tracebacks, too, and nobody waits for a change of a file."""
    clock = Clock(url="")
    clock.line(*lines, *BROKEN[1:])
    clock.pass_time(2)
    assert clock.phases == (["BROKEN"] if is_broken else [])


def test_a_mistake_while_reloading_is_broken_too() -> None:
    """Even if the reload itself went unseen."""
    for reload in (["x changed, reloading."], []):
        clock = Clock()
        clock.line(RUNSERVER, *reload, *BROKEN)
        clock.pass_time(1)
        assert clock.phases[-1] == "BROKEN"


def test_a_traceback_of_a_view_breaks_nothing() -> None:
    """A 500 is an answer like any other."""
    clock = Clock()
    clock.line(RUNSERVER, *BROKEN[1:])
    clock.pass_time(2)
    assert clock.phases == ["SERVING"]


def test_a_traceback_before_the_announcement_is_forgotten_with_it() -> None:
    """Something was caught and logged; the site is up."""
    clock = Clock()
    clock.line(*BROKEN[1:], RUNSERVER)
    clock.pass_time(2)
    assert clock.phases == ["SERVING"]


def test_an_end_keeps_the_last_words() -> None:
    """The exit code and the end of the output."""
    clock = Clock()
    clock.line(*map(str, range(500)), "Error: That port is already in use.")
    state = clock.watch.saw_exit(1, clock.now)
    assert (state.phase, state.exit_code, state.command) == (SitePhase.EXITED, 1, ("python", "manage.py"))
    assert state.detail.endswith("498\n499\nError: That port is already in use.")
    assert len(state.detail) < 1000


def test_a_silent_server_is_asked_after_a_while() -> None:
    """Not at once, not often, not if nobody knows where, and never once it is up."""
    clock = Clock()
    asked = []
    for _ in range(100):
        clock.pass_time(0.1)
        if clock.watch.wants_probe(clock.now):
            asked.append(clock.now)
    assert len(asked) == 6
    assert asked[0] - 100 > 3.9
    assert clock.watch.saw_answer(clock.now).phase is SitePhase.SERVING
    clock.now += 100
    assert not clock.watch.wants_probe(clock.now)
    unknown = Clock(url="")
    assert not unknown.watch.wants_probe(unknown.now + 100)


def test_an_open_socket_is_no_site_while_no_process_is_traced() -> None:
    """uvicorn's reloader and gunicorn's master listen on while their workers are gone."""
    clock = Clock()
    clock.line(RUNSERVER)
    clock.pass_time(1, processes=1)
    clock.line("WARNING:  StatReload detected changes in 'shop/urls.py'. Reloading...")
    clock.pass_time(10)
    assert not clock.watch.wants_probe(clock.now)
    clock.pass_time(0.1, processes=1)
    assert clock.watch.wants_probe(clock.now)
