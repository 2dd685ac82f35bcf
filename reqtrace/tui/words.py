"""The words of the screens; those of the pictures are in ``reqtrace.render.labels``.

Django's own names and everything that comes from a request are put in as values, so no translation touches them.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ENGLISH", "word", "words_of"]

ENGLISH: Mapping[str, str] = {
    "brand": "reqtrace",
    # the top row
    "status.site": "{title} on {address}",
    "status.requests.one": "1 request",
    "status.requests.many": "{n} requests",
    "status.dropped": "dropped {n}",
    "status.recording": "REC {file}",
    "status.held": "held {n}",
    "status.paused": "PAUSED",
    "status.replay": "REPLAY",
    "status.deep": "deep",
    "status.holds": "hold {n}",
    "status.waiting": "HOLDING {n}",
    "status.place": "{n}/{total}",
    "phase.unknown": "STARTING",
    "phase.preparing": "PREPARING",
    "phase.starting": "STARTING",
    "phase.serving": "LIVE",
    "phase.reloading": "RECONNECTING",
    "phase.broken": "SITE CRASHED",
    "phase.failed": "NOT STARTED",
    "phase.exited": "SITE ENDED",
    "phase.stopped": "STOPPED",
    # the level of detail
    "level.deep": "Level deep: from now on also signals, log records, template tags, filters and calls.",
    "level.path": "Level path: from now on the path only.",
    "level.recording": "A recording holds what was watched when it was made: its level cannot be changed.",
    # holding requests
    "hold.set": "From now on each request is held {place}. There: o one step, c on. b lifts it.",
    "hold.lifted": "Requests are no longer held {place}.",
    "hold.nowhere": "A request can be held at a layer, a hook, the URLconf or the view, not at this step.",
    "hold.recording": "A recording cannot be held: nothing of it runs any more.",
    "hold.here": "HELD",
    "hold.hint": "o one step, c on",
    "hold.at.layer": "at {n} {name}",
    "hold.at.hook": "{layer} {hook}",
    "hold.at.core": "before its URL is resolved",
    "hold.at.view": "at the view",
    # the request list
    "list.title": "Requests",
    "list.following": "following",
    "list.newer": "{n} newer, End to follow",
    "list.filtered": "{n} of {total} match {words}",
    "list.lost": "lost",
    "list.no_answer": "none",
    # the picture and what stands in its place
    "flow.title": "Flow of request {n}",
    "flow.untitled": "Flow",
    "flow.out_of_reach": "Request {n} is no longer kept: only the newest requests are.",
    "waiting.title": "No request yet.",
    "waiting.open": "Open {url} in a browser.",
    "waiting.starting": "The site is starting ...",
    "waiting.preparing": "Preparing the site: {detail}",
    "waiting.reloading": "A file changed: the site is starting again ...",
    "waiting.command": "Waiting for the first request of {title}.",
    "waiting.empty": "There is no request in {title}.",
    "waiting.hint": "5 shows what the site prints.",
    "filtered.title": "0 of {total} shown, Esc clears",
    "filtered.detail": "No request matches {words}",
    "crashed.broken": "The site does not start. Its own words:",
    "crashed.broken.hint": "Correct the file and save it: the site starts again by itself.",
    "crashed.failed": "The site could not be started.",
    "crashed.failed.hint": "S starts it again when it is corrected, q quits.",
    "crashed.exited": "The site ended by itself with exit code {code}. Its last words:",
    "crashed.exited.hint": "S starts it again, q quits. ↑ goes back to the requests.",
    "crashed.more": "5 shows all it printed.",
    # narration
    "narration.step": "step {n}/{total}",
    "outcome.done": "done",
    "outcome.open": "under way",
    "outcome.escaped": "an exception left Django",
    "outcome.lost": "lost: the process ended",
    "outcome.steps": "← steps back from the end, → goes through its {total} steps from the beginning",
    "happened.title": "What just happened",
    "happened.change": "{name}: {before} → {after}",
    "happened.evaluated": "{name} was lazy and is evaluated here",
    "happened.evaluated_as": "{name} was lazy and is evaluated here: {more}",
    "happened.nothing": "nothing",
    "happened.more": "… and {n} more",
    "happened.totals": "{layers} middleware, {queries} SQL statements, {templates} templates",
    "happened.took": "Took {duration}",
    # source
    "source.title": "Source",
    "source.none": "This step has no source line of its own.",
    "source.missing": "The file cannot be read here: {why}",
    "source.changed": "changed since this request: lines may have moved",
    "source.not_python": "it is no text file",
    "source.too_big": "it is larger than {limit} bytes",
    # filter
    "filter.prompt": "filter",
    "filter.keep": "Keep",
    "filter.clear": "Clear",
    "filter.placeholder": "words in method, path or status; Enter keeps, Esc clears",
    "interesting.none": "No more requests with a warning, an error or a short circuit there.",
    # log
    "log.title": "What the site prints",
    "log.empty": "Nothing yet.",
    "log.behind": "What the site prints: {n} more lines below, End to follow",
    "log.settings": "Settings that matter",
    "log.settings_of": "Settings that matter: {module}",
    "log.no_settings": "Not known yet: they come with the first chain of middleware that is loaded.",
    # too small, help
    "small": "Too small: {width}×{height}, needs {needed_width}×{needed_height}",
    "small.quit": "q quits",
    "why.title.step": "Why? {place}  {title}",
    "why.title.request": "Why? request {n}",
    "why.none": "No request to ask about yet.",
    "why.close": "Esc closes",
    "help.title": "Help: {where}",
    "help.close": "Esc closes",
    "help.flow.where": "Flow",
    "help.flow.1": "A row is a middleware: left its hook on the way IN, right on the way OUT.",
    "help.flow.2": "The request goes down the left side to the view, and up the right side.",
    "help.flow.3": "The two lines at the bottom say what happens at the lit step.",
    "help.flow.4": "▪ marks requests worth a look: turned back, exception, warning.",
    "help.log.where": "Log",
    "help.log.1": "What the site itself prints, harmless whatever it contains;",
    "help.log.2": "with it, the settings that decide what happens to a request.",
    # the terminal
    "ascii.notice": "This terminal is not UTF-8: pictures are drawn in ASCII.",
}


def word(key: str, **values: object) -> str:
    """The words for a key."""
    words = ENGLISH[key]
    return words.format_map(values) if values else words


def words_of(prefix: str) -> list[str]:
    """The words of a numbered text, line by line."""
    return [words for key, words in ENGLISH.items() if key.startswith(prefix) and key[len(prefix) :].isdigit()]
