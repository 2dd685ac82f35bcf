"""``reqtrace request`` sends one real request through a project and shows its path."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from command_runs import Run
from project_trees import SETTINGS, SINGLE_FILE, startproject, write_tree

import reqtrace

pytestmark = pytest.mark.slow

ROOT = Path(reqtrace.__file__).parent.parent


@pytest.fixture
def request_(run_command: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")
    return partial(run_command, "request")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample site without its database: the first request makes it."""
    directory = tmp_path_factory.mktemp("copy") / "sample_site"
    shutil.copytree(ROOT / "sample_site", directory, ignore=shutil.ignore_patterns("db.sqlite3*", "__pycache__"))
    return directory


@pytest.fixture
def database(shop: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(shop / "db.sqlite3")) as connection:
        yield connection


VIEWS = """
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path


def echo(request):
    lines = [request.method, request.get_host(), request.scheme, request.META.get("HTTP_X_ONE", ""),
             request.content_type, request.body.decode(), str(request.POST.dict())]
    return HttpResponse("|".join(lines), content_type="text/plain")


def broken(request):
    raise RuntimeError("on purpose")


def teapot(request):
    return HttpResponse("short and stout", status=418)


async def slowly(request):
    return HttpResponse("async")


def stream(request):
    return StreamingHttpResponse(str(n) for n in range(5))


def hostile(request):
    return HttpResponse("\\x1b]0;title\\x07[red]markup[/red]\\u202e")


urlpatterns = [path(f"{view.__name__}/", view)
               for view in (echo, broken, teapot, slowly, stream, hostile)]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A project without database whose views answer in odd ways."""
    text = SETTINGS.format(package="config").replace("ALLOWED_HOSTS = []", "ALLOWED_HOSTS = ['*', 'first.example']")
    return startproject(tmp_path / "the site 网站", **{"config/urls.py": VIEWS, "config/settings.py": text})


# --- the answer ---------------------------------------------------------------------------------------------------


def test_funnel(site: Path, request_: Run) -> None:
    """The funnel is on stdout, and fits the width."""
    ran = request_(site, "/teapot/", "--width", "70")
    assert ran.code == 0
    assert "GET /teapot/" in ran.out
    assert "418" in ran.out
    assert "Common" in ran.out
    assert ran.out.endswith("\n")
    assert max(map(len, ran.out.splitlines())) <= 70
    assert "\x1b" not in ran.out


def test_ascii(site: Path, request_: Run) -> None:
    """``--ascii`` leaves nothing else."""
    assert request_(site, "/teapot/", "--ascii").out.isascii()


def test_document(site: Path, request_: Run) -> None:
    """The JSON document is the versioned trace, and nothing else is on stdout."""
    document = request_(site, "/teapot/?a=1", "--output", "json").document
    assert document["reqtrace_trace"] == 1
    assert (document["request"]["method"], document["request"]["path"]) == ("GET", "/teapot/")
    assert document["response"]["status"] == 418
    assert [layer["name"] for layer in document["layers"]] == ["CommonMiddleware"]
    assert document["view"]["name"] == "config.urls.teapot"
    assert document["is_complete"] is True


def test_deep(site: Path, request_: Run) -> None:
    """``--level deep`` tells the details of the one request; without it there are none."""
    deep = request_(site, "/teapot/", "--output", "json", "--level", "deep").document
    path = request_(site, "/teapot/", "--output", "json").document
    assert "signal" in [stop["sort"] for stop in deep["stops"]]
    assert "signal" not in [stop["sort"] for stop in path["stops"]]


@pytest.mark.parametrize("view", ["slowly", "stream", "teapot"])
@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_both_interfaces(site: Path, request_: Run, view: str, interface: str) -> None:
    """``--asgi`` goes through the ASGI handler; sync, async and streaming views answer under both."""
    ran = request_(site, f"/{view}/", "--output", "json", *(["--asgi"] if interface == "asgi" else []))
    assert ran.code == 0
    assert ran.document["request"]["entry"] == interface
    assert ran.document["response"]["status"] in (200, 418)


def test_single_file(tmp_path: Path, request_: Run) -> None:
    """The URLconf of a single file is the script itself."""
    write_tree(tmp_path, {"app.py": SINGLE_FILE})
    ran = request_(tmp_path / "app.py", "/", "--body")
    assert ran.code == 0
    assert ran.out.endswith("from one file\n")


def test_here(site: Path, request_: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PATH the project is the one in the current directory."""
    monkeypatch.chdir(site)
    assert "418" in request_("/teapot/").out


# --- what is sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ([], "GET|first.example|http||||{}"),
        (["-H", "X-One: 1", "-H", "Host: second.example"], "GET|second.example|http|1|||{}"),
        (
            ["--data", "a=1", "--data", "b=ü"],
            "POST|first.example|http||application/x-www-form-urlencoded|a=1&b=ü|{'a': '1', 'b': 'ü'}",
        ),
        (["--json", '{"a": 1}'], 'POST|first.example|http||application/json|{"a": 1}|{}'),
        (
            ["--json", "1", "-H", "content-type: application/vnd.x+json"],
            "POST|first.example|http||application/vnd.x+json|1|{}",
        ),
    ],
    ids=["get", "headers", "form", "json", "own content type"],
)
def test_what_the_view_gets(site: Path, request_: Run, options: list[str], body: str) -> None:
    """Host, method, headers and body arrive as they were asked for."""
    assert request_(site, "/echo/", "--body", *options).out.splitlines()[-1] == body


def test_full_url(site: Path, request_: Run) -> None:
    """Scheme and host of a full URL are what the project sees."""
    ran = request_(site, "PUT", "https://third.example:8443/echo/", "--data", "x", "--body")
    assert ran.out.splitlines()[-1].startswith("PUT|third.example:8443|https|")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--data", "a=1", "--json", "{}"], "--data and --json are two bodies"),
        (["--json", "{a: 1}"], "--json is no JSON"),
        (["--header", "nonsense"], "is not NAME: VALUE"),
        (["--header", "X: a\nInjected: b"], "has a line break"),
        (["--python", "/nowhere"], "There is no Python at /nowhere"),
        (["--sample"], "--sample and PATH name two projects"),
        (["--level", "deeper"], "'deeper' is not one of 'path', 'deep'"),
    ],
)
def test_wrong_options(site: Path, request_: Run, options: list[str], words: str) -> None:
    """Each is an error of usage with one clear message; nothing was sent."""
    ran = request_(site, "/echo/", *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


# --- what goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interface", [[], ["--asgi"]], ids=["wsgi", "asgi"])
def test_server_error(site: Path, request_: Run, interface: list[str]) -> None:
    """A 5xx is exit code 1; the path is shown all the same, and Django's log is on stderr."""
    ran = request_(site, "/broken/", *interface)
    assert ran.code == 1
    assert "500" in ran.out
    assert "RuntimeError: on purpose" in ran.err


def test_exception_that_leaves_the_handler(site: Path, request_: Run) -> None:
    """A chain that returns None makes the server answer for Django: exit code 1, the traceback is the project's."""
    middleware = "def lose(get_response):\n    return lambda request: None\n"
    text = (site / "config/settings.py").read_text() + "MIDDLEWARE = ['config.lose.lose']\n"
    write_tree(site, {"config/lose.py": middleware, "config/settings.py": text})
    ran = request_(site, "/echo/")
    assert ran.code == 1
    assert "AttributeError: 'NoneType' object has no attribute" in ran.err
    assert str(ROOT / "reqtrace" / "agent" / "oneshot.py") not in ran.err


def test_hostile_body(site: Path, request_: Run) -> None:
    """Escape sequences and markup in a body are shown, not obeyed."""
    ran = request_(site, "/hostile/", "--body")
    assert "\\x1b]0;title\\x07[red]markup[/red]" in ran.out
    assert "\u202e" not in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_project_that_does_not_start(site: Path, request_: Run, form: str) -> None:
    """Exit code 3, the project's own traceback as the project's, and not a word on stdout."""
    write_tree(site, {"config/settings.py": "import os\nos.environ['POSTGRES_DB']\n"})
    ran = request_(site, "/echo/", "--output", form)
    assert (ran.code, ran.out) == (3, "")
    assert "The project's own words:" in ran.err
    assert "the environment variable POSTGRES_DB is not set" in ran.err
    assert "oneshot.py" not in ran.err


def test_middleware_that_is_no_list(site: Path, request_: Run) -> None:
    """What stops the whole application is often MIDDLEWARE, so the way to be sure of that is named."""
    settings = site / "config" / "settings.py"
    settings.write_text(settings.read_text(encoding="utf-8") + "\nMIDDLEWARE = None\n", encoding="utf-8")
    ran = request_(site, "/")
    assert ran.code == 3
    assert "does not load: TypeError: 'NoneType' object is not reversible" in ran.err
    assert "`reqtrace lint` whether something is wrong with MIDDLEWARE." in ran.err


def test_middleware_that_does_not_load(site: Path, request_: Run) -> None:
    """The chain is built before the request: what fails there fails the start."""
    text = (site / "config/settings.py").read_text() + "MIDDLEWARE = ['config.nowhere.Missing']\n"
    write_tree(site, {"config/settings.py": text})
    ran = request_(site, "/echo/")
    assert ran.code == 3
    assert "Entry 1 of MIDDLEWARE, config.nowhere.Missing, does not load: ModuleNotFoundError" in ran.err


def test_answer_without_django(site: Path, request_: Run) -> None:
    """What an application answers before its request comes to Django has no path, and that is no fault."""
    router = (
        "from django.core.wsgi import get_wsgi_application\n"
        "django = get_wsgi_application()\n"
        "def application(environ, start_response):\n"
        "    if environ['PATH_INFO'] == '/alive/':\n"
        "        start_response('200 OK', [])\n"
        "        return [b'alive']\n"
        "    return django(environ, start_response)\n"
    )
    text = (site / "config/settings.py").read_text() + "WSGI_APPLICATION = 'config.router.application'\n"
    write_tree(site, {"config/router.py": router, "config/settings.py": text})
    ran = request_(site, "/alive/")
    assert (ran.code, ran.out) == (3, "")
    assert "/alive/ was answered 200 without Django" in ran.err
    assert "WSGI_APPLICATION leads it elsewhere" in ran.err
    assert "doctor" not in ran.err
    assert "418" in request_(site, "/teapot/").out


def test_request_that_takes_too_long(site: Path, request_: Run) -> None:
    """``--timeout`` ends what does not end by itself."""
    views = "import time\nfrom django.urls import path\nurlpatterns = [path('', lambda request: time.sleep(60))]\n"
    write_tree(site, {"config/urls.py": views})
    ran = request_(site, "/", "--timeout", "2")
    assert ran.code == 3
    assert "did not come to an end within 2 seconds" in ran.err


def test_obstacle(tmp_path: Path, request_: Run) -> None:
    """A project whose command line cannot be reached is not started at all."""
    write_tree(tmp_path, {"app.py": "from nanodjango import Django\nraise SystemExit('was started')\n"})
    ran = request_(tmp_path, "/")
    assert ran.code == 3
    assert "reqtrace run -- nanodjango run app.py" in ran.err


def test_no_session_framework(site: Path, request_: Run) -> None:
    """Where nobody can be logged in, ``--as`` says why."""
    ran = request_(site, "/echo/", "--as", "ada")
    assert ran.code == 2
    assert "django.contrib.auth is not in INSTALLED_APPS" in ran.err


def test_database_without_tables(site: Path, request_: Run) -> None:
    """Before the first migrate there is nobody to be."""
    text = (
        SETTINGS.format(package="config")
        + """
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
    )
    write_tree(site, {"config/settings.py": text})
    ran = request_(site, "/echo/", "--as", "ada")
    assert ran.code == 3
    assert "The database cannot give us a user: no such table: auth_user." in ran.err
    assert "manage.py migrate" in ran.err


# --- the sample site: users, sessions, CSRF -----------------------------------------------------------------------


def test_declared_preparation_runs_first(shop: Path, request_: Run) -> None:
    """The first request of a fresh copy makes the database, because reqtrace.toml says so."""
    ran = request_(shop, "/books/")
    assert ran.code == 0, ran.err
    assert "shop_book" in ran.out
    assert (shop / "db.sqlite3").is_file()


def test_as_user(shop: Path, request_: Run, database: sqlite3.Connection) -> None:
    """``--as`` opens the members' page; no session stays, and the user's last login is as it was."""
    request_(shop, "/books/")
    assert request_(shop, "/members/", "--output", "json").document["response"]["status"] == 302
    ran = request_(shop, "/members/", "--as", "reader", "--output", "json")
    assert ran.document["response"]["status"] == 200, ran.err
    assert database.execute("select count(*) from django_session").fetchone() == (0,)
    assert database.execute("select last_login from auth_user where username = 'reader'").fetchone() == (None,)


def test_unknown_user(shop: Path, request_: Run) -> None:
    """A misspelt user gets the nearest name."""
    request_(shop, "/books/")
    ran = request_(shop, "/members/", "--as", "raeder")
    assert ran.code == 2
    assert "There is no user with the username raeder." in ran.err
    assert "Did you mean reader?" in ran.err


def test_session_that_cannot_be_made(shop: Path, request_: Run) -> None:
    """What the project's own session engine raises is the project's failure."""
    write_tree(shop, {"bookshop/lost.py": "from bookshop.settings import *\nSESSION_ENGINE = 'bookshop.nowhere'\n"})
    ran = request_(shop, "/members/", "--as", "reader", "--settings", "bookshop.lost")
    assert (ran.code, ran.out) == (3, "")
    assert "bookshop.nowhere" in ran.err


def test_csrf_is_real(shop: Path, request_: Run) -> None:
    """Unlike Django's test client, a POST without a token is refused, and a person is told about ``--csrf``."""
    request_(shop, "/books/")
    refused = request_(shop, "/basket/", "--data", "a=1")
    assert "403" in refused.out
    assert "Add --csrf to send one." in refused.err
    accepted = request_(shop, "/basket/", "--data", "a=1", "--csrf", "--output", "json")
    assert accepted.document["response"]["status"] != 403
    assert "--csrf" not in accepted.err


@pytest.mark.parametrize("url", ["/basket/", "https://localhost/basket/"])
def test_csrf_with_sessions_and_https(shop: Path, request_: Run, url: str) -> None:
    """The token is where the project keeps it, and over HTTPS the referrer is sent."""
    write_tree(shop, {"bookshop/demo.py": "from bookshop.settings import *\nCSRF_USE_SESSIONS = True\n"})
    ran = request_(shop, url, "--data", "a=1", "--csrf", "--settings", "bookshop.demo", "--output", "json")
    assert ran.document["response"]["status"] != 403, ran.err


def test_static_file(shop: Path, request_: Run) -> None:
    """Static files are served as runserver serves them: before the chain."""
    ran = request_(shop, "/static/shop/style.css")
    assert ran.code == 0
    assert "StaticFilesHandler" in ran.out


def test_static_file_that_is_not_there(shop: Path, request_: Run) -> None:
    """The error page is made without any layer, and nothing is missing from what is told."""
    ran = request_(shop, "/static/shop/none.css")
    assert "404 Not Found" in ran.out
    assert "events were lost" not in ran.out


# --- as a program -------------------------------------------------------------------------------------------------


def test_as_a_program(site: Path) -> None:
    """The command itself, in a pipe, with a locale that knows no UTF-8: ASCII, and exit code 0."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        [sys.executable, "-m", "reqtrace", "request", str(site), "/teapot/"], capture_output=True, env=environ
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()
    assert b"418" in ran.stdout


def test_another_reqtrace_in_the_environment(
    site: Path, tmp_path: Path, request_: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If another package named reqtrace hides ours from Python, that is said instead of showing an empty picture."""
    namesake = write_tree(tmp_path / "packages", {"reqtrace/__init__.py": ""})
    monkeypatch.setenv("PYTHONPATH", str(namesake))
    ran = request_(site, "/teapot/")
    assert (ran.code, ran.out) == (3, "")
    assert "answered 418, but nothing of it was traced" in ran.err
    assert "not tracing this process" in ran.err
    assert "reqtrace doctor" in ran.err
