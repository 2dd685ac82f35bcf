"""``reqtrace.cli.main``: which command runs, and what its end means to the shell."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import click
import pytest

import reqtrace
from reqtrace.cli.main import COMMANDS, CommandEntry, main
from reqtrace.errors import HubError, ProjectBroken, ProjectNotFound, RecordingError, ReqtraceError, UsageError

ROOT = Path(reqtrace.__file__).parent.parent
Act = Callable[[], object]


def raising(error: BaseException) -> Act:
    def act() -> object:
        raise error

    return act


@pytest.fixture(autouse=True)
def crash_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where tracebacks of bugs are kept."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def command_that(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Registers a command ``act`` that does what the test says."""

    def register(act: Act) -> None:
        module = ModuleType("reqtrace_test_command")
        option = click.Option(["--number"], type=int, expose_value=False)
        vars(module)["command"] = click.Command("act", callback=act, params=[option])
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(COMMANDS, "act", CommandEntry(module.__name__, "Do what the test says."))

    return register


@pytest.mark.parametrize(("outcome", "code"), [(None, 0), (0, 0), (1, 1), (7, 7)], ids=str)
def test_what_a_command_returns_is_the_exit_code(
    outcome: int | None, code: int, command_that: Callable[[Act], None]
) -> None:
    """A command returns its exit code; ``None`` is success."""
    command_that(lambda: outcome)
    assert main(["act"]) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no"), 2),
        (ProjectNotFound("no"), 3),
        (HubError("no"), 3),
        (RecordingError("no"), 3),
        (ReqtraceError("no"), 70),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_an_error_has_its_exit_code(error: BaseException, code: int, command_that: Callable[[Act], None]) -> None:
    """Every class of the exception tree ends the program with its own exit code."""
    command_that(raising(error))
    assert main(["act"]) == code


def test_an_error_is_a_story_and_no_answer(
    command_that: Callable[[Act], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """What happened and what to do go to stderr; stdout stays empty, and no traceback is shown."""
    command_that(raising(ProjectNotFound("There is no project in /srv/shop.", hint="Name the directory of manage.py.")))
    main(["act"])
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: There is no project in /srv/shop.\nwhat to do: Name the directory of manage.py.\n"


def test_the_traceback_of_the_project_is_shown_as_the_projects(
    command_that: Callable[[Act], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The project's own words stand in a marked block before our error, so that the error is read last."""
    traceback = (
        '\x1b[31mTraceback (most recent call last):\x1b[0m\n  File "shop/settings.py", line 3\nNameError: name\n'
    )
    command_that(raising(ProjectBroken("The settings of shop do not import.", hint="Mend them.", output=traceback)))
    assert main(["act"]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "The project's own words:",
        "│ Traceback (most recent call last):",
        '│   File "shop/settings.py", line 3',
        "│ NameError: name",
        "",
        "error: The settings of shop do not import.",
        "what to do: Mend them.",
    ]


def test_a_bug_is_kept_in_a_file(
    command_that: Callable[[Act], None], crash_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug in reqtrace ends with 70, a short message, the address for reports, and the traceback in a file."""
    command_that(raising(RuntimeError("the wheel came off")))
    assert main(["act"]) == 70
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "error: reqtrace has a bug: RuntimeError: the wheel came off" in err
    assert "through the project page of django-reqtrace" in err
    (file,) = crash_directory.iterdir()
    assert f"The traceback is in {file}\n" in err
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"reqtrace {reqtrace.__version__}, Python {sys.version.split()[0]}")
    assert "Traceback (most recent call last)" in text
    assert text.endswith("RuntimeError: the wheel came off\n")


def test_a_broken_pipe_of_something_else_is_a_bug(command_that: Callable[[Act], None], crash_directory: Path) -> None:
    """Only a reader of stdout or stderr that has gone is passed over in silence."""
    command_that(raising(BrokenPipeError("a socket of ours")))
    assert main(["act"]) == 70
    assert len(list(crash_directory.iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["srve"], "There is no command 'srve'.", "Did you mean `reqtrace serve`?"),
        (["reply", "x"], "There is no command 'reply'.", "Did you mean `reqtrace replay`?"),
        (["tests"], "There is no command 'tests'.", "To watch the project there: `reqtrace serve tests`"),
        (["xyzzy"], "There is no command 'xyzzy'.", "The commands are serve, request, run, replay"),
        (["--verion"], "No such option", "`reqtrace --help` lists what it takes."),
        (["act", "--number", "many"], "Invalid value for '--number'", "`reqtrace act --help` lists what it takes."),
        (["act", "more"], "Got unexpected extra argument", "`reqtrace act --help` lists what it takes."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_on_the_command_line_is_explained(
    arguments: list[str],
    message: str,
    hint: str,
    command_that: Callable[[Act], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A usage error ends with 2 and names what was wrong and the nearest thing that would be right."""
    monkeypatch.chdir(ROOT)
    command_that(lambda: 0)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    happened, to_do = err.splitlines()
    assert happened.startswith(f"error: {message}")
    assert to_do.startswith(f"what to do: {hint}")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]], ids=str)
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The list of commands is an answer: stdout, exit code 0, also when nothing was asked."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("Usage: reqtrace")
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.summary)}$", out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_is_there(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each entry of the list leads to a command of that name, which explains itself and each of its options."""
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: reqtrace {name}")
    command = sys.modules[COMMANDS[name].module].command
    assert command.help
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


def test_versions_are_those_of_our_own_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` names reqtrace, Python, Django, Textual and Rich, as installed beside reqtrace."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"reqtrace {reqtrace.__version__}",
        f"Python {sys.version.split()[0]} ({sys.executable})",
        f"Django {version('Django')}",
        f"Textual {version('textual')}",
        f"Rich {version('rich')}",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["serve", "--help"]], ids=" ".join)
def test_a_reader_that_has_gone_is_passed_over_in_silence(arguments: list[str]) -> None:
    """``reqtrace … | head -0`` says nothing on stderr and ends as a program that SIGPIPE ended."""
    command = [sys.executable, "-m", "reqtrace", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--help"], 3), (["--version"], 3), (["lint", "--explain", "dj-auth-after-session"], 3), (["nonsense"], 2)],
    ids=["help", "version", "an answer", "an error"],
)
def test_a_full_disk_is_no_bug(arguments: list[str], code: int) -> None:
    """One message, if stderr takes it; an answer that could not be written is no success."""
    command = [sys.executable, "-m", "reqtrace", *arguments]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        silent = subprocess.run(command, cwd=ROOT, stdout=full, stderr=full, check=False)
    assert (ran.returncode, silent.returncode) == (code, code)
    if code == 3:
        words = "error: The answer cannot be written: No space left on device."
        assert ran.stderr.splitlines() == [words, "what to do: Make room where stdout leads to."]
