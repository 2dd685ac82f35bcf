"""``reqtrace diff``: two requests, two recordings, and what is asked wrongly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reqtrace.analysis.comparison import compare
from reqtrace.analysis.comparison_model import CircumstanceId
from reqtrace.cli.exchange import Visit, exchange
from reqtrace.cli.main import main
from reqtrace.cli.recorded import read_selection
from reqtrace.hub.discover import discover

Diff = Callable[..., tuple[int, str, str]]
BOOKSHOP = Path(__file__).parents[1] / "recordings" / "bookshop.reqtrace"

STARTPROJECT = """
INSTALLED_APPS = ["django.contrib.sessions", "django.contrib.messages"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""
BROKEN_VIEW = """
def broken(request):
    raise ValueError(f"{object()} in {os.getpid()}")
urlpatterns.append(path("broken/", broken))
"""


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Diff:
    """``diff(arguments)`` gives exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["diff", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def twin(tmp_path: Path) -> Path:
    """The same recording under another name."""
    path = tmp_path / "after.reqtrace"
    path.write_bytes(BOOKSHOP.read_bytes())
    return path


def test_a_recording_is_the_same_as_its_copy(diff: Diff, twin: Path) -> None:
    """Exit code 0, and every request with its twin."""
    code, out, _err = diff(BOOKSHOP, twin, "--width", "80")
    assert code == 0
    assert "NO DIFFERENCE" in out
    assert out.count("\n =") == 11


def test_two_requests_of_one_recording(diff: Diff) -> None:
    """``FILE:N``, and ``--request`` twice, mean the same; exit code 1 says that they differ."""
    by_name = diff(f"{BOOKSHOP}:4", f"{BOOKSHOP}:2", "--width", "80")
    by_option = diff(BOOKSHOP, "--request", "4", "-n", "2", "--width", "80")
    assert by_name == by_option
    code, out, _err = by_name
    assert code == 1
    assert "FIRST DIFFERENCE" in out
    assert "7 Common  404" in out


def test_one_number_means_that_request_of_both(diff: Diff, twin: Path) -> None:
    """Whichever way it is given."""
    for arguments in ((f"{BOOKSHOP}:9", twin), (BOOKSHOP, twin, "-n", "9")):
        code, out, _err = diff(*arguments, "--width", "80", "--whole")
        assert code == 0
        assert "steps the same" not in out
        assert "ZeroDivisionError" in out


def test_the_answer_as_json(diff: Diff, twin: Path) -> None:
    """One document for two requests, another for two recordings."""
    code, out, _err = diff(f"{BOOKSHOP}:4", f"{BOOKSHOP}:2", "--output", "json")
    document = json.loads(out)
    assert (code, document["reqtrace_comparison"], document["is_same"]) == (1, 1, False)
    code, out, _err = diff(BOOKSHOP, twin, "--output", "json")
    document = json.loads(out)
    assert (code, document["reqtrace_comparisons"], document["is_same"]) == (0, 1, True)
    assert len(document["pairs"]) == 11
    assert document["pairs"][0]["comparison"]["differences"] == []


def test_ascii_is_ascii(diff: Diff) -> None:
    """Both pictures."""
    assert diff(f"{BOOKSHOP}:4", f"{BOOKSHOP}:2", "--ascii")[1].isascii()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((BOOKSHOP,), 2, "With what shall"),
        ((f"{BOOKSHOP}:3",), 2, "With what shall"),
        ((BOOKSHOP, "-n", "3"), 2, "With what shall"),
        ((f"{BOOKSHOP}:3", BOOKSHOP, "-n", "4"), 2, "both say which request"),
        ((BOOKSHOP, BOOKSHOP, "-n", "1", "-n", "2", "-n", "3"), 2, "3 times"),
        ((f"{BOOKSHOP}:99", f"{BOOKSHOP}:1"), 2, "It has requests 1 to 11."),
        (("nothing.reqtrace", BOOKSHOP), 3, "There is no file nothing.reqtrace"),
        ((__file__, BOOKSHOP), 3, "is not a reqtrace recording"),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_said(diff: Diff, arguments: tuple[object, ...], code: int, words: str) -> None:
    """With what to do; no answer is printed."""
    found, out, err = diff(*arguments)
    assert (found, out) == (code, "")
    assert words in " ".join(err.split())


def test_a_recording_that_is_cut_off_is_compared_as_far_as_it_goes(diff: Diff, twin: Path) -> None:
    """And that is said."""
    whole = twin.read_bytes()
    twin.write_bytes(whole[: len(whole) * 2 // 3])
    code, out, err = diff(BOOKSHOP, twin, "--width", "80")
    assert code == 1
    assert "in one recording only" in out
    assert "cut off" in err


def test_a_file_whose_name_ends_in_a_number_is_a_file(tmp_path: Path) -> None:
    """``FILE:3`` is a request only if there is no such file."""
    file = tmp_path / "a.reqtrace:3"
    assert read_selection(str(file)) == (tmp_path / "a.reqtrace", 3)
    file.touch()
    assert read_selection(str(file)) == (file, None)


@pytest.mark.slow
def test_wsgi_and_asgi_differ_in_nothing_of_substance(project: Path) -> None:
    """A debug page, full of addresses and times, through both handlers of a real Django: only hops are noted."""
    for name, more in (("settings.py", STARTPROJECT), ("urls.py", BROKEN_VIEW)):
        (project / name).write_text((project / name).read_text() + more)
    found = discover(str(project))
    wsgi, asgi = (
        exchange(found, Visit(method="GET", url="/broken/", is_asgi=is_asgi), timeout=60).trace
        for is_asgi in (False, True)
    )
    comparison = compare(wsgi, asgi)
    assert comparison.differences == ()
    assert comparison.a.summary.status == 500
    assert {one.id for one in comparison.circumstances} == {CircumstanceId.HANDLER, CircumstanceId.HOPS}
    assert len(comparison.layers) == 5
    assert all(row.a is not None and row.b is not None for row in comparison.rows)
