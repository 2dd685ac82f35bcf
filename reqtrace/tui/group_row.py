"""The header of a group in the list of requests."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.analysis.grouping import Group, Grouping
from reqtrace.render.canvas import Canvas
from reqtrace.render.labels import count
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.words import word

__all__ = ["group_canvas", "group_words"]

GROUND = Paint(surface=Surface.BLOCK)


def group_canvas(group: Group, width: int) -> Canvas:
    """A row: who it is, and how many requests."""
    canvas = Canvas(width, 1)
    canvas.fill(0, 0, width, GROUND)
    requests = count("group.requests", len(group.summaries))
    room = width - cell_len(requests) - 4
    canvas.put(1, 0, group_words(group), GROUND._replace(bold=True), width=room)
    canvas.put(width - 1 - cell_len(requests), 0, requests, GROUND._replace(role=Role.SKIP))
    return canvas


def group_words(group: Group) -> str:
    """``process 2, pid 4321``, ``127.0.0.1 Firefox``."""
    if group.grouping is Grouping.PROCESS:
        key = "group.process_pid" if group.pid else "group.process"
        return word(key, n=group.process, pid=group.pid)
    if group.client:
        return sanitize(group.client)
    return word("group.test_client" if group.entry == "client" else "group.unknown_client")
