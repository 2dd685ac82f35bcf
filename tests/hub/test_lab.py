"""The lab's process answers one question after the other, from any thread, and leaves nothing behind."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from project_trees import SINGLE_FILE

from reqtrace.errors import ProjectBroken, ProjectError
from reqtrace.hub.discover import discover
from reqtrace.hub.lab import LabProcess
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Visit, describe_visit

pytestmark = pytest.mark.slow

PRINTING = (
    SINGLE_FILE.replace('path("",', 'path("leave/", leave), path("",')
    + """
"""
)
LEAVE = """
import os
def leave(request):
    print("going")
    os._exit(7)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One file, whose view at /leave/ ends Python."""
    file = tmp_path / "app.py"
    file.write_text(PRINTING.replace("urlpatterns", LEAVE + "\nurlpatterns", 1))
    return discover(file, python=sys.executable)


@pytest.fixture
def process(project: Project) -> Iterator[LabProcess]:
    process = LabProcess(project, timeout=30)
    process.start({"prepare": []})
    yield process
    process.close()


def question(url: str, middleware: list[str] | None = None) -> dict[str, Any]:
    visit = describe_visit(Visit(method="GET", url=url))
    return {"visits": [visit], "visitors": [], "middleware": middleware, "settings": {}}


def test_questions_from_many_threads(process: LabProcess) -> None:
    """Each gets the answer to its own question."""
    statuses: dict[str, int] = {}

    def ask(url: str) -> None:
        statuses[url] = process.ask(question(url))["answers"][0]["status"]

    threads = [threading.Thread(target=ask, args=(url,)) for url in ("/", "/nothing/", "/?x=1", "/no/")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {"/": 200, "/nothing/": 404, "/?x=1": 200, "/no/": 404}


def test_a_project_that_ends_python(process: LabProcess) -> None:
    """It is told with its exit code and what it printed; a further question is refused until it is started again."""
    with pytest.raises(ProjectBroken, match="exit code 7") as caught:
        process.ask(question("/leave/"))
    assert "going" in caught.value.output
    with pytest.raises(ProjectError, match="is closed"):
        process.ask(question("/"))
    process.start({"prepare": []})
    assert process.ask(question("/"))["answers"][0]["status"] == 200


def test_a_python_that_is_not_there(project: Project) -> None:
    """The interpreter is named, and what to do."""
    with pytest.raises(ProjectError, match="cannot be started") as caught:
        LabProcess(replace(project, interpreter=Path("/no/such/python"))).start({"prepare": []})
    assert "--python" in caught.value.hint


def test_a_directory_that_has_gone(project: Project) -> None:
    """The project vanished since it was found."""
    shutil.rmtree(project.root)
    with pytest.raises(ProjectError, match="does not exist any more"):
        LabProcess(project).start({"prepare": []})
