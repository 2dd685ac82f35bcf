"""English: finding requests and steps, holding requests on a condition, and playing slowly."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FINDING"]

FINDING: Mapping[str, str] = {
    # a line to type into
    "query.tab": "Tab",
    "query.complete": "Complete",
    "query.choose": "Choose",
    # the filter
    "filter.prompt": "filter",
    "filter.keep": "Keep",
    "filter.clear": "Clear",
    "filter.placeholder": "path~polls status>=400 mw:Csrf -is:static, or words",
    "filter.count": "{n} of {total}",
    # searching within a request
    "find.prompt": "find",
    "find.placeholder": "a layer, table, template, header … in this request",
    "find.keep": "Keep, then n and N",
    "find.clear": "End",
    "find.nothing": "no step of this request mentions {words}",
    "find.place": "{n} of {total}  n/N",
    "find.count": "{n} steps  n/N",
    # slow motion
    "play.playing": "playing {speed}/s, + - speed, any key stops",
    "play.speed": "{speed} steps a second. p plays.",
    "play.nothing": "No request to play yet.",
    # the list in groups
    "list.title.none": "Requests",
    "list.title.process": "Requests by process",
    "list.title.client": "Requests by client",
    "group.requests.one": "1 request",
    "group.requests.many": "{n} requests",
    "group.process": "process {n}",
    "group.process_pid": "process {n}, pid {pid}",
    "group.test_client": "a test client",
    "group.unknown_client": "unknown client",
    # holding on a condition
    "holds.prompt": "hold",
    "holds.prompt_at": "hold {place}",
    "holds.placeholder": "every request, or: path~/vote method:POST mw:Csrf",
    "holds.keep": "Hold",
    "holds.clear": "Close",
    "holds.choose": "Holds",
    "holds.count": "{n} of {total} so far",
    "holds.set.one": "From now on {condition}: held {place}. B lists and lifts.",
    "holds.set.many": "From now on {n} more holds. B lists and lifts.",
    "holds.none": "No holds yet. Enter sets one.",
    "holds.minutes": "up to {n}min",
    "holds.seconds": "up to {n}s",
    "hold.path": "path has {path}",
    "hold.every": "every request",
    "hold.at.any": "at every {hook}",
    # the marks of holds in the picture
    "hold.mark.hold": "HOLD",
    "hold.mark.held": "HELD",
    "hold.mark.others": "hold",
    "hold.waits": "it waits here and has not run yet",
    # what is wrong with a filter, and with the condition of a hold
    "filter.problem.unknown_field": "no field {word}",
    "filter.problem.wrong_operator": "{word} takes {possible}",
    "filter.problem.missing_value": "a value is missing here",
    "filter.problem.unknown_state": "no request is ever {word}",
    "filter.problem.no_number": "{word} is no number",
    "filter.problem.no_status": "{word} is no status: 404, 4xx",
    "filter.problem.no_time": "{word} is no time: 50ms, 1.5s",
    "filter.problem.not_for_holds": "no hold by {word}",
    "filter.problem.no_negation": "a hold cannot say not",
    "filter.problem.unknown_layer": "no middleware is called {word}",
    "filter.problem.unknown_hook": "there is no hook {word}",
    "filter.problem.unknown_place": "there is no place {word}",
    "filter.problem.no_limit": "a hold lasts from 1s to 60min",
    "filter.problem.too_many": "that makes more than {word} holds",
    "filter.nearest": "{problem}, did you mean {nearest}?",
    "filter.possible": "{problem}: {possible}",
}
