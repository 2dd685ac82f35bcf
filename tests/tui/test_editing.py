"""A file is opened at its line in the editor of the person's choice, and a name is never more than one argument."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tui_driver import MemorySource, Opener

from reqtrace.tui.editing import (
    EditorProblem,
    command_for,
    editor_command,
    editor_words,
    is_windowed,
    run_editor,
)

FILE = "/srv/it's a; $(shop)/views.py"
RECORDER = """\
#!{python}
import json, sys
json.dump(sys.argv[1:], open({told!r}, "w"))
sys.exit({code})
"""


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        ("vi", ["+12", FILE]),
        ("vim", ["+12", FILE]),
        ("/usr/bin/nvim -R", ["+12", FILE]),
        ("nano", ["+12", FILE]),
        ("emacs -nw", ["+12", FILE]),
        ("micro", ["+12", FILE]),
        ("hx", [f"{FILE}:12"]),
        ("code --wait", ["-g", f"{FILE}:12"]),
        ("subl", [f"{FILE}:12"]),
        ("pycharm", ["--line", "12", FILE]),
        ("ours", [FILE]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(editor: str, arguments: list[str]) -> None:
    """An editor nobody knows gets the file alone; a path with blanks and signs stays one argument."""
    words = editor_words({"EDITOR": editor})
    assert editor_command(words, FILE, 12) == [*words, *arguments]


def test_visual_comes_before_editor() -> None:
    """As everywhere; a variable that is set to nothing is not set."""
    assert editor_words({"VISUAL": "code -w", "EDITOR": "vi"}) == ["code", "-w"]
    assert editor_words({"VISUAL": " ", "EDITOR": "vi"}) == ["vi"]
    assert is_windowed(["/usr/bin/code"])
    assert not is_windowed(["vim"])


@pytest.mark.parametrize(("environ", "key"), [({}, "edit.none"), ({"EDITOR": "vim 'x"}, "edit.unclear")])
def test_no_editor_is_a_problem_with_words(environ: dict[str, str], key: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(EditorProblem) as caught:
        editor_words(environ)
    assert caught.value.key == key


def recorder(directory: Path, *, code: int = 0, name: str = "vim") -> tuple[Path, Path]:
    """An editor that writes down its arguments."""
    program, told = directory / name, directory / "told.json"
    program.write_text(RECORDER.format(python=sys.executable, told=str(told), code=code), encoding="utf-8")
    program.chmod(0o755)
    return program, told


def test_the_editor_gets_the_file_as_it_is(tmp_path: Path) -> None:
    """No shell reads the name."""
    program, told = recorder(tmp_path)
    file = tmp_path / "a $(touch x); b.py"
    file.write_text("x = 1\n", encoding="utf-8")
    assert run_editor(command_for([str(program)], str(file), 3)) is None
    assert json.loads(told.read_text(encoding="utf-8")) == ["+3", str(file)]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("file", ["relative.py", "-c", "/srv/shop/nowhere.py", "/dev/null"])
def test_only_a_file_of_this_machine_is_opened(tmp_path: Path, file: str) -> None:
    """A name from a recording is never taken for an option."""
    program, told = recorder(tmp_path)
    with pytest.raises(EditorProblem) as caught:
        command_for([str(program)], file, 1)
    assert caught.value.key == "edit.unreadable"
    assert not told.exists()


def test_an_editor_that_fails_is_told(tmp_path: Path) -> None:
    """Its code, or that it is not there."""
    program, _ = recorder(tmp_path, code=3)
    problem = run_editor(command_for([str(program)], __file__, 1))
    assert problem is not None
    assert (problem.key, problem.values["code"]) == ("edit.ended", "3")
    gone = run_editor([str(tmp_path / "nothing")])
    assert gone is not None
    assert gone.key == "edit.failed"
    with pytest.raises(EditorProblem) as caught:
        command_for([str(tmp_path / "nothing")], __file__, 1)
    assert caught.value.key == "edit.not_found"


@pytest.mark.slow
async def test_without_an_editor_the_screen_says_how_to_set_one(
    opened: Opener, source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E never fails silently."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("home", "right", "right", "E")
        assert "No editor is set" in driver.text


@pytest.mark.slow
async def test_an_editor_with_a_window_leaves_the_screen_as_it_is(
    opened: Opener, source: MemorySource, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It runs beside; what came of it is told."""
    program, _ = recorder(tmp_path, name="code")
    monkeypatch.setenv("VISUAL", str(program))
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("home", "right", "right", "E")
        await driver.app.workers.wait_for_complete()
        await driver.settle()
        assert "The file is not on this machine" in driver.text
