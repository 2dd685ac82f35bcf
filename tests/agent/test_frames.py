"""A statement is traced to the nearest line of the project, past every library."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import pytest

import reqtrace
from reqtrace.agent.frames import MAX_FRAMES, NOWHERE, belongs_to_project, project_line


def here() -> tuple[str, int, str]:
    return project_line()


def test_the_nearest_line_is_found() -> None:
    """File, line and function of the caller."""
    file, line, function = here()
    assert file == __file__
    assert function == "here"
    assert line == inspect.getsourcelines(here)[1] + 1


def through_libraries(action: Callable[[], Any]) -> Any:
    """Called through the standard library and Django."""
    from django.utils.functional import SimpleLazyObject

    return json.loads("[1]", object_hook=None, parse_int=lambda _text: SimpleLazyObject(action)._setup() or action())[0]


def test_libraries_are_passed_over() -> None:
    """The lambda that the library calls is nearer than the function around it."""
    assert through_libraries(project_line)[2] == "<lambda>"


@pytest.mark.parametrize(
    "file",
    [
        os.__file__,
        django.__file__,
        os.path.join(os.path.dirname(django.__file__), "db", "models", "query.py"),
        pytest.__file__,
        reqtrace.__file__,
        "<string>",
        "<frozen importlib._bootstrap>",
        os.path.join(sysconfig.get_path("purelib"), "anything", "x.py"),
        "/elsewhere/venv/lib/python3.12/site-packages/x.py",
    ],
)
def test_what_is_nobodys_project(file: str) -> None:
    """The standard library, installed packages, reqtrace itself, generated code."""
    assert not belongs_to_project(file)


@pytest.mark.parametrize("file", [__file__, "/srv/shop/views.py", "/srv/django/shop/views.py"])
def test_what_is_the_project(file: str) -> None:
    """Anything else, also in a directory called ``django``."""
    assert belongs_to_project(file)


def test_a_deep_stack_of_libraries_ends_the_search() -> None:
    """The search has an end: the nearest line may be too far away to be worth its time."""
    namespace: dict[str, Any] = {"project_line": project_line}
    exec("def deep(n):\n    return deep(n - 1) if n else project_line()", namespace)
    assert namespace["deep"](MAX_FRAMES - 5)[0] == __file__
    assert namespace["deep"](MAX_FRAMES + 5) == NOWHERE


def test_a_layer_further_out_is_not_the_cause() -> None:
    """What runs inside a layer has no line in the middleware around it: that one only called ``get_response``."""
    from django.core.handlers.exception import convert_exception_to_response

    namespace: dict[str, Any] = {"project_line": project_line}
    exec("def view(request):\n    return project_line()", namespace)
    assert namespace["view"](None)[0] == __file__
    assert convert_exception_to_response(namespace["view"])(None) == NOWHERE


@pytest.mark.slow
def test_no_project_on_the_stack(tmp_path: Path) -> None:
    """``python -c`` has no file of the project."""
    program = "from reqtrace.agent.frames import project_line; print(project_line())"
    environment = {**os.environ, "PYTHONPATH": str(Path(reqtrace.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    assert done.stdout.strip() == str(NOWHERE)
