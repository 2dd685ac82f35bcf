"""``reqtrace lint`` says which line of MIDDLEWARE is wrong and where it belongs, in every form, and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command_runs import Ran, Run
from project_trees import SETTINGS, startproject, write_tree

import reqtrace

pytestmark = pytest.mark.slow

ROOT = Path(reqtrace.__file__).parents[1]
MIDDLEWARE = """
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.layers.Greeting",
]
"""
LAYERS = """
from django.utils.deprecation import MiddlewareMixin

class Greeting(MiddlewareMixin):
    def process_request(self, request):
        request.greeting = f"hello {request.user}"

class Raises:
    def __init__(self, get_response):
        raise RuntimeError("the key is missing")
"""
DEFAULT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SESSION, AUTHENTICATION = DEFAULT[1], DEFAULT[4]


Project = Callable[..., Path]


def rules(ran: Ran) -> list[str]:
    """The rules that were broken."""
    return [finding["rule"] for finding in ran.document["findings"]]


@pytest.fixture
def lint(run_command: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(run_command, "lint")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A startproject with a MIDDLEWARE of its own."""

    def make(middleware: str | list[str] = MIDDLEWARE, **files: str) -> Path:
        startproject(tmp_path)
        text = middleware if isinstance(middleware, str) else f"MIDDLEWARE = {middleware!r}\n"
        settings = SETTINGS.format(package="config").replace(
            "INSTALLED_APPS = []", 'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]'
        )
        return write_tree(tmp_path, {"config/settings.py": settings + text, "config/layers.py": LAYERS, **files})

    return make


# --- the page ----------------------------------------------------------------------------------------------------


def test_broken_project(project: Project, lint: Run) -> None:
    """The list is drawn, an arrow shows where the line belongs, the rule says why; errors make the exit code 1."""
    ran = lint(project())
    assert ran.code == 1
    page = ran.out
    assert "MIDDLEWARE of" in page
    assert "AuthenticationMiddleware belongs here" in page
    assert "╭──  2 AuthenticationMiddleware ✖ error" in page
    assert "╰────▶ AuthenticationMiddleware belongs here" in page
    assert "✖ error dj-auth-after-session" in page
    assert "config/settings.py:12" in page
    words = " ".join(page.split())
    assert "Line 2, AuthenticationMiddleware, is above line 4 (SessionMiddleware)." in words
    assert "Move line 2 to directly below line 4." in words
    assert "1 error" in words
    assert max(len(line) for line in page.splitlines()) <= 80


def test_ascii(project: Project, lint: Run) -> None:
    """With --ascii nothing else is drawn."""
    ran = lint(project(), "--ascii")
    assert ran.out.isascii()
    assert "\\---->" in ran.out


def test_no_colour_reaches_a_pipe(project: Project, lint: Run) -> None:
    """A page that is not for a terminal has no escape sequence in it."""
    assert "\x1b" not in lint(project()).out


def test_default_stack(project: Project, lint: Run) -> None:
    """What startproject writes has no finding: exit code 0, whatever --fail-on says."""
    ran = lint(project(DEFAULT), "--fail-on", "info")
    assert ran.code == 0
    assert ran.out.rstrip().endswith("The order is right.")
    assert ran.err == ""


def test_empty_list(project: Project, lint: Run) -> None:
    """An empty MIDDLEWARE is no mistake."""
    ran = lint(project([]))
    assert ran.code == 0
    assert "MIDDLEWARE is empty." in ran.out


def test_sample_site(lint: Run) -> None:
    """The bookshop has neither error nor warning; the maintenance page above the language is remarked."""
    ran = lint(ROOT / "sample_site", "--output", "json")
    assert ran.code == 0
    assert {finding["severity"] for finding in ran.document["findings"]} == {"info"}
    assert "dj-locale-near-top" in rules(ran)
    unused = [layer["path"] for layer in ran.document["layers"] if not layer["used"]]
    assert unused == ["shop.middleware.RobotsTagMiddleware"]


def test_asgi(lint: Run) -> None:
    """As ASGI the same list is judged by the rules about sync and async, too."""
    assert lint(ROOT / "sample_site", "--asgi", "--output", "json").document["asgi"] is True


def test_reads_user_too_early(project: Project, lint: Run) -> None:
    """A layer of the project that takes request.user above Authentication is found in its source, with its line."""
    layers = [DEFAULT[1], "config.layers.Greeting", DEFAULT[4]]
    ran = lint(project(layers), "--output", "json")
    (finding,) = (f for f in ran.document["findings"] if f["severity"] == "error")
    assert finding["rule"] == "gen-user-after-auth"
    assert finding["read"]["place"]["file"].endswith("layers.py")
    assert finding["read"]["place"]["line"] == 6
    assert finding["move"] == {"line": 2, "below": 3}


# --- other forms -------------------------------------------------------------------------------------------------


def test_document(project: Project, lint: Run) -> None:
    """The JSON document has a version, the layers, the findings and the list in the right order."""
    document = lint(project(), "--output", "json").document
    assert list(document) == [
        *("reqtrace_lint", "project", "settings", "django", "asgi", "layers", "findings", "conflicts", "fixed"),
        *("unused_acknowledgements", "counts"),
    ]
    assert document["reqtrace_lint"] == 1
    assert document["counts"] == {"error": 1, "warning": 0, "info": 0}
    (finding,) = document["findings"]
    assert set(finding) == {
        *("rule", "severity", "line", "others", "message", "advice", "move", "read", "also", "place", "acknowledged"),
        "source",
    }
    assert (finding["rule"], finding["line"], finding["others"]) == ("dj-auth-after-session", 2, [4])
    assert set(document["layers"][0]) == {
        *("line", "path", "hooks", "sync", "async", "used", "sets", "reads", "traits", "error", "place"),
    }
    fixed = document["fixed"]
    assert fixed.index(DEFAULT[1]) < fixed.index(DEFAULT[4])


def test_documented(project: Project, lint: Run) -> None:
    """Every key of the document is in docs/lint-json.md."""
    text = (ROOT / "docs" / "lint-json.md").read_text(encoding="utf-8")
    document = lint(project(), "--output", "json").document
    keys = {*document, *document["findings"][0], *document["layers"][0]}
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_github(project: Project, lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations name file and line, and no text can begin a command of its own."""
    root = project()
    monkeypatch.chdir(root)
    ran = lint(".", "--output", "github")
    assert ran.code == 1
    (line,) = ran.out.splitlines()
    assert line.startswith("::error file=config/settings.py,line=12,title=reqtrace dj-auth-after-session::Line 2, ")


def test_sarif(project: Project, lint: Run) -> None:
    """SARIF 2.1.0: a driver with its rules, results that refer to them, places relative to the project."""
    (run,) = lint(project(), "--output", "sarif").document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "reqtrace lint"
    (result,) = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "dj-auth-after-session"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "config/settings.py", "uriBaseId": "PROJECT"}
    assert place["region"] == {"startLine": 12}
    assert run["originalUriBaseIds"]["PROJECT"]["uri"].startswith("file:///")
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}


def test_an_entry_that_is_listed_twice_has_two_lines(project: Project, lint: Run) -> None:
    """Each occurrence of a path is placed at its own line of the settings."""
    text = f'MIDDLEWARE = [\n    "{DEFAULT[2]}",\n    "{DEFAULT[0]}",\n    "{DEFAULT[2]}",\n]\n'
    document = lint(project(text), "--output", "json").document
    first, second, third = (layer["place"]["line"] for layer in document["layers"])
    assert (second - first, third - first) == (1, 2)
    assert [finding["place"]["line"] for finding in document["findings"] if finding["rule"] == "gen-unique"] == [third]


@pytest.mark.parametrize("module", ["config.settings", "config.settings.dev"])
def test_settings_in_parts(module: str, tmp_path: Path, lint: Run) -> None:
    """An entry is placed in the part of the settings that lists it, whichever module is asked for."""
    startproject(tmp_path)
    (tmp_path / "config" / "settings.py").unlink()
    base = SETTINGS.format(package="config") + f"MIDDLEWARE = [\n    '{DEFAULT[2]}',\n    '{DEFAULT[2]}',\n]\n"
    write_tree(
        tmp_path,
        {
            "config/settings/__init__.py": "from .base import *\n",
            "config/settings/base.py": base,
            "config/settings/dev.py": "from .base import *\n",
        },
    )
    (finding,) = lint(tmp_path, "--settings", module, "--output", "json").document["findings"]
    assert finding["place"]["file"].endswith("base.py")
    assert base.splitlines()[finding["place"]["line"] - 2 :][:2] == [f"    '{DEFAULT[2]}',"] * 2


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)], ids=lambda value: str(value)
)
def test_fail_on(fail_on: str, code: int, project: Project, lint: Run) -> None:
    """The mildest finding that matters decides the exit code."""
    assert lint(project([DEFAULT[2], DEFAULT[2]]), "--fail-on", fail_on).code == code


# --- --fix, --explain --------------------------------------------------------------------------------------------


def test_fix_prints_and_changes_nothing(project: Project, lint: Run) -> None:
    """The list is printed as Python that can be pasted, and works; no file is touched."""
    root = project()
    before = (root / "config" / "settings.py").read_bytes()
    ran = lint(root, "--fix")
    assert ran.code == 1
    assert "no file was changed" in ran.err
    assert (root / "config" / "settings.py").read_bytes() == before
    names: dict[str, Any] = {}
    exec(ran.out, names)
    again = lint(project(names["MIDDLEWARE"]), "--output", "json")
    assert again.code == 0
    assert sorted(names["MIDDLEWARE"]) == sorted(layer["path"] for layer in again.document["layers"])


@pytest.mark.parametrize("grown", [slice(1, 3), slice(0, 3)])
def test_fix_parts_what_a_missing_comma_made_one(grown: slice, project: Project, lint: Run) -> None:
    """Entries that have grown together stand apart, in the order they belong in, if each can be imported."""
    paths = [DEFAULT[2], AUTHENTICATION, SESSION]
    text = [*paths[: grown.start], "".join(paths[grown]), *paths[grown.stop :]]
    ran = lint(project(text), "--fix")
    assert ran.code == 1
    names: dict[str, Any] = {}
    exec(ran.out, names)
    assert names["MIDDLEWARE"] == [DEFAULT[2], SESSION, AUTHENTICATION]
    number = grown.start + 1
    assert f"Line {number} stands here as {len(paths[grown])} entries: a comma is missing in it." in ran.err
    again = lint(project(names["MIDDLEWARE"]), "--output", "json")
    assert again.code == 0


def test_fix_leaves_what_only_looks_grown_together(project: Project, lint: Run) -> None:
    """Where a part cannot be imported nothing is guessed: the entry stays as it is."""
    path = f"{SESSION}shop.middleware.Missing"
    ran = lint(project([path]), "--fix")
    assert ran.out == f'MIDDLEWARE = [\n    "{path}",\n]\n'
    assert "Nothing to move." in ran.err


@pytest.mark.parametrize("text", ["MIDDLEWARE = 'django.middleware.common.CommonMiddleware'\n", "MIDDLEWARE = [7]\n"])
def test_fix_of_what_is_no_list(text: str, project: Project, lint: Run) -> None:
    """Where there is no list of paths nothing is printed that could be pasted."""
    ran = lint(project(text), "--fix")
    assert ran.code == 1
    assert ran.out == ""
    assert "There is no list to put in order." in ran.err


def test_explain(lint: Run) -> None:
    """A rule is explained without a project: what, why, which hook, who says so, and how to accept it."""
    ran = lint("--explain", "dj-auth-after-session")
    assert ran.code == 0
    for part in (
        "AuthenticationMiddleware needs SessionMiddleware",
        "ImproperlyConfigured",
        "process_request",
        "Source",
    ):
        assert part in ran.out
    assert 'acknowledge = {"dj-auth-after-session" = "..."}' in ran.out


def test_explain_advice_that_is_stale(lint: Run) -> None:
    """Advice that is often repeated, and wrong, is said to be wrong."""
    ran = lint("--explain", "dj-locale-after-session")
    assert ran.code == 0
    assert "since Django 3.0" in ran.out


@pytest.mark.parametrize(
    "rule_id", ["load-list", "load-entry", "load-import", "load-factory", "load-call", "load-name"]
)
def test_explain_what_does_not_load(rule_id: str, lint: Run) -> None:
    """Every id that a finding can have is explained."""
    ran = lint("--explain", rule_id)
    assert ran.code == 0
    assert ran.out.startswith(f"{rule_id} (error): ")


def test_explain_unknown_rule(lint: Run) -> None:
    """For a misspelt rule the nearest is offered."""
    ran = lint("--explain", "dj-auth-after-sesion")
    assert ran.code == 2
    assert "There is no rule 'dj-auth-after-sesion'." in ran.err
    assert "dj-auth-after-session" in ran.err


# --- acknowledgements --------------------------------------------------------------------------------------------


def pyproject(line: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.reqtrace.lint]\nacknowledge = {line}\n"}


def test_acknowledged(project: Project, lint: Run) -> None:
    """A finding that is meant is shown with its reason and fails nothing; SARIF calls it suppressed."""
    root = project(**pyproject('{"dj-auth-after-session" = "we test the failure"}'))
    ran = lint(root)
    assert ran.code == 0
    assert "Acknowledged: we test the failure" in ran.out
    assert "1 acknowledged" in ran.out
    assert lint(root, "--output", "github").out == ""
    (result,) = lint(root, "--output", "sarif").document["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "we test the failure"}]


def test_acknowledged_for_nothing(project: Project, lint: Run) -> None:
    """A reason that is not needed any more is told."""
    ran = lint(project(DEFAULT, **pyproject('{"cors-before-common" = "was so"}')))
    assert ran.code == 0
    assert "cors-before-common is acknowledged, but nothing is found" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"dj-auth-after-sesion" = "x"}', "Did you mean dj-auth-after-session"),
        ('{"dj-auth-after-session" = ""}', "must give a reason for each rule"),
        ('["dj-auth-after-session"]', "must give a reason for each rule"),
    ],
    ids=["misspelt", "no reason", "no table"],
)
def test_acknowledgement_that_is_wrong(line: str, message: str, project: Project, lint: Run) -> None:
    """A mistake in the configuration is said, with the file and what to write."""
    ran = lint(project(**pyproject(line)))
    assert ran.code == 2
    assert message in " ".join(ran.err.split())
    assert "pyproject.toml" in ran.err


# --- bad input ---------------------------------------------------------------------------------------------------


def test_no_list(project: Project, lint: Run) -> None:
    """MIDDLEWARE that is a text, because of a missing comma say, is one clear error at its line."""
    ran = lint(project('MIDDLEWARE = ("django.middleware.common.CommonMiddleware")\n'), "--output", "json")
    assert ran.code == 1
    assert rules(ran) == ["load-list"]
    finding = ran.document["findings"][0]
    assert "MIDDLEWARE is of type str, not a list" in finding["message"]


@pytest.mark.parametrize("name", ["MIDDLEWARES", "MIDDLEWARE_CLASSES", "MIDDELWARE"])
def test_a_list_under_another_name(name: str, project: Project, lint: Run) -> None:
    """An empty MIDDLEWARE beside a list that nobody reads is one error; nothing is said to be missing from it."""
    ran = lint(project(f"MIDDLEWARE = []\n{name} = {DEFAULT!r}\n"), "--output", "json")
    assert (ran.code, rules(ran)) == (1, ["load-name"])
    assert ran.document["findings"][0]["advice"] == [f"Rename {name} to MIDDLEWARE."]


def test_what_is_no_list_is_not_called_empty(project: Project, lint: Run) -> None:
    """The page says what it is, and nothing beside that."""
    page = lint(project(f'MIDDLEWARE = "{DEFAULT[0]}"\n')).out
    assert "MIDDLEWARE is of type str, not a list." in " ".join(page.split())
    assert "empty" not in page
    assert page.splitlines()[2].startswith("✖ error load-list")


def test_what_does_not_load(project: Project, lint: Run) -> None:
    """An entry that cannot be imported or built is an error with its cause and near names; the rest is judged."""
    broken = ["config.layers.Greting", "config.layers.Raises", "config.layer.Greeting", DEFAULT[4], DEFAULT[1]]
    ran = lint(project(broken), "--output", "json")
    assert ran.code == 1
    assert rules(ran) == ["load-import", "load-factory", "load-import", "dj-auth-after-session"]
    greeting, raises, layer, _ = ran.document["findings"]
    assert greeting["advice"] == ["Did you mean config.layers.Greeting?"]
    assert "RuntimeError: the key is missing" in raises["message"]
    assert "No module named 'config.layer'" in layer["message"]
    assert layer["advice"] == ["Did you mean config.layers.Greeting?"]


def test_what_loads_and_fails_every_request(project: Project, lint: Run) -> None:
    """A missing return is found in the source before a request finds it, with the line where it is missing."""
    inner = "    def middleware(request):\n        get_response(request)\n"
    forgets = f"def forgets(get_response):\n{inner}    return middleware\n"
    ran = lint(project([*DEFAULT, "config.forgets.forgets"], **{"config/forgets.py": forgets}), "--output", "json")
    assert (ran.code, rules(ran)) == (1, ["load-call"])
    message = ran.document["findings"][0]["message"]
    assert "it cannot answer a request: middleware has no return with a response" in message
    assert "forgets.py:2). Every request that comes to it fails." in message
    assert ran.document["findings"][0]["advice"] == ["Let it end with return response."]


def test_a_famous_name_at_the_wrong_place(project: Project, lint: Run) -> None:
    """For a well-known class under a wrong path the right one is offered."""
    ran = lint(project(["django.middleware.sessions.SessionMiddleware"]), "--output", "json")
    assert ran.document["findings"][0]["advice"][0].startswith(f"Did you mean {DEFAULT[1]}")


def test_an_entry_that_is_no_text(project: Project, lint: Run) -> None:
    """A class instead of its path is told as what it is."""
    text = "from django.middleware.common import CommonMiddleware\nMIDDLEWARE = [CommonMiddleware, 7]\n"
    ran = lint(project(text), "--output", "json")
    assert rules(ran) == ["load-entry", "load-entry"]
    assert "it is of type int, not a dotted path in quotes" in ran.document["findings"][1]["message"]


def test_settings_that_fail(project: Project, lint: Run) -> None:
    """A project that does not start is told in its own words."""
    ran = lint(project("raise RuntimeError('not today')\n"))
    assert ran.code == 3
    assert "not today" in ran.err
    assert ran.out == ""


def test_nothing_is_sent_and_nothing_is_written(project: Project, lint: Run) -> None:
    """Layers are built, never called; the project's files are as before."""
    layers = """
class Watching:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        raise SystemExit("called")
"""
    root = project(["config.watching.Watching"], **{"config/watching.py": layers})
    before = {path: path.read_bytes() for path in root.rglob("*.py")}
    assert lint(root).code == 0
    assert {path: path.read_bytes() for path in root.rglob("*.py")} == before


def test_the_program_itself(project: Project) -> None:
    """As a person runs it: exit code and streams."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        [sys.executable, "-m", "reqtrace", "lint", str(project())], capture_output=True, text=True, env=environment
    )
    assert ran.returncode == 1
    assert "dj-auth-after-session" in ran.stdout
    assert ran.stderr == ""
