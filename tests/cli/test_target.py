"""``[PATH] [METHOD] URL``: the last word is the URL, and what stands before it is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from project_trees import startproject

from reqtrace.cli.target import Target, read_target
from reqtrace.errors import UsageError


@pytest.mark.parametrize(
    ("words", "path", "method", "url"),
    [
        ("/about/", ".", None, "/about/"),
        ("/", ".", None, "/"),
        ("//double/", ".", None, "//double/"),
        ("/tmp", ".", None, "/tmp"),
        ("http://example.com:8000/a?b=c#d", ".", None, "http://example.com:8000/a?b=c#d"),
        ("GET /about/", ".", "GET", "/about/"),
        ("get /about/", ".", "GET", "/about/"),
        ("PURGE /about/", ".", "PURGE", "/about/"),
        ("site /about/", "site", None, "/about/"),
        ("/srv/site /about/", "/srv/site", None, "/about/"),
        ("../site POST /x/", "../site", "POST", "/x/"),
        (". post /x/", ".", "POST", "/x/"),
        ("GET GET /x/", "GET", "GET", "/x/"),
        ("GET PURGE /x/", "GET", "PURGE", "/x/"),
    ],
)
def test_words_are_told_apart(words: str, path: str, method: str | None, url: str) -> None:
    """A known verb or a word in capitals is the method, anything else the path."""
    assert read_target(words.split()) == Target(path=path, method=method, url=url)


def test_directory_named_like_a_method(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory in capitals that exists is a path, unless it is called like a verb of HTTP."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "SHOP").mkdir()
    (tmp_path / "patch").mkdir()
    assert read_target(["SHOP", "/"]).path == "SHOP"
    assert read_target(["patch", "/"]).path == "patch"
    assert read_target(["PATCH", "/"]).method == "PATCH"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("", "There is no URL to request.", "Try reqtrace request /about/"),
        ("GET", "After GET the URL is missing.", "Try"),
        ("about/us", "about/us is no URL", "Did you mean /about/us?"),
        ("./about", "./about is no URL", "Did you mean /about?"),
        ("http:///x", "http:///x is no URL", ""),
        ("http://host:port/", "http://host:port/ is no URL", ""),
        ("http://[::1/", "is no URL: Invalid IPv6 URL", ""),
        (". PSOT /x/", "PSOT is no HTTP method.", "Did you mean POST?"),
        (". ./y /x/", "./y stands where the HTTP method is expected.", "Try"),
        ("a b c d", "4 arguments, but at most PATH METHOD URL", "Try"),
    ],
)
def test_mistakes_are_explained(words: str, message: str, hint: str) -> None:
    """Each says what was expected where."""
    with pytest.raises(UsageError) as failure:
        read_target(words.split())
    assert message in failure.value.message
    assert hint in failure.value.hint


def test_project_without_url(tmp_path: Path) -> None:
    """An absolute path looks like a URL; a project's own directory is recognised."""
    startproject(tmp_path)
    with pytest.raises(UsageError, match="the URL is missing") as failure:
        read_target([str(tmp_path)])
    assert failure.value.hint == f"For its home page: {tmp_path} /"
