"""``reqtrace serve --plain``, with a real project, its real runserver and real requests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.cli.serve import verdict
from reqtrace.errors import ProjectBroken
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.child import GRACE
from reqtrace.hub.recording import read_recording

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")]

ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@pytest.fixture
def serve(start: Any, project: Path, port: int, site: Any, until: Any) -> Callable[..., Any]:
    """Serve the project as plain lines, and wait until it is up."""

    def served(*options: str, **more: Any) -> Any:
        program = start("serve", str(project), "--plain", "--port", str(port), *options, **more)
        until(lambda: site.is_up or program.process.poll() is not None, "the start of the site")
        return program

    return served


@pytest.fixture
def edit(project: Path, until: Any) -> Callable[[str, str, Callable[[], Any]], None]:
    """Write a file of the project until the change has its effect.

    The autoreloader looks once a second, and does not notice a change made before its first look.
    """

    def edited(name: str, text: str, has_effect: Callable[[], Any]) -> None:
        written = 0.0

        def has_effect_now() -> bool:
            nonlocal written
            if time.monotonic() - written > 4:
                (project / name).write_text(text)
                written = time.monotonic()
            return bool(has_effect())

        until(has_effect_now)

    return edited


@pytest.mark.parametrize("number", ENDINGS, ids=lambda number: number.name)
def test_a_request_is_shown_and_an_ended_site_is_gone(serve: Any, site: Any, until: Any, number: int) -> None:
    """A block per request on stdout, the rest on stderr; after any signal no process and no port is left."""
    program = serve()
    assert site.get().startswith("hello from")
    until(lambda: "GET /hello/" in program.stdout)
    until(lambda: '"GET /hello/ HTTP/1.1" 200' in program.stderr, "runserver's own line")
    assert len(program.remains()) >= 4, "reqtrace, its watchdog, the autoreloader and the server"
    program.process.send_signal(number)
    assert program.wait() == 128 + number
    until(lambda: not program.remains())
    assert not site.is_up
    assert "CommonMiddleware" in program.stdout or "Common" in program.stdout
    assert "hello" in program.stdout
    assert f"http://127.0.0.1:{site.port}/" in program.stderr
    assert "Traceback" not in program.stderr


def test_nothing_is_left_if_reqtrace_is_killed(serve: Any, site: Any, until: Any) -> None:
    """Nothing in it can run any more; the watchdog ends the site."""
    program = serve()
    program.process.kill()
    program.wait()
    until(lambda: not program.remains())
    assert not site.is_up


def test_a_site_that_ignores_sigterm_ends_at_the_second_signal(
    serve: Any, site: Any, project: Path, until: Any
) -> None:
    """The person who asks twice does not wait."""
    with (project / "settings.py").open("a") as settings:
        settings.write("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n")
    program = serve("--noreload")
    started = time.monotonic()

    def has_ended_of_repeated_asking() -> bool:
        program.process.terminate()
        return program.process.poll() is not None

    until(has_ended_of_repeated_asking)
    assert time.monotonic() - started < GRACE
    assert program.wait() in (143, -signal.SIGTERM), "the latter if it was asked once more while it was leaving"
    until(lambda: not program.remains())


def test_the_autoreloader_lives_and_the_new_process_is_traced(
    serve: Any, site: Any, project: Path, until: Any, edit: Any
) -> None:
    """A changed file brings another process, and its requests are shown as well."""
    program = serve()
    first = until(site.get)
    source = (project / "urls.py").read_text()
    edit("urls.py", source.replace("hello from", "good morning from"), lambda: site.get().startswith("good morning"))
    until(lambda: program.stdout.count("GET /hello/") >= 2)
    assert "reqtrace: reloading" in program.stderr
    until(lambda: program.stderr.count("reqtrace: the site is up") >= 2, "the story of the new process")
    assert first.split()[-1] != site.get().split()[-1]


def test_a_syntax_error_is_the_projects_own_and_can_be_mended(
    start: Any, project: Path, site: Any, until: Any, edit: Any
) -> None:
    """runserver waits for a fix, and so do we; the traceback shown is the project's."""
    source = (project / "urls.py").read_text()
    (project / "urls.py").write_text(source + "urlpatterns += [path(\n")
    program = start("serve", str(project), "--plain", "--port", str(site.port))
    until(lambda: "the project does not start" in program.stderr)
    until(lambda: "SyntaxError: '(' was never closed" in program.stderr)
    assert "reqtrace/cli" not in program.stderr
    edit("urls.py", source, site.get)
    until(lambda: "GET /hello/" in program.stdout)


def test_a_mistake_made_while_it_serves_is_explained(
    serve: Any, site: Any, project: Path, until: Any, edit: Any
) -> None:
    """Settings that no longer load end runserver itself, with one sentence that names the place."""
    program = serve()
    until(site.get)
    settings = (project / "settings.py").read_text() + "import nowhere_to_be_found\n"
    edit("settings.py", settings, lambda: program.process.poll() is not None)
    assert program.wait() == 3
    assert "there is no module nowhere_to_be_found" in program.stderr
    assert program.stderr.count("error:") == 1


def test_settings_that_do_not_import_are_explained(serve: Any, project: Path) -> None:
    """One sentence with the cause, the project's own traceback, exit code 3."""
    with (project / "settings.py").open("a") as settings:
        settings.write("import nowhere_to_be_found\n")
    program = serve("--noreload")
    assert program.wait() == 3
    assert "error: The settings settings do not load: there is no module nowhere_to_be_found" in program.stderr
    assert "reqtrace/cli" not in program.stderr


def test_a_taken_port_leads_to_the_next(start: Any, project: Path, site: Any, until: Any) -> None:
    """Said clearly; the other program keeps its port."""
    with socket.create_server(("127.0.0.1", site.port)):
        program = start("serve", str(project), "--plain", "--port", str(site.port))
        until(lambda: "the site is up" in program.stderr)
        assert f"reqtrace: Port {site.port} is taken: the site gets port" in program.stderr


def test_without_a_terminal_plain_lines_are_chosen(start: Any, project: Path, site: Any, until: Any) -> None:
    """With one line that says why."""
    program = start("serve", str(project), "--port", str(site.port))
    until(site.get)
    until(lambda: "GET /hello/" in program.stdout)
    assert program.stderr.count("is not a terminal, so requests are printed as plain lines") == 1


def test_a_recording_replays_as_it_was_shown(serve: Any, start: Any, site: Any, until: Any, tmp_path: Path) -> None:
    """Every block again, from the file alone; a file that exists is not overwritten."""
    path = tmp_path / "lesson 1.reqtrace.gz"
    program = serve("--record", str(path))
    for name in ("hello/", "nowhere/"):
        site.get(name)
    until(lambda: "/nowhere/" in program.stdout)
    program.process.terminate()
    program.wait()
    assert f"recorded to {path}" in program.stderr
    assert any(arrival.line.startswith(b'["events"') for arrival in read_recording(path))
    replayed = start("replay", str(path), "--plain")
    assert replayed.wait() == 0
    assert replayed.stdout == program.stdout
    refused = start("serve", str(site.port), "--plain", "--record", str(path))
    assert refused.wait() in (2, 3)


def test_a_recording_that_cannot_be_made_stops_before_the_site(start: Any, project: Path, tmp_path: Path) -> None:
    """Nothing is started, and the file is named."""
    (tmp_path / "old.reqtrace").touch()
    program = start("serve", str(project), "--plain", "--record", str(tmp_path / "old.reqtrace"))
    assert program.wait() == 3
    assert "old.reqtrace exists already" in program.stderr
    assert "starting" not in program.stderr


def test_ascii_is_ascii(serve: Any, site: Any, until: Any) -> None:
    """For terminals and files that know nothing else."""
    program = serve("--ascii")
    until(site.get)
    until(lambda: "GET /hello/" in program.stdout)
    assert program.stdout.isascii()


def test_the_reader_of_the_output_may_leave(serve: Any, site: Any, until: Any) -> None:
    """``reqtrace serve --plain | head`` ends, and the site with it."""
    reading, writing = os.pipe()
    program = serve(stdout=writing)
    os.close(writing)
    os.close(reading)
    until(site.get)
    assert program.wait() == 141
    until(lambda: not program.remains())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere"),
        (["--sample", "here"], "--sample and a PATH were given"),
        (["--port", "70000"], "70000"),
        (["--port", "web"], "web"),
        (["--level", "deeper"], "'deeper' is not one of 'path', 'deep'"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(arguments: list[str], message: str, start: Any) -> None:
    """A usage error or a project error, without a traceback."""
    program = start("serve", "--plain", *arguments)
    assert program.wait() in (2, 3)
    assert message in program.stderr
    assert "Traceback" not in program.stderr


def test_an_impossible_host_is_said(start: Any, project: Path) -> None:
    """The command line was wrong, so the exit code is 2."""
    program = start("serve", str(project), "--plain", "--host", "192.0.2.1")
    assert program.wait() == 2
    assert "192.0.2.1 is not an address of this machine" in program.stderr


def test_the_project_is_left_as_it_was(serve: Any, site: Any, project: Path, until: Any) -> None:
    """Nothing is installed in it and nothing of it is changed."""
    shutil.rmtree(project / "__pycache__", ignore_errors=True)
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    program = serve(environment={"PYTHONDONTWRITEBYTECODE": "1"})
    until(site.get)
    program.process.terminate()
    program.wait()
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before


def test_a_site_that_ended_by_itself_is_an_error() -> None:
    """Unless it ended well, or never did."""
    assert verdict(SiteState(phase=SitePhase.SERVING), is_read=True) == 0
    assert verdict(SiteState(phase=SitePhase.EXITED, exit_code=0), is_read=True) == 0
    for is_read, output in ((True, ""), (False, "ouch")):
        with pytest.raises(ProjectBroken, match="signal 9") as caught:
            verdict(SiteState(phase=SitePhase.EXITED, exit_code=-9, detail="ouch"), is_read=is_read)
        assert caught.value.output == output
