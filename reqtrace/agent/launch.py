"""Runs one of the agent's own programs (``survey``, ``oneshot``, ``lab``) in the project's Python.

It is run as a file, so it needs nothing installed and no particular Python: a too old one is told, not tripped over.
The program gets its request as one line of JSON on stdin and gives its answer as one on what was stdout; whatever
the project prints meanwhile goes to stderr. A program that has ``answer_questions`` is asked more than once.
"""

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
OLDEST_PYTHON = (3, 11)


def take_stdout() -> "BinaryIO":
    """The real stdout, for the answer alone."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


def take_stdin() -> "BinaryIO":
    """The real stdin, for the questions alone: whatever the project reads is empty."""
    questions = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return questions


def leave_path() -> None:
    """Python put this directory first; its modules are not meant to be found by the project."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != HERE]


def load_reqtrace() -> None:
    """Make this very ``reqtrace`` importable, and nothing that is installed beside it."""
    import importlib.util

    already = sys.modules.get("reqtrace")
    if already is not None and os.path.dirname(os.path.abspath(already.__file__ or "")) == PACKAGE:
        return
    spec = importlib.util.spec_from_file_location(
        "reqtrace", os.path.join(PACKAGE, "__init__.py"), submodule_search_locations=[PACKAGE]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reqtrace"] = module
    spec.loader.exec_module(module)


def main() -> None:
    program = sys.argv[1]
    answer = take_stdout()
    facts: dict[str, Any] = {"python": ".".join(map(str, sys.version_info[:3])), "executable": sys.executable}
    if sys.version_info < OLDEST_PYTHON:
        facts["failure"] = {"stage": "python"}
    else:
        import importlib

        load_reqtrace()
        questions = take_stdin()
        request = json.loads(questions.readline())
        module = importlib.import_module("reqtrace.agent." + program)
        if hasattr(module, "answer_questions"):
            module.answer_questions({**facts, **request}, questions, answer)
            return
        facts.update(module.main(request))
    answer.write(json.dumps(facts).encode("ascii") + b"\n")
    answer.close()


if __name__ == "__main__":
    leave_path()
    main()
