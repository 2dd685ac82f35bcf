"""Each layer loads what it may and nothing else: a static check does not see imports inside functions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import reqtrace

ROOT = Path(reqtrace.__file__).parent
DJANGO = frozenset({"django", "asgiref"})
SCREEN = frozenset({"rich", "textual"})
TERMINAL = SCREEN | {"click"}

FORBIDDEN = {
    "errors": DJANGO | TERMINAL,
    "events": DJANGO | TERMINAL,
    "agent": TERMINAL,
    "hub": DJANGO | TERMINAL,
    "trace": DJANGO | TERMINAL,
    "analysis": DJANGO | TERMINAL,
    "render": DJANGO | {"textual", "click"},
    "tui": DJANGO | {"click"},
    "cli": DJANGO,
    "apps": TERMINAL,
    "checks": TERMINAL,
}
"""Top-level packages that no module of a layer may bring in."""

INNER_FORBIDDEN = {
    "agent": {"hub", "trace", "analysis", "render", "tui", "cli"},
    "hub": {"agent"},
    "trace": {"agent"},
    "analysis": {"agent"},
    "render": {"agent"},
    "tui": {"agent"},
    "cli": {"agent"},
}
"""Layers of reqtrace that no module of a layer may bring in."""


def modules_of(layer: str) -> list[str]:
    """Every importable module of a layer, from the files themselves."""
    if (single := ROOT / f"{layer}.py").is_file():
        return [f"reqtrace.{single.stem}"]
    names = []
    for file in sorted((ROOT / layer).rglob("*.py")):
        parts = file.relative_to(ROOT.parent).with_suffix("").parts
        if "bootstrap" not in parts:  # not a package: it is a directory to be put on sys.path
            names.append(".".join(part for part in parts if part != "__init__"))
    return names


def loaded_by(program: str) -> set[str]:
    """Names in ``sys.modules`` after a program ran in a fresh interpreter."""
    script = f"{program}\nimport sys\nprint('LOADED', *sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT.parent)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.rsplit("LOADED", 1)[1].split())


def top_level(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("layer", FORBIDDEN)
def test_layer_loads_only_what_it_may(layer: str) -> None:
    """Importing every module of a layer brings in no package and no other layer that is forbidden to it."""
    modules = modules_of(layer)
    assert modules
    loaded = loaded_by("\n".join(f"import {name}" for name in modules))
    assert set(modules) <= loaded
    assert not top_level(loaded) & FORBIDDEN[layer]
    layers = {name.split(".")[1] for name in loaded if name.startswith("reqtrace.")}
    assert not layers & INNER_FORBIDDEN.get(layer, set())


def test_every_layer_is_listed() -> None:
    """A new package of reqtrace has to say here what it may load."""
    layers = {path.stem for path in ROOT.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert layers - {"__init__", "__main__", "__pycache__", "_sample_site"} == set(FORBIDDEN)


def test_importing_reqtrace_costs_nothing() -> None:
    """``import reqtrace`` loads no module but its own and ``__future__``."""
    assert loaded_by("import reqtrace") - loaded_by("pass") == {"reqtrace", "__future__"}


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_no_command_and_no_screen(option: str) -> None:
    """The list of commands and the versions are printed without any command, rich or textual."""
    loaded = loaded_by(f"from reqtrace.cli.main import main\nassert main([{option!r}]) == 0")
    ours = {name.removeprefix("reqtrace.cli.") for name in loaded if name.startswith("reqtrace.cli.")}
    assert ours == {"main", "output", "language"}
    assert not top_level(loaded) & (SCREEN | DJANGO)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "request", "run", "replay", "doctor"])
def test_help_of_a_command_opens_no_screen(command: str) -> None:
    """``reqtrace COMMAND --help`` answers without loading Textual."""
    assert "textual" not in loaded_by(f"from reqtrace.cli.main import main\nassert main([{command!r}, '--help']) == 0")
