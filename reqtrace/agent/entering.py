"""Brings a project up to the point where Django is set up, the way its own ``manage.py`` does.

The project's script runs with Django's command line caught, so what it adds to ``sys.path``, loads from ``.env`` or
puts into the environment is there, whatever way it does it.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

__all__ = ["EntryFailed", "Refused", "describe_error", "enter", "failing_as", "is_project_file", "traceback_without_us"]

HERE = os.path.dirname(os.path.abspath(__file__))
OLDEST_DJANGO = (4, 2)
COMMAND = ("runserver",)


class EntryFailed(Exception):
    """The project cannot be brought up; ``facts`` say where it stopped, and why."""

    def __init__(self, stage: str, error: BaseException | None = None, **facts: Any) -> None:
        super().__init__(stage)
        self.facts = {"stage": stage, **facts, **(describe_error(error) if error is not None else {})}


class Refused(Exception):
    """What was asked for cannot be done in this project."""

    def __init__(self, message: str, hint: str = "", *, is_project_fault: bool = False) -> None:
        super().__init__(message)
        self.facts = {"message": message, "hint": hint, "is_project_fault": is_project_fault}


@contextmanager
def failing_as(stage: str) -> Iterator[None]:
    """Turn whatever the project raises into ``EntryFailed``. A script may end with ``SystemExit``, too."""
    try:
        yield
    except Refused:
        raise
    except (Exception, SystemExit) as error:
        raise EntryFailed(stage, error) from error


def enter(request: Mapping[str, Any]) -> None:
    """Bring up the project described by ``request``. Raises ``EntryFailed``."""
    sys.path.insert(0, os.path.dirname(request["script"]) if request["script"] else request["root"])
    if request["python_path"]:
        sys.path.insert(0, request["python_path"])
    if request["settings"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = request["settings"]
    check_django()
    with failing_as("script"):
        run_entry(request)
    if request["settings"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = request["settings"]
    with failing_as("settings"):
        load_settings()
    with failing_as("setup"):
        import django

        django.setup()


def check_django() -> None:
    if importlib.util.find_spec("django") is None:
        raise EntryFailed("no django")
    with failing_as("django"):
        import django
    if django.VERSION < OLDEST_DJANGO:
        # Told before anything else of it is imported: an old Django may not load on a new Python.
        raise EntryFailed("old django", version=django.get_version())
    with failing_as("django"):
        importlib.import_module("django.core.management")


def load_settings() -> None:
    from django.conf import settings

    settings.INSTALLED_APPS  # noqa: B018  the first attribute loads the module


# --- the project's own script ------------------------------------------------------------------------------------


def run_entry(request: Mapping[str, Any]) -> None:
    """Run ``manage.py``, the single file or ``__main__.py``, if there is one."""
    if request["package"]:
        name = request["package"] + ".__main__"
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None or spec.origin is None:
            raise ImportError(f"No module named {name}", name=name)
        code = spec.loader.get_code(name)  # type: ignore[attr-defined]
        run_as_main(code, spec.origin, package=request["package"], spec=spec)
    elif request["script"]:
        with open(request["script"], "rb") as source:
            code = compile(source.read(), request["script"], "exec")
        run_as_main(code, request["script"])


def run_as_main(code: CodeType, file: str, *, package: str | None = None, spec: ModuleSpec | None = None) -> None:
    """Run a script as ``__main__`` for good: the URLconf of a single-file project is that very module."""
    main = ModuleType("__main__")
    main.__file__ = file
    main.__package__ = package
    main.__spec__ = spec
    sys.modules["__main__"] = main
    sys.argv[:] = [file, *COMMAND]
    with command_line_caught():
        try:
            exec(code, vars(main))
        except SystemExit as leaving:
            # ``sys.exit(main())`` after the command line was caught; anything else is the script giving up.
            if leaving.code not in (None, 0):
                raise


@contextmanager
def command_line_caught() -> Iterator[None]:
    """Django's command line returns at once, by whichever of its names it is called."""
    from django.core import management

    def execute_from_command_line(argv: object = None) -> None:
        return None

    def execute(self: object) -> None:
        return None

    command_line, utility = management.execute_from_command_line, management.ManagementUtility.execute
    management.execute_from_command_line = execute_from_command_line
    management.ManagementUtility.execute = execute  # type: ignore[method-assign]
    try:
        yield
    finally:
        management.execute_from_command_line = command_line
        management.ManagementUtility.execute = utility  # type: ignore[method-assign]


# --- what went wrong ---------------------------------------------------------------------------------------------


def describe_error(error: BaseException) -> dict[str, Any]:
    """Type, message and place of an exception, its traceback without our frames, and the variable it missed."""
    shown = traceback_without_us(error)
    file, line = place_of(error, shown)
    return {
        "error": type(error).__name__,
        "message": message_of(error, shown),
        "module": error.name if isinstance(error, ModuleNotFoundError) else None,
        "variable": missing_variable(error),
        "file": file,
        "line": line,
        "traceback": "".join(shown.format()),
    }


def traceback_without_us(error: BaseException) -> traceback.TracebackException:
    """The traceback as it would read if the project had been started by somebody else."""
    shown = traceback.TracebackException.from_exception(error)
    leave_out_our_frames(shown)
    return shown


def message_of(error: BaseException, shown: traceback.TracebackException) -> str:
    """What the exception says; ``traceback`` knows how to ask one whose ``__str__`` fails."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    _name, _colon, message = "".join(shown.format_exception_only()).strip().partition(": ")
    return message


def leave_out_our_frames(shown: traceback.TracebackException | None) -> None:
    """In the exception and all it was raised from."""
    while shown is not None:
        kept = [frame for frame in shown.stack if os.path.dirname(os.path.abspath(frame.filename)) != HERE]
        shown.stack[:] = kept
        shown = shown.__cause__ or shown.__context__


def place_of(error: BaseException, shown: traceback.TracebackException) -> tuple[str, int]:
    """The innermost line outside the standard library and installed packages, else the innermost at all."""
    if isinstance(error, SyntaxError):
        return error.filename or "", error.lineno or 0
    frames = [frame for frame in shown.stack if not frame.filename.startswith("<")]
    own = [frame for frame in frames if is_project_file(frame.filename)] or frames
    return (own[-1].filename, own[-1].lineno or 0) if own else ("", 0)


def is_project_file(file: str) -> bool:
    return (
        "site-packages" not in file
        and "dist-packages" not in file
        and not file.startswith(os.path.dirname(os.__file__))
    )


def missing_variable(error: BaseException) -> str | None:
    """The environment variable whose absence ``os.environ[…]`` reported, directly or to a library."""
    if isinstance(error.__cause__, KeyError):
        return missing_variable(error.__cause__)
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if isinstance(error, KeyError) and last is not None and last.tb_frame.f_globals is vars(os):
        return str(error.args[0])
    return None
