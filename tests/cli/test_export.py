"""``reqtrace export``: one request of a recording as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reqtrace.cli import export as export_command
from reqtrace.cli.main import main
from reqtrace.render.exports import FORMS
from reqtrace.render.pictures import PICTURES
from reqtrace.render.roles import THEMES

BOOKSHOP = Path(__file__).parents[1] / "recordings" / "bookshop.reqtrace"
Export = Callable[..., tuple[int, str, str]]


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """``export(arguments)`` in an empty directory gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["export", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, " ".join(said.err.split())

    return run


def test_without_a_name_the_file_is_named_after_the_request(export: Export, tmp_path: Path) -> None:
    """It is told where it is, and the next one does not overwrite it."""
    for name in ("reqtrace-2-get-books.svg", "reqtrace-2-get-books-2.svg"):
        code, out, err = export(f"{BOOKSHOP}:2")
        assert (code, out, err) == (0, "", f"Written: {name}")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.svg", "<svg"), ("a.html", "<!DOCTYPE html>"), ("a.mmd", "sequenceDiagram"), ("a.txt", " ▼ "), ("a.json", "{")],
)
def test_the_name_says_the_format(export: Export, tmp_path: Path, name: str, begins: str) -> None:
    """``--as`` says it, too, and then the name may be any."""
    assert export(BOOKSHOP, "-n", 9, "-o", name)[0] == 0
    content = (tmp_path / name).read_text(encoding="utf-8")
    assert content.startswith(begins)
    form = next(form for form in FORMS if FORMS[form].suffix == Path(name).suffix)
    assert export(BOOKSHOP, "-n", 9, "--as", form, "-o", "other")[0] == 0
    assert (tmp_path / "other").read_text(encoding="utf-8") == content


def test_text_formats_go_to_stdout(export: Export, tmp_path: Path) -> None:
    """With ``-o -``; nothing is written then."""
    code, out, err = export(f"{BOOKSHOP}:9", "--as", "json", "-o", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["request"]["path"] == "/error/"
    assert export(f"{BOOKSHOP}:9", "--as", "text", "-o", "-", "--ascii")[1].isascii()
    assert list(tmp_path.iterdir()) == []


def test_a_picture_and_a_step_can_be_chosen(export: Export) -> None:
    """Each picture differs, and so does each step."""
    texts = {export(f"{BOOKSHOP}:9", "--as", "text", "-o", "-", "--picture", name)[1] for name in PICTURES}
    texts.add(export(f"{BOOKSHOP}:9", "--as", "text", "-o", "-", "--step", 3)[1])
    assert len(texts) == len(PICTURES) + 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((BOOKSHOP,), 2, "has requests 1 to 11"),
        ((f"{BOOKSHOP}:3", "-n", 4), 2, "both say which request"),
        ((f"{BOOKSHOP}:30",), 2, "has no request 30"),
        ((f"{BOOKSHOP}:3", "-o", "a.xyz"), 2, "does not say which format"),
        ((f"{BOOKSHOP}:3", "--step", 999), 2, "no step 999"),
        ((f"{BOOKSHOP}:3", "-o", "missing/a.svg"), 3, "cannot be written"),
        (("nothing.reqtrace",), 3, "There is no file"),
    ],
    ids=str,
)
def test_what_cannot_be_exported_is_said(
    export: Export, tmp_path: Path, arguments: tuple[object, ...], code: int, words: str
) -> None:
    """With what to do, and without a file."""
    found, out, err = export(*arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(export: Export, tmp_path: Path) -> None:
    """An exact name is refused, not numbered."""
    (tmp_path / "mine.svg").write_text("mine")
    code, _out, err = export(f"{BOOKSHOP}:3", "-o", "mine.svg")
    assert code == 3
    assert "exists already" in err
    assert "--force" in err
    assert (tmp_path / "mine.svg").read_text() == "mine"


def test_the_options_offer_everything_there_is() -> None:
    """They are written down in the command, so that its help needs no import."""
    assert set(export_command.FORM_NAMES) == FORMS.keys()
    assert set(export_command.PICTURE_NAMES) > PICTURES.keys()
    assert {f"rt-{name}" for name in export_command.THEME_NAMES} == THEMES.keys()
