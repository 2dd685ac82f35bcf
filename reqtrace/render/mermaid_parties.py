"""Who takes part in a sequence diagram of a request; of many layers, neighbours that do nothing of note are one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reqtrace.render.columns import short_name
from reqtrace.render.labels import text
from reqtrace.trace.model import LayerPass, RequestTrace, StopSort, WayState

__all__ = ["CACHE", "CLIENT", "CORE", "DATABASE", "HANDLER", "MAIL", "SERVERS", "VIEW", "Parties"]

CLIENT, HANDLER, CORE, VIEW = "client", "handler", "core", "view"
DATABASE, CACHE, SERVERS, MAIL = "db", "cache", "servers", "mail"
MANY = 12
"""So many layers each have a line of their own."""
WORTH_IT = 3
"""Fewer quiet neighbours are not put together."""
QUIET = (WayState.RAN, WayState.NO_HOOK)
OF_THE_LAYER_ITSELF = (StopSort.LAYER_IN, StopSort.LAYER_OUT)


class Parties:
    """Their names in the diagram's own language, from the outside to the inside, and what is written above them."""

    def __init__(self, trace: RequestTrace) -> None:
        started = trace.started
        self.names = {CLIENT: text("export.client")}
        self.names[HANDLER] = started.handler if started is not None else text("export.server")
        self._of_layer: dict[int, str] = {}
        for rows in groups(trace):
            name = f"m{rows[0].layer.index + 1}"
            self.names[name] = party_words(rows)
            self._of_layer |= {row.layer.index: name for row in rows}
        self.names |= {CORE: text("core.urlconf"), VIEW: text("core.view")}
        self.names |= {name: text(f"export.party.{name}") for name in (DATABASE, CACHE, SERVERS, MAIL)}

    def of(self, row: LayerPass) -> str:
        """The name of a layer, or of those it is drawn with."""
        return self._of_layer[row.layer.index]


def groups(trace: RequestTrace) -> Iterator[list[LayerPass]]:
    """The layers, each alone or with its quiet neighbours."""
    passed = [row for row in trace.passes if row.calls]
    busy = {stop.layer for stop in trace.stops if stop.sort not in OF_THE_LAYER_ITSELF}
    for is_quiet, group in groupby(passed, lambda row: is_quiet_layer(row) and row.layer.index not in busy):
        rows = list(group)
        if is_quiet and len(passed) > MANY and len(rows) >= WORTH_IT:
            yield rows
        else:
            yield from ([row] for row in rows)


def is_quiet_layer(row: LayerPass) -> bool:
    """It passed the request on and the response back, and changed neither."""
    ways = (row.way_in, row.way_out)
    return row.calls == 1 and all(way.state in QUIET and not way.changes for way in ways)


def party_words(rows: list[LayerPass]) -> str:
    first, last = rows[0].layer, rows[-1].layer
    if first is last:
        return f"{first.index + 1} {short_name(first)}"
    return text("export.layers", first=first.index + 1, last=last.index + 1)
