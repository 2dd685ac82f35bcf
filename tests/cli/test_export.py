"""``reqtrace export``: one request of a recording as a file."""

from __future__ import annotations

import io
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
        ((f"{BOOKSHOP}:3", "--picture", "sql", "--step", 2), 2, "sql has no steps"),
        ((f"{BOOKSHOP}:3", "--picture", "urls"), 2, "a picture of the whole recording"),
        ((BOOKSHOP, "--picture", "urls", "--as", "mermaid"), 3, "It can as svg, png, text, html."),
        ((BOOKSHOP, "--picture", "loading", "--step", 999), 2, "no step 999"),
        ((f"{BOOKSHOP}:3", "--with", 4, "--picture", "onion"), 2, "each say what to draw"),
        ((f"{BOOKSHOP}:3", "--with", 40), 2, "has no request 40"),
        ((f"{BOOKSHOP}:3", "--with", BOOKSHOP), 2, "has requests 1 to 11"),
        ((f"{BOOKSHOP}:3", "--with", "other.reqtrace:1"), 3, "There is no file"),
        ((f"{BOOKSHOP}:3", "--with", 4, "--step", 2), 2, "comparison has no steps"),
        ((Path(__file__),), 3, "is not a reqtrace recording"),
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


def test_a_file_can_be_replaced(export: Export, tmp_path: Path) -> None:
    """Only if that is asked for, and only one that was named."""
    (tmp_path / "mine.txt").write_text("mine")
    assert export(f"{BOOKSHOP}:3", "-o", "mine.txt", "--force")[0] == 0
    assert "style.css" in (tmp_path / "mine.txt").read_text(encoding="utf-8")
    names = [export(f"{BOOKSHOP}:3", "--force")[2] for _ in range(2)]
    assert names == [f"Written: reqtrace-3-get-static-shop-style-css{end}.svg" for end in ("", "-2")]


def test_a_directory_gets_a_file_of_the_usual_name(export: Export, tmp_path: Path) -> None:
    """``-o pictures`` writes into it."""
    (tmp_path / "pictures.d").mkdir()
    for end in ("", "-2"):
        assert export(f"{BOOKSHOP}:2", "-o", "pictures.d")[2] == f"Written: pictures.d/reqtrace-2-get-books{end}.svg"


@pytest.mark.parametrize(
    ("picture", "number", "name", "words"),
    [
        ("sql", 5, "reqtrace-5-sql", "SELECT … FROM shop_author WHERE"),
        ("loading", None, "reqtrace-stack-loading", "How WSGIHandler loaded its middleware"),
        ("hooks", None, "reqtrace-stack-hooks", "strip_tracking_parameters"),
        ("urls", None, "reqtrace-urls", "bestsellers/"),
        ("layers", None, "reqtrace-slowest-layers", "Slowest middleware of 11 requests"),
        ("views", None, "reqtrace-slowest-views", "shop.views.catalogue.book_list"),
        ("log", None, "reqtrace-log", "ZeroDivisionError"),
        ("settings", None, "reqtrace-settings", "shop.middleware.JourneyMiddleware"),
    ],
)
def test_every_picture_has_the_same_formats(
    export: Export, tmp_path: Path, picture: str, number: int | None, name: str, words: str
) -> None:
    """Whole, with its title, and named after what it shows."""
    file = BOOKSHOP if number is None else f"{BOOKSHOP}:{number}"
    for form, suffix in (("text", "txt"), ("svg", "svg"), ("html", "html")):
        assert export(file, "--picture", picture, "--as", form) == (0, "", f"Written: {name}.{suffix}")
    assert words in (tmp_path / f"{name}.txt").read_text(encoding="utf-8")
    page = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
    assert ("<script>" in page) is (picture == "loading"), "only loading has steps to go through"
    ascii_only = export(file, "--picture", picture, "--as", "text", "-o", "-", "--ascii")[1]
    assert ascii_only.isascii()


def test_two_requests_are_drawn_side_by_side(export: Export) -> None:
    """Of one recording, or of two."""
    _code, out, _err = export(f"{BOOKSHOP}:9", "--with", 2, "--as", "text", "-o", "-")
    assert "FIRST DIFFERENCE" in out
    assert export(f"{BOOKSHOP}:9", "--with", f"{BOOKSHOP}:2", "--as", "text", "-o", "-")[1] == out
    assert json.loads(export(f"{BOOKSHOP}:9", "--with", 2, "--as", "json", "-o", "-")[1])["is_same"] is False


def test_pixels_go_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not to a terminal."""
    monkeypatch.setattr("reqtrace.render.exports.rasterise", lambda svg, size: b"\x89PNG\r\n")
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(piped := io.BytesIO()))
    assert main(["export", f"{BOOKSHOP}:3", "--as", "png", "-o", "-"]) == 0
    assert piped.getvalue() == b"\x89PNG\r\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["export", f"{BOOKSHOP}:3", "--as", "png", "-o", "-"]) == 2


@pytest.mark.parametrize(("form", "encoding"), [("text", "ascii"), ("svg", "utf-8"), ("html", "utf-8")])
def test_a_locale_without_unicode_spoils_nothing(monkeypatch: pytest.MonkeyPatch, form: str, encoding: str) -> None:
    """A picture of characters is drawn with those there are; a file is a file, and says in what it is written."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(piped := io.BytesIO(), encoding="ascii"))
    assert main(["export", f"{BOOKSHOP}:9", "--as", form, "-o", "-"]) == 0
    told = piped.getvalue().decode(encoding)
    assert "ZeroDivisionError" in told
    assert ("●" in told) is (form != "text")
    assert form != "text" or "\\u" not in told


def test_the_options_offer_everything_there_is() -> None:
    """They are written down in the command, so that its help needs no import."""
    assert set(export_command.FORM_NAMES) == FORMS.keys()
    assert set(export_command.PICTURE_NAMES) > PICTURES.keys()
    assert {f"rt-{name}" for name in export_command.THEME_NAMES} == THEMES.keys()
