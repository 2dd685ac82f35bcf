"""``reqtrace.cli.sample``: where the bookshop of ``reqtrace serve --sample`` lives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import reqtrace
from reqtrace.cli.sample import sample_directory
from reqtrace.errors import ProjectError, ProjectNotFound

ROOT = Path(reqtrace.__file__).parent.parent


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which every platform's convention for user data ends."""
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: home / name)
    return home


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package ``reqtrace`` as a wheel installs it, with a sample site inside."""
    package = tmp_path / "site-packages" / "reqtrace"
    site = package / "_sample_site"
    (site / "shop").mkdir(parents=True)
    (site / "manage.py").write_text("# manage", encoding="utf-8")
    (site / "shop" / "views.py").write_text("# views", encoding="utf-8")
    return package


def test_a_checkout_uses_its_own_sample_site() -> None:
    """In a source checkout the sample site is the one beside the package, so that it can be worked on."""
    assert sample_directory() == ROOT / "sample_site"


def test_the_installed_sample_site_is_copied(
    installed: Path, data_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From an installed package the site is copied whole to the user's data directory, and we say where."""
    site = sample_directory(installed)
    assert site == data_home / "reqtrace" / f"sample_site-{reqtrace.__version__}"
    assert (site / "shop" / "views.py").read_text(encoding="utf-8") == "# views"
    assert str(site) in capsys.readouterr().err
    assert [path.name for path in site.parent.iterdir()] == [site.name]


def test_what_a_learner_changed_stays(installed: Path, data_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy is made once: the next start finds it, with every change, and says nothing."""
    changed = sample_directory(installed) / "shop" / "views.py"
    changed.write_text("# my own", encoding="utf-8")
    capsys.readouterr()
    sample_directory(installed)
    assert changed.read_text(encoding="utf-8") == "# my own"
    assert capsys.readouterr().err == ""


def test_an_installation_without_the_sample_site_is_named(tmp_path: Path) -> None:
    """A package that has lost its sample site is an error that says how to get it back."""
    with pytest.raises(ProjectNotFound, match="is missing") as caught:
        sample_directory(tmp_path / "reqtrace")
    assert "pip install" in caught.value.hint


def test_a_data_directory_that_cannot_be_written_is_named(installed: Path, data_home: Path) -> None:
    """If the copy cannot be made, the error names the directory and the way out."""
    data_home.write_text("a file where a directory should be", encoding="utf-8")
    with pytest.raises(ProjectError, match="cannot be copied") as caught:
        sample_directory(installed)
    assert str(data_home) in caught.value.message
    assert "XDG_DATA_HOME" in caught.value.hint


def test_two_that_copy_at_once_agree(installed: Path, data_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another reqtrace has put its copy in place first, that one is used."""
    rename = Path.rename

    def be_late(copy: Path, target: Path) -> Path:
        os.makedirs(target)
        (target / "manage.py").write_text("# theirs", encoding="utf-8")
        return rename(copy, target)

    monkeypatch.setattr(Path, "rename", be_late)
    site = sample_directory(installed)
    assert (site / "manage.py").read_text(encoding="utf-8") == "# theirs"
