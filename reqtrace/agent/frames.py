"""The nearest line of the project on the stack of the running code."""

from __future__ import annotations

import os
import site
import sys
import sysconfig

MAX_FRAMES = 80
FILM = os.sep.join(("", "django", "core", "handlers", "exception.py"))
"""Where ``convert_exception_to_response`` is written: its frame stands between any two layers."""

NOWHERE = ("", 0, "")


def library_directories() -> tuple[str, ...]:
    """Directories whose code is nobody's project: the standard library, installed packages, reqtrace."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths.update(getattr(site, "getsitepackages", list)())
    paths.add(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return tuple(os.path.join(path, "") for path in paths if path)


LIBRARIES = library_directories()

is_project_file: dict[str, bool | None] = {}
"""Whether a file is the project's, for each file met; ``None`` for the film."""


def belongs_to_project(file: str) -> bool:
    """The file is neither library nor generated code."""
    return bool(sort_of_file(file))


def sort_of_file(file: str) -> bool | None:
    """What ``is_project_file`` remembers of a file."""
    answer = is_project_file.get(file)
    if answer is None and not is_film(file):
        answer = not file.startswith("<") and not file.startswith(LIBRARIES) and "site-packages" not in file
        if answer and f"{os.sep}django{os.sep}" in file:
            answer = not is_django(file)
    if len(is_project_file) < 10_000:
        is_project_file[file] = answer
    return answer


def is_film(file: str) -> bool:
    """It is ``django.core.handlers.exception``."""
    return file.endswith(FILM) and is_django(file)


def is_django(file: str) -> bool:
    """The file is Django's own, wherever it is installed (an editable checkout)."""
    django = sys.modules.get("django")
    origin = getattr(django, "__file__", None)
    return origin is not None and file.startswith(os.path.join(os.path.dirname(origin), ""))


def project_line() -> tuple[str, int, str]:
    """File, line and function of the innermost frame that belongs to the project; empty if there is none.

    The search ends at the film: a middleware further out called ``get_response``, it did not cause this.
    """
    frame = sys._getframe(1)
    for _ in range(MAX_FRAMES):
        code = frame.f_code
        file = code.co_filename
        answer = is_project_file[file] if file in is_project_file else sort_of_file(file)
        if answer:
            return file, frame.f_lineno, code.co_name
        if answer is None:
            break
        outer = frame.f_back
        if outer is None:
            break
        frame = outer
    return NOWHERE
