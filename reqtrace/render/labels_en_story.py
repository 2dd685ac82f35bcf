"""The English words of the story of a whole request: ``story.KEY`` for each sentence of ``reqtrace.analysis.story``."""

from __future__ import annotations

__all__ = ["STORY"]

STORY: dict[str, str] = {
    "story.title": "Explain: request {n}",
    "story.phase": "{n} {name}:",
    "story.phase.1": "Enter",
    "story.phase.2": "Resolve",
    "story.phase.3": "View hooks",
    "story.phase.4": "View",
    "story.phase.5": "Render",
    "story.phase.6": "Leave",
    "story.phase.7": "Send",
    "story.look": "The step to look at is {n}: {title}",
    "story.steps": "→ goes through its {total:steps} from the beginning; each is explained here.",
    # 1 enter
    "story.received": "{method} {path} came to {handler}, which has {layers:layers} around URLconf and view.",
    "story.received_bare": "{method} {path} came to {handler}, which has no middleware around URLconf and view.",
    "story.refused": (
        "The server read {line} and answered {status} {reason} by itself: Django's handler was not called."
    ),
    "story.not_djangos": "The server read {line}, and Django's handler was not called.",
    "story.static": (
        "{handler} stands before the chain and served {path} itself: none of {layers:layers} ran, no URLconf, no view."
    ),
    "story.not_used": "{names} took itself out of the chain when the server started (MiddlewareNotUsed).",
    "story.entered": "It went in through all {layers:layers}, from {first} to {last}.",
    "story.entered_one": "It went in through {first}.",
    "story.answered": (
        "{hook} of {layer} answered {status}: here it turned back. {inside:layers} further in, URLconf and view never "
        "saw it."
    ),
    "story.answered.last": "{hook} of {layer} answered {status}: here it turned back. URLconf and view never saw it.",
    "story.no_response": (
        "{hook} of {layer} gave back what is no response: {inside:layers} further in, URLconf and view never saw the "
        "request."
    ),
    "story.no_response.last": (
        "{hook} of {layer} gave back what is no response: URLconf and view never saw the request."
    ),
    "story.raised_in": (
        "{hook} of {layer} raised {error}: {inside:layers} further in, URLconf and view never saw the request."
    ),
    "story.raised_in.last": "{hook} of {layer} raised {error}: URLconf and view never saw the request.",
    # 2 resolve
    "story.resolved": "{tried:patterns} did not match, then {route} did: it names {view}.",
    "story.resolved_first": "The first pattern, {route}, matched: it names {view}.",
    "story.unresolved": (
        "None of {tried:patterns} matched: Resolver404. So there is no view, and no process_view is called."
    ),
    "story.resolving_raised": "Resolving the URL raised {error}, so there is no view to call.",
    # 3 view hooks
    "story.no_hooks": "No layer has a process_view.",
    "story.hooks_passed": "process_view of {names} returned None: go on.",
    "story.hook_answered": (
        "process_view of {layer} answered {status}: the view was never called, yet every process_response ran."
    ),
    "story.hook_raised": "process_view of {layer} raised {error}: the view was never called, and no process_exception.",
    # 4 view
    "story.view": "{view} took {cost} and made {queries:queries}.",
    "story.view_quiet": "{view} took {cost} and made no query.",
    "story.view_raised": "{view} raised {error}: {message}.",
    "story.view_raised.silent": "{view} raised {error}.",
    "story.view_unfinished": "{view} began, and its end was never told.",
    "story.no_view_response": "{view} returned no response, which Django takes for an error.",
    "story.exception_passed": "process_exception of {names} was asked about the {error}, and had no answer.",
    "story.exception_answered": "process_exception of {layer} answered {status}, so nobody else was asked.",
    "story.converted": "Django made a response {status} of the {error} right there: no layer sees the exception.",
    # 5 render
    "story.rendered": (
        "The view had returned a TemplateResponse: process_template_response of {names} could change it, then it was "
        "rendered."
    ),
    "story.rendered_alone": "The view had returned a TemplateResponse, which was rendered only now.",
    "story.rendered_inside": "Nothing left to do: the view returned a finished response.",
    # 6 leave
    "story.left": "The response went out through {layers:layers}, from {first} to {last}.",
    "story.left_one": "The response went out through {first}.",
    "story.status_changed": "{layer} made {after} of {before}.",
    "story.changed_by": "Changed on the way by {names}.",
    "story.converted_at": "Around {layer} Django made a response {status} of the {error}: no outer layer sees it.",
    # 7 send
    "story.sent": "{status} {reason} and the headers were handed to the server, then a body of {bytes}.",
    "story.sent.empty": "{status} {reason} and the headers were handed to the server, and no body.",
    "story.sent_file": "{status} {reason} and the headers were handed to the server, which read the file itself.",
    "story.streamed": (
        "{status} {reason} and the headers were handed over; only then was the body made, outside of all layers: "
        "{bytes} in {chunks:chunks}."
    ),
    "story.streamed.empty": "{status} {reason} and the headers were handed over; of the streamed body nothing came.",
    "story.escaped": "{error} left the handler: whatever the visitor got came from the server, not from Django.",
    "story.broken_off": "{error} broke the body off: the visitor has the status {status} and a part of the answer.",
    "story.client_left": "The visitor went away before the answer was complete.",
    "story.lost": "The process ended before the request did.",
    "noun.patterns.one": "1 pattern",
    "noun.patterns.many": "{n} patterns",
}
