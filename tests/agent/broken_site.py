"""The awkward site with one function of the agent made to fail: ``BROKEN=reqtrace.agent.module.function``."""

from __future__ import annotations

import importlib
import os
import pathlib
import sys


class Broken(Exception):
    pass


def fail(*args, **kwargs):
    raise Broken


def sabotage(path):
    """Put a failing function in the place of the real one, in the module or class it is looked up in."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        try:
            owner = importlib.import_module(".".join(names[:length]))
        except ModuleNotFoundError:
            continue
        for name in names[length:-1]:
            owner = getattr(owner, name)
        getattr(owner, names[-1])
        setattr(owner, names[-1], fail)
        return


if target := os.environ.get("BROKEN"):
    sabotage(target)

sys.argv[0] = str(pathlib.Path(__file__).with_name("awkward_site.py"))
exec(compile(pathlib.Path(sys.argv[0]).read_text(), sys.argv[0], "exec"))
