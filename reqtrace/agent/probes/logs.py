"""Watches log records, at the level ``deep`` only: ``Logger.handle``, before filters and handlers see them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.free_text import redact_text
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.levels import levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, number_of
from reqtrace.agent.values import REDACTED, attributes_of, is_redacted_name, plain_text
from reqtrace.events.kinds import LogRecorded

RECORDED = number_of(LogRecorded)
PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})
OWN_LOGGER = "reqtrace"

probe = Probe("logs")


def install(django_log: ModuleType, patches: Patches) -> None:
    """Patch ``logging.Logger.handle``, found through ``django.utils.log``: a process without Django is left alone."""
    patches.replace(django_log.logging.Logger, "handle", watch_handle)


def watch_handle(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def handle(self: Any, record: Any) -> Any:
        state = current.get() if levels.is_deep else None
        if state is not None:
            probe.attempt(tell, state, record)
        try:
            return original(self, record)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return handle


def tell(state: RequestState, record: object) -> None:
    attributes = attributes_of(record)
    logger = plain_text(attributes.get("name"))
    if logger.partition(".")[0] == OWN_LOGGER or not state.has_room():
        return
    line = attributes.get("lineno")
    state.tell(
        RECORDED,
        logger,
        plain_text(attributes.get("levelname")),
        message_of(attributes.get("msg"), attributes.get("args")),
        plain_text(attributes.get("pathname")),
        line if type(line) is int else 0,
    )


def message_of(text: object, args: object) -> str:
    """The text, filled in if that runs no code of the application; else as it was written."""
    if type(text) is not str:
        return f"<{type(text).__name__}>"
    plain = plain_args(args)
    if plain:
        try:
            text = text % plain
        except (TypeError, ValueError, KeyError):
            # ``logging`` will tell on stderr; here the text stays as it was written.
            return redact_text(text)
    return redact_text(text)


def plain_args(args: object) -> tuple[Any, ...] | dict[str, Any] | None:
    """The arguments if all of them are plain, those with a secret's name replaced; else ``None``."""
    if type(args) is tuple:
        return args if all(type(value) in PLAIN_TYPES for value in args) else None
    if type(args) is dict and all(type(name) is str and type(value) in PLAIN_TYPES for name, value in args.items()):
        return {name: REDACTED if is_redacted_name(name) else value for name, value in args.items()}
    return None
