"""Writes down every call of a project's own functions while a program runs, without touching the project or Django.

``python call_witness.py OUT FOLDER PROGRAM ARGUMENTS…``: as JSON in OUT, for each call of a function written in FOLDER
its file, first line and qualified name, and the name of the function that called it. ``sys.monitoring`` from Python
3.12 on, ``sys.setprofile`` before.
"""

from __future__ import annotations

import inspect
import json
import os
import runpy
import sys
import threading

OUT, FOLDER, PROGRAM = sys.argv[1:4]
calls = []
known = {}
"""Whether a function is the project's, for each that was met."""


def is_ours(code):
    """A function of the project; bodies of modules and classes are none.

    Nor are generators: to 3.11 throwing one away that never began looks like a call, and that is when the last
    reference goes.
    """
    is_function = code.co_flags & inspect.CO_OPTIMIZED and not code.co_flags & inspect.CO_GENERATOR
    return bool(code.co_filename.startswith(FOLDER) and is_function and code.co_name[0] != "<")


def write_down(code, caller):
    calls.append([os.path.basename(code.co_filename), code.co_firstlineno, code.co_qualname, caller])


def profile(frame, event, _argument):
    """Called for a coroutine or generator each time it goes on; only the first time counts."""
    if event != "call":
        return
    code = frame.f_code
    ours = known.get(code)
    if ours is None:
        ours = known[code] = is_ours(code)
    if ours and not code.co_code[max(frame.f_lasti, 0) + 1] & 3:
        write_down(code, frame.f_back.f_code.co_name if frame.f_back else "")


def monitor(code, _offset):
    if not is_ours(code):
        return sys.monitoring.DISABLE
    back = sys._getframe(1).f_back
    write_down(code, back.f_code.co_name if back else "")
    return None


def watch():
    if sys.version_info < (3, 12):
        threading.setprofile(profile)
        sys.setprofile(profile)
        return
    tool = sys.monitoring.PROFILER_ID
    sys.monitoring.use_tool_id(tool, "witness")
    sys.monitoring.register_callback(tool, sys.monitoring.events.PY_START, monitor)
    sys.monitoring.set_events(tool, sys.monitoring.events.PY_START)


def main():
    sys.argv = sys.argv[3:]
    sys.path[0] = os.path.dirname(PROGRAM)
    watch()
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
    finally:
        with open(OUT, "w", encoding="utf-8") as file:
            json.dump(list(calls), file)


main()
