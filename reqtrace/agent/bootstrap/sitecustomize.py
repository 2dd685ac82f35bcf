"""Lets the agent into a Python process without installing anything.

This directory stands first on ``PYTHONPATH``, so Python imports this module at start-up, in every process that
inherits the environment: the autoreloader's child, gunicorn workers, ``manage.py test``. It leaves ``sys.path`` and
the modules as they would have been: its directory is taken out again, a ``sitecustomize`` it shadows is run in its
place, and only the package ``reqtrace`` becomes importable from where it lives, never what is installed beside it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys

BOOTSTRAP = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(os.path.dirname(BOOTSTRAP))


class ReqtraceFinder:
    """Finds the package ``reqtrace`` in its own directory, and nothing else."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != "reqtrace":
            return None
        return importlib.machinery.PathFinder.find_spec(name, [os.path.dirname(PACKAGE)])


def leave_path() -> None:
    """Take this directory out of ``sys.path``; the environment keeps it for the processes started from here."""
    sys.path[:] = [entry for entry in sys.path if not is_bootstrap(entry)]


def is_bootstrap(entry: str) -> bool:
    try:
        return os.path.abspath(entry) == BOOTSTRAP
    except (TypeError, ValueError):
        return False


def run_shadowed() -> None:
    """Import the ``sitecustomize`` that Python would have found without us, under its own name.

    If there is none the import fails as it would have; ``site`` expects that, and ``sys.modules`` forgets us.
    """
    del sys.modules["sitecustomize"]
    importlib.import_module("sitecustomize")


def start_agent() -> None:
    """Let the agent wait for Django. A failure is told on stderr and changes nothing else."""
    sys.meta_path.append(ReqtraceFinder)
    try:
        from reqtrace.agent.install import install

        install()
    except ModuleNotFoundError as error:
        found = sys.modules.get("reqtrace")
        place = getattr(found, "__file__", None) or os.pathsep.join(getattr(found, "__path__", ()))
        sys.stderr.write(
            f"reqtrace: not tracing this process: another package named reqtrace is installed here ({place}); "
            f"uninstall it or use an environment without it ({error})\n"
        )
    except Exception as error:
        sys.stderr.write(f"reqtrace: not tracing this process: {type(error).__name__}: {error}\n")


leave_path()
if os.environ.get("REQTRACE_HUB"):
    start_agent()
run_shadowed()
