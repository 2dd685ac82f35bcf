"""The English words of what changed on the request and on the response, and who did it."""

from __future__ import annotations

__all__ = ["CHANGED"]

CHANGED: dict[str, str] = {
    "changed.title": "What changed",
    "changed.here": "At this step",
    "changed.request": "The request at this step",
    "changed.response": "The response at this step",
    "changed.nothing": "Nothing changed.",
    "changed.no_response": "There is no response yet.",
    "changed.path": "On the whole path, by who did it",
    "changed.path_nothing": "Nobody changed the request or the response.",
    "changed.session": "The session",
    "changed.sent": "The response that was sent: {status} {reason}",
    "changed.not_there": "(not there)",
    "changed.gone": "(gone)",
    "changed.hidden": "(value not recorded)",
    "changed.replaced": "another value",
    "changed.row": "{name}: {before} → {after}",
    "changed.lazy": "{type} (lazy: not evaluated yet)",
    "changed.parsed": "{name}: read here, which Django does when it is first asked for",
    "changed.evaluated": "{name}: evaluated here",
    "changed.evaluated_as": "{name}: evaluated here, it is {type}",
    "changed.with_queries": "{words}, with {queries}",
    "changed.status": "status",
    "changed.body": "body",
    "changed.bytes": "{n} bytes",
    "changed.object.request": "the request object itself",
    "changed.object.response": "the response object itself",
    "changed.cookie": "cookie {name}",
    "changed.by": "{name}  {part}",
    "changed.by.layer": "{number} {name}  {part}",
    "changed.by.view": "VIEW {name}",
    "changed.by.django": "Django's {name}  {part}",
    "changed.by.template": "template {name}",
    "changed.by.decorator": "a decorator's own {name}  {part}",
    "changed.by.code": "{name}()",
    "changed.header": "{name}: {value}",
    "changed.header.by": "set by {by}",
    "changed.header.own": "came with the response",
    "changed.session.accessed": "accessed: yes, first by {by}",
    "changed.session.not_accessed": "accessed: no, nobody has looked into it",
    "changed.session.untouched": "modified: no, so it was not saved",
    "changed.session.saved": (
        "modified: it must have been, for it was saved and its cookie set (or, being empty, deleted)"
    ),
    "changed.session.saved_always": "modified: that cannot be told, SESSION_SAVE_EVERY_REQUEST has it saved each time",
    "changed.session.untold": "modified: not told yet; it shows when SessionMiddleware saves the session, or does not",
}
