"""Every shape of project that real repositories have is found, or gets one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project_trees import (
    SETTINGS,
    SINGLE_FILE,
    URLS,
    make_environment,
    manage_py,
    mimic_environment,
    package,
    startproject,
    write_tree,
)

from reqtrace.errors import ProjectAmbiguous, ProjectError, ProjectNotFound, UsageError
from reqtrace.hub.discover import discover
from reqtrace.hub.project import Project, ProjectKind

WSGI = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., Project]:
    """Discover below ``tmp_path``, as in a shell without Django's variable and without an active environment."""
    (tmp_path / ".git").mkdir()

    def find(path: str | Path = "", **options: object) -> Project:
        return discover(tmp_path / path, **{"environ": {}, **options})  # type: ignore[arg-type]

    return find


Found = Callable[..., Project]


def command_of(project: Project) -> list[str]:
    """The runserver command without the interpreter."""
    return project.runserver_command("127.0.0.1", 8000)[1:]


# --- the eighteen shapes ------------------------------------------------------------------------------------------


def test_startproject(tmp_path: Path, found: Found) -> None:
    """Shape 1: manage.py at the path; it is run as it is, and nothing is exported."""
    startproject(tmp_path)
    project = found()
    assert project.kind is ProjectKind.MANAGE_PY
    assert (project.root, project.settings, project.environment()) == (tmp_path, "config.settings", {})
    assert command_of(project) == ["manage.py", "runserver", "127.0.0.1:8000"]


def test_split_settings(tmp_path: Path, found: Found) -> None:
    """Shape 2: the part that manage.py names is used."""
    write_tree(tmp_path, {"manage.py": manage_py("site.settings.dev"), "site/settings/dev.py": "from .base import *"})
    assert found().settings == "site.settings.dev"


def test_manage_py_wins_over_wsgi_py(tmp_path: Path, found: Found) -> None:
    """Shape 3: manage.py names the local settings, wsgi.py the production ones, apps are added to sys.path."""
    write_tree(
        tmp_path,
        {
            "manage.py": manage_py("config.settings.local", inside="sys.path.append('shop')"),
            "config/wsgi.py": WSGI.format("config.settings.production"),
        },
    )
    assert found().settings == "config.settings.local"


@pytest.mark.parametrize("folder", ["src", "apps", "deep/er", "网站", "my site"])
def test_manage_py_in_a_folder(tmp_path: Path, found: Found, folder: str) -> None:
    """Shape 4: manage.py further down is found, and run in its own directory."""
    startproject(tmp_path / folder)
    project = found()
    assert project.root == tmp_path / folder
    assert command_of(project)[0] == "manage.py"


def test_nearest_manage_py_wins(tmp_path: Path, found: Found) -> None:
    """Shape 5: of several the nearest is taken."""
    startproject(tmp_path / "examples" / "one", "one")
    startproject(tmp_path / "test_project", "two")
    assert found().settings == "two.settings"


def test_equally_near_manage_files_are_listed(tmp_path: Path, found: Found) -> None:
    """Shape 5: of several equally near none is taken; all are named."""
    startproject(tmp_path / "first")
    startproject(tmp_path / "second")
    with pytest.raises(ProjectAmbiguous) as failure:
        found()
    assert str(tmp_path / "first" / "manage.py") in failure.value.message
    assert str(tmp_path / "second" / "manage.py") in failure.value.message
    assert failure.value.hint.startswith("Give the one you mean: ")


def test_settings_in_dotenv_that_manage_py_loads(tmp_path: Path, found: Found) -> None:
    """Shape 6: manage.py loads ``.env`` itself, so it need not be told."""
    text = manage_py("", before="from dotenv import load_dotenv", inside="load_dotenv()")
    write_tree(tmp_path, {"manage.py": text, ".env": "DEBUG=1\nexport DJANGO_SETTINGS_MODULE='baby.settings'\n"})
    project = found()
    assert (project.settings, project.environment()) == ("baby.settings", {})
    assert ".env" in project.settings_source


def test_settings_in_dotenv_that_nobody_loads(tmp_path: Path, found: Found) -> None:
    """Shape 6: a manage.py that names no settings is told those of ``.env``."""
    write_tree(tmp_path, {"manage.py": manage_py(""), ".env": 'DJANGO_SETTINGS_MODULE="config.settings" # local\n'})
    project = found()
    assert project.environment() == {"DJANGO_SETTINGS_MODULE": "config.settings"}
    assert "--settings=config.settings" in command_of(project)


def test_settings_in_the_environment(tmp_path: Path, found: Found) -> None:
    """Shape 6: the environment wins over the default in manage.py, which is the child's to inherit."""
    startproject(tmp_path)
    project = found(environ={"DJANGO_SETTINGS_MODULE": "config.other"})
    assert project.settings == "config.other"
    assert project.settings_source == "DJANGO_SETTINGS_MODULE in the environment"


def test_settings_that_manage_py_assigns_win_over_the_environment(tmp_path: Path, found: Found) -> None:
    """A manage.py that assigns instead of giving a default does not heed the environment."""
    text = manage_py("", inside='os.environ["DJANGO_SETTINGS_MODULE"] = "config.forced"')
    write_tree(tmp_path, {"manage.py": text})
    assert found(environ={"DJANGO_SETTINGS_MODULE": "config.other"}).settings == "config.forced"


def test_settings_package_that_chooses(tmp_path: Path, found: Found) -> None:
    """Shape 7: a package whose ``__init__`` chooses is named as a whole."""
    write_tree(tmp_path, {"manage.py": manage_py("links.settings"), "links/settings/__init__.py": "from .dev import *"})
    assert found().settings == "links.settings"


def test_settings_beside_manage_py(tmp_path: Path, found: Found) -> None:
    """Shape 8: a top-level module ``settings``."""
    write_tree(tmp_path / "sandbox", {"manage.py": manage_py("settings"), "settings.py": SETTINGS})
    assert found().settings == "settings"


def test_package_that_is_a_command(tmp_path: Path, found: Found) -> None:
    """Shape 9: ``python -m PACKAGE`` runs Django's command line, from the directory the package lies in."""
    text = manage_py("tickets.settings")
    write_tree(tmp_path, {"src/tickets/__init__.py": "", "src/tickets/__main__.py": text})
    project = found()
    assert (project.kind, project.root, project.name) == (ProjectKind.PACKAGE, tmp_path / "src", "tickets")
    assert command_of(project)[:3] == ["-m", "tickets", "runserver"]
    assert project.settings == "tickets.settings"


def test_command_of_its_own(tmp_path: Path, found: Found) -> None:
    """Shape 9: a package with only a console script is started by that script."""
    write_tree(tmp_path, {"pyproject.toml": '[project.scripts]\nevennia = "evennia.launcher:main"\n'})
    with pytest.raises(ProjectNotFound) as failure:
        found()
    assert "reqtrace run -- evennia …" in failure.value.hint


@pytest.mark.parametrize("path", ["app.py", ""])
def test_single_file(tmp_path: Path, found: Found, path: str) -> None:
    """Shape 10: one file that configures Django and runs its command line is its own manage.py."""
    write_tree(tmp_path, {"app.py": SINGLE_FILE, "helper.py": "import django"})
    project = found(path)
    assert (project.kind, project.name, project.settings) == (ProjectKind.SINGLE_FILE, "app.py", None)
    assert command_of(project) == ["app.py", "runserver", "127.0.0.1:8000"]


def test_single_file_without_command_line(tmp_path: Path, found: Found) -> None:
    """Shape 10: one that does not is found, but cannot be served; the sentence says how to start it."""
    write_tree(tmp_path, {"app.py": "from nanodjango import Django\napp = Django()\n"})
    project = found()
    with pytest.raises(ProjectError, match="does not call Django's command line") as failure:
        project.runserver_command("127.0.0.1", 8000)
    assert "reqtrace run -- nanodjango run app.py" in failure.value.hint


def test_script_that_runs_the_tests_is_no_project(tmp_path: Path, found: Found) -> None:
    """Shape 10: ``runtests.py`` configures Django, too, but gives the command line arguments of its own."""
    text = SINGLE_FILE.replace("(sys.argv)", '([sys.argv[0], "test"])')
    write_tree(tmp_path, {"runtests.py": text})
    with pytest.raises(ProjectNotFound):
        found()


def test_manage_py_of_an_installed_package(tmp_path: Path, found: Found) -> None:
    """Shape 11: a manage.py in site-packages is nobody's project; its package has a command."""
    mimic_environment(tmp_path / "venv")
    write_tree(tmp_path / "venv/lib/python3.11/site-packages/label_studio", {"manage.py": manage_py("core.settings")})
    with pytest.raises(ProjectNotFound, match="installed package label_studio") as failure:
        found()
    assert "reqtrace run -- label-studio …" in failure.value.hint


REFUSAL = """
    allowed_commands = ['makemigrations', 'migrate']

    if not any(cmd in sys.argv for cmd in allowed_commands):
        print("Don't run ./manage.py directly")
        raise SystemExit(2)
"""


def test_manage_py_that_refuses_runserver(tmp_path: Path, found: Found) -> None:
    """Shape 12: found, but it cannot be served; the sentence names the project's own command."""
    write_tree(
        tmp_path,
        {
            "pyproject.toml": '[project.scripts]\narchivebox = "archivebox.cli:main"\n',
            "archivebox/manage.py": manage_py("core.settings", inside=REFUSAL),
        },
    )
    with pytest.raises(ProjectError, match="refuses to run runserver") as failure:
        found().runserver_command("127.0.0.1", 8000)
    assert "reqtrace run -- archivebox …" in failure.value.hint


@pytest.mark.parametrize(
    "condition",
    [
        "if len(sys.argv) < 2: sys.exit('usage: manage.py COMMAND')",
        "if sys.argv[1] == 'test': sys.exit(1)",
        "if os.environ.get('CI'): sys.exit('not here')",
        "if 2 ** 99999999 in sys.argv: sys.exit('never worked out')",
    ],
)
def test_manage_py_that_may_exit_is_not_a_refusal(tmp_path: Path, found: Found, condition: str) -> None:
    """An exit that runserver does not reach, or that depends on more than the arguments, is no refusal."""
    write_tree(tmp_path, {"manage.py": manage_py("config.settings", inside=condition)})
    assert not found().obstacle


def test_runserver_of_daphne(tmp_path: Path, found: Found) -> None:
    """Shape 13: the settings mention daphne, anywhere in a split package."""
    write_tree(
        tmp_path,
        {
            "manage.py": manage_py("chat.settings.dev"),
            "chat/settings/dev.py": "from .base import *",
            "chat/settings/base.py": "INSTALLED_APPS = ['daphne']",
        },
    )
    project = found()
    assert any("daphne" in remark for remark in project.remarks)
    assert not project.notes


def test_other_runserver_commands(tmp_path: Path, found: Found) -> None:
    """Shape 14: whitenoise.runserver_nostatic works as runserver; runserver_plus is pointed out."""
    startproject(tmp_path, Makefile="serve:\n\tpython manage.py runserver_plus\n")
    (tmp_path / "config/settings.py").write_text("INSTALLED_APPS = ['whitenoise.runserver_nostatic']")
    project = found()
    assert "WhiteNoise serves the static files inside the middleware chain" in " ".join(project.remarks)
    assert "reqtrace run -- python manage.py runserver_plus" in " ".join(project.notes)


def test_settings_are_not_executed(tmp_path: Path, found: Found) -> None:
    """Shapes 15 and 16: settings that compute MIDDLEWARE or fail without variables are left alone."""
    startproject(tmp_path)
    (tmp_path / "config/settings.py").write_text("import os\nos.environ['POSTGRES_DB']\nraise SystemExit")
    assert found().settings == "config.settings"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = """\\\n  --strict\n  --ds=tests.settings\n"""\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "tests.settings"\n'),
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = tests.settings\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = --ds tests.settings\n"),
        ("tox.ini", "[tox]\nenvlist = py\n[pytest]\nDJANGO_SETTINGS_MODULE=tests.settings\n"),
    ],
)
def test_reusable_app(tmp_path: Path, found: Found, file: str, text: str) -> None:
    """Shape 17: only the test settings that pytest-django knows; the app itself lies in ``src``."""
    write_tree(tmp_path, {file: text, **package("tests"), "src/corsheaders/__init__.py": ""})
    project = found()
    assert (project.kind, project.settings, project.root) == (ProjectKind.SETTINGS, "tests.settings", tmp_path)
    assert command_of(project) == [
        *("-m", "django", "runserver", "127.0.0.1:8000", "--settings=tests.settings"),
        f"--pythonpath={tmp_path / 'src'}",
    ]
    assert any("reusable app" in note for note in project.notes)


@pytest.mark.parametrize(
    "files",
    [
        {"{{cookiecutter.project_slug}}/manage.py": manage_py("config.settings")},
        {"project_name/manage.py": manage_py("{{ project_name }}.settings") + "{% if x %}"},
        {"template/manage.py-tpl": manage_py("{{ project_name }}.settings") + "{% if x %}"},
    ],
    ids=["cookiecutter", "startproject template", "tpl"],
)
def test_template_is_no_project(tmp_path: Path, found: Found, files: dict[str, str]) -> None:
    """Shape 18: a template has to be filled in first."""
    write_tree(tmp_path, files)
    with pytest.raises(ProjectNotFound, match="is a project template, not a project") as failure:
        found()
    assert "Generate a project from it" in failure.value.hint


# --- settings without manage.py -----------------------------------------------------------------------------------


def test_settings_module_named_by_asgi(tmp_path: Path, found: Found) -> None:
    """Without manage.py the settings that wsgi.py or asgi.py names are used, from where they can be imported."""
    write_tree(
        tmp_path / "backend",
        {**package("web"), "web/asgi.py": WSGI.format("web.settings")},
    )
    project = found()
    assert (project.kind, project.settings, project.root) == (
        ProjectKind.SETTINGS,
        "web.settings",
        tmp_path / "backend",
    )
    assert project.environment() == {"DJANGO_SETTINGS_MODULE": "web.settings"}


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        (package("web"), "web.settings"),
        ({"settings.py": SETTINGS}, "settings"),
        ({"web/__init__.py": "", "web/settings/__init__.py": "", "web/settings/local.py": "x=1"}, "web.settings.local"),
        ({"web/__init__.py": "", "web/settings/__init__.py": "from .base import *"}, "web.settings"),
    ],
    ids=["package", "top level", "split", "choosing"],
)
def test_settings_module_alone(tmp_path: Path, found: Found, files: dict[str, str], settings: str) -> None:
    """A settings module that nobody names is recognised by what it assigns."""
    write_tree(tmp_path, files)
    assert found().settings == settings


def test_several_settings_modules_are_listed(tmp_path: Path, found: Found) -> None:
    """Two settings modules equally near: a person has to say which."""
    write_tree(tmp_path, {**package("one"), **package("two")})
    with pytest.raises(ProjectAmbiguous, match=r"one\.settings(.|\n)*two\.settings") as failure:
        found()
    assert failure.value.hint == "Say which one: --settings one.settings"
    assert found(settings="two.settings").settings == "two.settings"


def test_unrelated_settings_py_is_no_project(tmp_path: Path, found: Found) -> None:
    """A settings.py that assigns nothing of Django's is somebody else's."""
    write_tree(tmp_path, {"settings.py": "COLOUR = 'red'\n"})
    with pytest.raises(ProjectNotFound):
        found()


def test_manage_py_of_another_framework_is_no_project(tmp_path: Path, found: Found) -> None:
    """Flask has its manage.py, too."""
    write_tree(tmp_path, {"manage.py": "from flask_script import Manager\nManager().run()\n"})
    with pytest.raises(ProjectNotFound):
        found()


# --- what a person says -------------------------------------------------------------------------------------------


def test_settings_option_reaches_every_command(tmp_path: Path, found: Found) -> None:
    """``--settings`` beats what manage.py says, in the environment and on the command line."""
    startproject(tmp_path, **{"reqtrace.toml": 'prepare = ["migrate --noinput", "loaddata \'my books\'"]\n'})
    project = found(settings="config.other", environ={"DJANGO_SETTINGS_MODULE": "config.third"})
    assert project.environment() == {"DJANGO_SETTINGS_MODULE": "config.other"}
    assert [command[1:] for command in project.prepare_commands()] == [
        ["manage.py", "migrate", "--noinput", "--settings=config.other"],
        ["manage.py", "loaddata", "my books", "--settings=config.other"],
    ]


@pytest.mark.parametrize("name", ["manage.py", "manage_local.py"])
def test_path_may_be_the_script(tmp_path: Path, found: Found, name: str) -> None:
    """The path may name the file itself, whatever it is called."""
    write_tree(tmp_path, {name: manage_py("config.settings"), "other/manage.py": manage_py("other.settings")})
    project = found(name)
    assert project.settings == "config.settings"
    assert command_of(project)[0] == name


def test_relative_path_with_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is made absolute, so nothing depends on the directory reqtrace was started in."""
    startproject(tmp_path / "a" / "site")
    monkeypatch.chdir(tmp_path / "a")
    project = discover("../a/site", environ={})
    assert project.root == tmp_path / "a" / "site"


def test_ipv6_host(tmp_path: Path, found: Found) -> None:
    """runserver wants IPv6 addresses in brackets."""
    startproject(tmp_path)
    assert found().runserver_command("::1", 8001, "--noreload")[2:] == ["runserver", "[::1]:8001", "--noreload"]


@pytest.mark.parametrize(
    ("inside", "settings"),
    [
        (
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.test' if 'test' in sys.argv else 'config.dev')",
            None,
        ),
        ("NAME = 'config.dev'\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', NAME)", "config.dev"),
        ("os.environ.setdefault('DJANGO_SETTINGS_MODULE', f'config.{os.environ[\"STAGE\"]}')", None),
        (
            "if 'test' in sys.argv: os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.test')\n"
            "    else: os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.dev')",
            "config.dev",
        ),
        (
            "if os.environ.get('CI'): os.environ['DJANGO_SETTINGS_MODULE'] = 'config.ci'\n"
            "    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.dev')",
            None,
        ),
    ],
    ids=["expression", "constant", "computed", "by command", "by environment"],
)
def test_settings_that_manage_py_chooses(tmp_path: Path, found: Found, inside: str, settings: str | None) -> None:
    """A choice that the arguments decide is followed; what only running can tell is left open."""
    write_tree(tmp_path, {"manage.py": manage_py("", inside=inside)})
    project = found()
    assert project.settings == settings
    assert project.environment() == {}


@pytest.mark.parametrize("text", ["print 'old Python'\n", "def broken(:\n"])
def test_manage_py_that_does_not_parse(tmp_path: Path, found: Found, text: str) -> None:
    """A manage.py of another Python, or a broken one, is still found: running it says what is wrong, not we."""
    write_tree(tmp_path, {"manage.py": manage_py("config.settings") + text})
    assert found().settings == "config.settings"


# --- what is left out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["node_modules/x", ".tox/py", "build/lib", "lib/site-packages/x"])
def test_foreign_directories_are_left_out(tmp_path: Path, found: Found, folder: str) -> None:
    """What was installed or built is not the project."""
    startproject(tmp_path / folder)
    with pytest.raises(ProjectNotFound):
        found()


def test_environments_are_left_out_whatever_their_name(tmp_path: Path, found: Found) -> None:
    """A virtual environment is recognised by its pyvenv.cfg."""
    mimic_environment(tmp_path / "myvenv")
    startproject(tmp_path / "myvenv" / "src" / "x")
    with pytest.raises(ProjectNotFound):
        found()


def test_unreadable_directories_and_loops_do_no_harm(tmp_path: Path, found: Found) -> None:
    """Links are not followed, so a tree that contains itself ends."""
    startproject(tmp_path / "site")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found().root == tmp_path / "site"


# --- no project ---------------------------------------------------------------------------------------------------


def test_misspelt_path(tmp_path: Path, found: Found) -> None:
    """The nearest name is offered."""
    startproject(tmp_path / "bookshop")
    with pytest.raises(ProjectNotFound, match=r"There is no .*bokshop\.$") as failure:
        found("bokshop")
    assert failure.value.hint == f"Did you mean {tmp_path / 'bookshop'}?"


def test_path_that_is_nowhere_near(tmp_path: Path, found: Found) -> None:
    """Without a near name the part that exists is named."""
    with pytest.raises(ProjectNotFound) as failure:
        found("qqqq/wwww")
    assert failure.value.hint == f"{tmp_path} is the part of it that exists."


def test_empty_directory(tmp_path: Path, found: Found) -> None:
    """What was looked for is said, and how to start a project that we cannot find."""
    with pytest.raises(ProjectNotFound, match=r"no manage\.py, no settings module and no single-file") as failure:
        found()
    assert "reqtrace run -- COMMAND…" in failure.value.hint


def test_project_above(tmp_path: Path, found: Found) -> None:
    """Inside an app of a project, the project above is offered."""
    startproject(tmp_path, **{"app/models.py": ""})
    with pytest.raises(ProjectNotFound, match="is above it") as failure:
        found("app")
    assert failure.value.hint.endswith(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("lesson.reqtrace", "", "is a recording"),
        ("settings.py", SETTINGS, "is a settings module"),
        ("views.py", URLS, "does not call Django's command line"),
        ("manage.py", manage_py("{{ project_name }}.settings") + "{% x %}", "belongs to a project template"),
        ("photo.jpg", "\x00\x01", "does not call Django's command line"),
    ],
)
def test_file_that_starts_no_project(tmp_path: Path, found: Found, name: str, text: str, words: str) -> None:
    """Each sort of file gets its own sentence."""
    write_tree(tmp_path, {name: text})
    with pytest.raises(ProjectNotFound, match=words):
        found(name)


# --- the interpreter ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".venv", "venv", "env", "myvenv"])
def test_environment_beside_the_project(tmp_path: Path, found: Found, name: str) -> None:
    """The project's own environment is used; one with an unusual name, if it is the only one."""
    startproject(tmp_path)
    python = mimic_environment(tmp_path / name)
    project = found()
    assert project.interpreter == python
    assert "the project's own environment" in project.interpreter_source


def test_environment_at_the_repository_root(tmp_path: Path, found: Found) -> None:
    """Of a project in a sub-folder the repository's environment is used, the nearer one first."""
    startproject(tmp_path / "src")
    outer = mimic_environment(tmp_path / ".venv")
    assert found().interpreter == outer
    inner = mimic_environment(tmp_path / "src" / "venv")
    assert found().interpreter == inner


def test_environment_of_a_neighbour_is_not_taken(tmp_path: Path) -> None:
    """Without a repository one directory above is looked at, for the usual names only."""
    mimic_environment(tmp_path / "neighbour")
    startproject(tmp_path / "site")
    project = discover(tmp_path / "site", environ={})
    assert (project.interpreter, project.interpreter_notes) == (Path(sys.executable), ())
    python = mimic_environment(tmp_path / "venv")
    assert discover(tmp_path / "site", environ={}).interpreter == python


def test_environment_above_the_repository_is_not_taken(tmp_path: Path) -> None:
    """What lies above the repository belongs to something else."""
    mimic_environment(tmp_path / ".venv")
    startproject(tmp_path / "repository", **{".git/HEAD": ""})
    assert discover(tmp_path / "repository", environ={}).interpreter == Path(sys.executable)


def test_windows_environment(tmp_path: Path, found: Found) -> None:
    """Windows keeps the interpreter in Scripts."""
    startproject(tmp_path)
    write_tree(tmp_path / "venv", {"pyvenv.cfg": "", "Scripts/python.exe": ""})
    (tmp_path / "venv/Scripts/python.exe").chmod(0o755)
    assert found().interpreter == tmp_path / "venv" / "Scripts" / "python.exe"


def test_broken_environment_is_passed_over_and_told(tmp_path: Path, found: Found) -> None:
    """An environment whose Python has gone is not used, and a person is told."""
    startproject(tmp_path)
    mimic_environment(tmp_path / ".venv").unlink()
    project = found()
    assert project.interpreter == Path(sys.executable)
    assert any("holds no Python that works" in note for note in project.interpreter_notes)


def test_active_environment(tmp_path: Path, found: Found) -> None:
    """Without one of its own the project gets the activated environment, then reqtrace's own Python."""
    startproject(tmp_path / "site")
    active = mimic_environment(tmp_path / "elsewhere" / "active")
    project = found("site", environ={"VIRTUAL_ENV": str(active.parents[1])})
    assert project.interpreter == active
    assert "VIRTUAL_ENV" in project.interpreter_source
    assert found("site").interpreter == Path(sys.executable)


@pytest.mark.parametrize("named", ["environment", "interpreter", "command"])
def test_named_interpreter(tmp_path: Path, found: Found, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    """``--python`` takes an environment, an interpreter or a command, and beats everything else."""
    startproject(tmp_path)
    mimic_environment(tmp_path / ".venv")
    python = mimic_environment(tmp_path / "other")
    monkeypatch.setenv("PATH", str(python.parent))
    names = {"environment": str(python.parents[1]), "interpreter": str(python), "command": "python"}
    project = found(python=names[named])
    assert (project.interpreter, project.interpreter_source) == (python, "named by --python")


@pytest.mark.parametrize(("named", "words"), [("nowhere/python", "no Python at"), ("empty", "holds no Python")])
def test_named_interpreter_that_is_none(tmp_path: Path, found: Found, named: str, words: str) -> None:
    """A wrong ``--python`` is an error of usage."""
    startproject(tmp_path, **{"empty/x": ""})
    with pytest.raises(UsageError, match=words):
        found(python=str(tmp_path / named))


def test_environment_kept_elsewhere(tmp_path: Path, found: Found) -> None:
    """Poetry hides its environments; the note says how to name it."""
    startproject(tmp_path, **{"poetry.lock": ""})
    assert any('--python "$(poetry env info --executable)"' in note for note in found().interpreter_notes)


@pytest.mark.slow
def test_real_environment_runs_with_its_own_packages(tmp_path: Path, found: Found) -> None:
    """The interpreter is not resolved: behind its link lies another Python that knows nothing of the environment."""
    startproject(tmp_path)
    python = make_environment(tmp_path / ".venv")
    project = found()
    assert project.interpreter == python
    prefix = subprocess.run(
        [project.interpreter, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True
    )
    assert os.path.samefile(prefix.stdout.strip(), tmp_path / ".venv")
