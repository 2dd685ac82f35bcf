"""A project that cannot start is explained in one sentence, with its own traceback kept apart."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project_trees import SETTINGS, SINGLE_FILE, make_environment, manage_py, package, startproject, write_tree

from reqtrace.errors import ProjectBroken, ProjectError
from reqtrace.hub.discover import discover
from reqtrace.hub.preflight import Survey, preflight, survey

pytestmark = pytest.mark.slow

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


@pytest.fixture
def surveyed(tmp_path: Path) -> Callable[..., Survey]:
    """Survey the project in ``tmp_path``."""

    def take(**options: str) -> Survey:
        environ = {**ENVIRONMENT, **options}
        return survey(discover(tmp_path, environ=environ), environ=environ)

    return take


@pytest.fixture
def failing(tmp_path: Path) -> Callable[..., ProjectError]:
    """The error that keeps the project in ``tmp_path`` from starting."""

    def take(**options: str) -> ProjectError:
        environ = {**ENVIRONMENT, **options}
        with pytest.raises(ProjectError) as failure:
            preflight(discover(tmp_path, environ=environ), environ=environ)
        assert failure.value.exit_code == 3
        return failure.value

    return take


Surveyed = Callable[..., Survey]
Failing = Callable[..., ProjectError]


# --- projects that start ------------------------------------------------------------------------------------------


def test_healthy_project(tmp_path: Path, surveyed: Surveyed) -> None:
    """Python, Django and what steers the requests are told as they are after ``django.setup()``."""
    startproject(tmp_path)
    found = surveyed()
    assert found.failure is None
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert (found.settings_module, found.root_urlconf, found.debug) == ("config.settings", "config.urls", True)
    assert [entry.path for entry in found.middleware] == ["django.middleware.common.CommonMiddleware"]
    assert found.middleware[0].hooks == ("process_request", "process_response")
    assert found.runserver == "django.core"


def test_middleware_built_at_run_time(tmp_path: Path, surveyed: Surveyed) -> None:
    """MIDDLEWARE is read from the loaded settings, whatever made it; each entry is looked at by itself."""
    startproject(tmp_path)
    middleware = """
def plain(get_response):
    return get_response

class Old:
    def process_request(self, request): ...
    def process_exception(self, request, exception): ...
"""
    lines = "MIDDLEWARE += [f'config.middleware.{name}' for name in ('plain', 'Old', 'Missing')]\n"
    write_tree(
        tmp_path,
        {"config/settings.py": SETTINGS.format(package="config") + lines, "config/middleware.py": middleware},
    )
    _, plain, old, missing = surveyed().middleware
    assert (plain.hooks, plain.is_class, plain.failure) == ((), False, None)
    assert old.hooks == ("process_request", "process_exception")
    assert missing.failure is not None
    assert "Missing" in missing.failure.message


def test_path_that_manage_py_extends(tmp_path: Path, surveyed: Surveyed) -> None:
    """What manage.py adds to sys.path is there: the script itself is run, with the command line caught."""
    startproject(
        tmp_path,
        **{
            "manage.py": manage_py("config.settings", inside="sys.path.append('apps'); print('hello from manage.py')"),
            "apps/shop/__init__.py": "",
            "config/settings.py": SETTINGS.format(package="config") + "INSTALLED_APPS = ['shop']\n",
        },
    )
    found = surveyed()
    assert found.failure is None
    assert "hello from manage.py" in found.output


def test_single_file(tmp_path: Path, surveyed: Surveyed) -> None:
    """A single file stays ``__main__``, which its URLconf is."""
    write_tree(tmp_path, {"app.py": SINGLE_FILE})
    found = surveyed()
    assert found.failure is None
    assert (found.settings_module, found.root_urlconf) == (None, "__main__")


def test_package_and_settings_alone(tmp_path: Path, surveyed: Surveyed) -> None:
    """The shapes without manage.py are brought up, too."""
    write_tree(tmp_path, package("web"))
    assert surveyed().settings_module == "web.settings"
    write_tree(tmp_path, {"web/__main__.py": manage_py("web.settings")})
    assert surveyed().settings_module == "web.settings"


def test_exported_settings_win(tmp_path: Path) -> None:
    """What a person asked for beats a manage.py that assigns."""
    text = manage_py("", inside='os.environ["DJANGO_SETTINGS_MODULE"] = "config.nothing"')
    startproject(tmp_path, **{"manage.py": text})
    project = discover(tmp_path, settings="config.settings", environ=ENVIRONMENT)
    assert preflight(project, environ=ENVIRONMENT).settings_module == "config.settings"


def test_odd_path(tmp_path: Path) -> None:
    """Spaces and Chinese characters in the path are nothing special."""
    startproject(tmp_path / "my 网站")
    assert preflight(discover(tmp_path / "my 网站", environ=ENVIRONMENT), environ=ENVIRONMENT).failure is None


def test_foreign_patches(tmp_path: Path, surveyed: Surveyed) -> None:
    """What another tool has replaced in Django is named with the file of the replacement."""
    patch = """
from django.core.handlers.base import BaseHandler
original = BaseHandler.get_response
def get_response(self, request):
    return original(self, request)
BaseHandler.get_response = get_response
"""
    settings = SETTINGS.format(package="config") + "INSTALLED_APPS = ['config']\n"
    startproject(tmp_path, **{"config/models.py": patch, "config/settings.py": settings})
    place = tmp_path / "config" / "models.py"
    assert surveyed().patches == (f"django.core.handlers.base.BaseHandler.get_response by {place}",)


# --- projects that do not -----------------------------------------------------------------------------------------


def test_missing_variable(tmp_path: Path, failing: Failing) -> None:
    """The variable is named with its line, not forty lines of traceback."""
    startproject(tmp_path)
    write_tree(tmp_path, {"config/settings.py": "import os\n\nDATABASE = os.environ['POSTGRES_DB']\n"})
    error = failing()
    place = os.path.join("config", "settings.py")
    assert error.message == (
        f"The settings config.settings do not load: the environment variable POSTGRES_DB is not set ({place}, line 3)."
    )
    assert error.hint == "Set it before you start reqtrace: POSTGRES_DB=… reqtrace …"
    assert isinstance(error, ProjectBroken)
    assert error.output.rstrip().endswith("KeyError: 'POSTGRES_DB'")
    assert "reqtrace" not in error.output.replace(str(tmp_path), "")


def test_missing_variable_that_a_library_asked_for(tmp_path: Path, failing: Failing) -> None:
    """django-environ and its like raise an error of their own from the KeyError; it is the same variable."""
    startproject(tmp_path)
    ask = "try:\n    os.environ['SHOP_KEY']\nexcept KeyError as error:\n    raise LookupError('set it') from error\n"
    write_tree(tmp_path, {"config/settings.py": f"import os\n{ask}"})
    assert "the environment variable SHOP_KEY is not set" in failing().message


def test_key_error_of_a_dictionary_is_no_missing_variable(tmp_path: Path, failing: Failing) -> None:
    """Only the environment's own KeyError means a variable."""
    startproject(tmp_path)
    write_tree(tmp_path, {"config/settings.py": "{}['POSTGRES_DB']\n"})
    assert "KeyError: 'POSTGRES_DB'" in failing().message


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("config/settings.py", "DEBUG = = True\n", r"The settings .* syntax error, .*settings\.py, line 1"),
        ("config/settings.py", "if True:\nDEBUG = 1\n", r"syntax error, expected an indented block.*line 2"),
        ("config/settings.py", "raise RuntimeError('first\\nsecond')\n", r"do not load: RuntimeError: first \("),
        ("config/settings.py", "raise SystemExit('no')\n", r"The settings .* SystemExit: no"),
        ("config/settings.py", "import corsheaders\n", "there is no module corsheaders in "),
        ("config/settings.py", "INSTALLED_APPS = ['shop']\n", "The apps of .* there is no module shop in "),
        ("manage.py", manage_py("config.settings") + "}\n", r"manage\.py does not run: syntax error, unmatched"),
        (
            "manage.py",
            "import django_environ\n" + manage_py("config.settings"),
            r"manage\.py does not run: there is no",
        ),
    ],
    ids=["syntax", "indentation", "exception", "exit", "module", "app", "script", "script import"],
)
def test_broken_project(tmp_path: Path, failing: Failing, file: str, text: str, words: str) -> None:
    """Whatever the project raises is told with its cause and its line, in one sentence."""
    startproject(tmp_path)
    write_tree(tmp_path, {file: text})
    error = failing()
    assert re.search(words, error.message)
    assert "\n" not in error.message
    assert isinstance(error, ProjectBroken)
    assert error.output


def test_settings_module_that_does_not_exist(tmp_path: Path, failing: Failing) -> None:
    """A wrong name is the fault of whoever gave it."""
    startproject(tmp_path)
    error = failing(DJANGO_SETTINGS_MODULE="config.setings")
    assert "there is no module config.setings" in error.message
    assert "DJANGO_SETTINGS_MODULE in the environment" in error.hint


def test_settings_that_nobody_names(tmp_path: Path, failing: Failing) -> None:
    """Django's own words are good enough."""
    write_tree(tmp_path, {"manage.py": manage_py("")})
    assert "settings are not configured" in failing().message


def test_project_that_kills_python(tmp_path: Path, failing: Failing) -> None:
    """Not even an abrupt end is a traceback of ours; what was printed before it is kept."""
    startproject(tmp_path)
    text = "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos._exit(7)\n"
    write_tree(tmp_path, {"config/settings.py": text})
    error = failing()
    assert "ended Python with exit code 7" in error.message
    assert isinstance(error, ProjectBroken)
    assert "last words" in error.output


def test_project_that_prints_on_stdout(tmp_path: Path, surveyed: Surveyed) -> None:
    """What settings print cannot be mistaken for the answer."""
    startproject(tmp_path)
    text = SETTINGS.format(package="config") + "print('{\"django\": \"1.0\"}')\nimport os; os.system('echo loud')\n"
    write_tree(tmp_path, {"config/settings.py": text})
    found = surveyed()
    assert found.failure is None
    assert found.django != "1.0"
    assert "loud" in found.output


def test_project_that_waits_for_ever(tmp_path: Path) -> None:
    """The wait has an end, and nothing is left running."""
    startproject(tmp_path)
    write_tree(tmp_path, {"config/settings.py": "import time\ntime.sleep(60)\n"})
    with pytest.raises(ProjectError, match="did not come to an end within 1 seconds"):
        preflight(discover(tmp_path, environ=ENVIRONMENT), environ=ENVIRONMENT, timeout=1)


def test_django_missing(tmp_path: Path, failing: Failing) -> None:
    """An environment without Django is named, with the way it was found."""
    startproject(tmp_path)
    python = make_environment(tmp_path / ".venv")
    error = failing()
    assert error.message.startswith(f"Django is not installed in {python} (the project's own environment")
    assert "Install the project's requirements there" in error.hint


def test_django_too_old(tmp_path: Path, failing: Failing) -> None:
    """The Django that Python would import is what counts."""
    old = "VERSION = (3, 2, 25, 'final', 0)\ndef get_version():\n    return '3.2.25'\n"
    startproject(tmp_path, **{"django/__init__.py": old})
    error = failing()
    assert "has Django 3.2.25; reqtrace needs 4.2 or newer" in error.message


def test_python_too_old(tmp_path: Path, failing: Failing) -> None:
    """An old Python is told, not tripped over; it is only asked for its version."""
    pretender = tmp_path / ".venv" / "bin" / "python"
    startproject(tmp_path, **{".venv/pyvenv.cfg": "", ".venv/bin/python": ""})
    # Runs the launcher in this Python, as one that says it is 3.8.
    pretence = "import runpy, sys; sys.version_info = (3, 8, 10); sys.argv = sys.argv[1:]; "
    pretender.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "{pretence}runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$@"\n'
    )
    pretender.chmod(0o755)
    assert f"{pretender} is Python 3.8.10; reqtrace needs 3.11 or newer." == failing().message


def test_python_that_does_not_start(tmp_path: Path, failing: Failing) -> None:
    """A Python that cannot be executed is named."""
    startproject(tmp_path, **{".venv/pyvenv.cfg": "", ".venv/bin/python": "#!/nonexistent/python\n"})
    (tmp_path / ".venv/bin/python").chmod(0o755)
    assert "cannot be started" in failing().message
