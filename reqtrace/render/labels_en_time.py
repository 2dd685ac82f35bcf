"""The English words about time: the waterfall, and the tables of the mode Time."""

from __future__ import annotations

__all__ = ["TIME"]

TIME: dict[str, str] = {
    "waterfall.title": "WHERE THE TIME WENT",
    "waterfall.short": "{mark} under {time}",
    "waterfall.time": "time",
    "waterfall.tried.one": "1 pattern tried",
    "waterfall.tried.many": "{n} patterns tried",
    "waterfall.more.one": "… 1 shorter row",
    "waterfall.more.many": "… {n} shorter rows",
    "waterfall.more_layers.one": "… 1 layer passed",
    "waterfall.more_layers.many": "… {n} layers passed",
    "waterfall.way_in": "way in",
    "waterfall.way_out": "way out",
    "waterfall.waiting": "waiting for the inner layers",
    "waterfall.too_short": "too short for a bar: under {time}",
    "waterfall.own": "beside a layer: the time of its own code",
    "waterfall.body": "BODY",
    "waterfall.turned": "{mark} turns back",
}
