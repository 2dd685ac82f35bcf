"""Watches the mails of the project, where ``EmailMessage.send`` and ``send_mass_mail`` hand them to a backend.

Not ``EmailMessage.send`` itself: Django 6.1 counts the frames between it and its caller to see whose warning to show.
The classes of backends are noticed as ``django.core.mail`` imports what the settings name.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.backends import BackendClasses
from reqtrace.agent.frames import project_line
from reqtrace.agent.free_text import redact_text
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of, dotted_name, plain_text
from reqtrace.events.kinds import MailSent

SENT = number_of(MailSent)
MAX_MESSAGES = 100
"""Of one call, that are told one by one."""

probe = Probe("mail")


def install(mail: ModuleType, patches: Patches) -> None:
    """Patch ``import_string`` where backends are looked up, and the backends' ``send_messages``."""
    classes = BackendClasses(
        patches, frozenset({"send_messages"}), lambda _name, original: watch_send_messages(original, classes)
    )
    # MAILERS (Django 6.1) are looked up in a module of their own.
    for module in (mail, vars(mail).get("handler")):
        if module is not None:
            patches.replace(module, "import_string", lambda original: watch_import_string(original, classes))


def watch_import_string(original: Callable[..., Any], classes: BackendClasses) -> Callable[..., Any]:
    @functools.wraps(original)
    def import_string(*args: Any, **kwargs: Any) -> Any:
        try:
            backend = original(*args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
        if issubclass(type(backend), type):
            probe.attempt(classes.meet, backend)
        return backend

    return import_string


def watch_send_messages(original: Callable[..., Any], classes: BackendClasses) -> Callable[..., Any]:
    @functools.wraps(original)
    def send_messages(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        state = current.get()
        start = None if state is None else probe.attempt(begin, classes)
        try:
            count = original(self, *args, **kwargs)
        except BaseException as error:
            if start is not None:
                probe.attempt(tell, state, self, args, kwargs, start, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if start is not None:
            probe.attempt(tell, state, self, args, kwargs, start, "")
        return count

    return send_messages


def begin(classes: BackendClasses) -> int | None:
    """The time; ``None`` if one backend hands its messages to another."""
    # Past this function, ``Probe.attempt`` and the wrapper.
    return None if classes.own(sys._getframe(3).f_code) else perf_counter_ns()


def tell(
    state: RequestState, backend: object, args: tuple[Any, ...], kwargs: dict[str, Any], start: int, error: str
) -> None:
    """One event a message. They were sent in one go, so the first has the whole duration."""
    duration = perf_counter_ns() - start
    messages = args[0] if args else next(iter(kwargs.values()), ())
    if get_ident() != state.thread:
        state.hop()
    place = project_line()
    # What is no list may be an iterator, which is the backend's to use up.
    is_list = type(messages) in (list, tuple)
    for subject, recipients in map(facts_of, messages[:MAX_MESSAGES]) if is_list else [type_name(messages)]:
        if state.has_room():
            state.log.append((SENT, start, dotted_name(type(backend)), subject, recipients, duration, error, *place))
        duration = 0


def facts_of(message: object) -> tuple[str, int]:
    """The subject, unless it is to be made first (lazy translation), and how many it goes to."""
    attributes = attributes_of(message)
    subject = attributes.get("subject")
    lists: list[Any] = [attributes.get(name) for name in ("to", "cc", "bcc")]
    recipients = sum(len(people) for people in lists if type(people) in (list, tuple))
    return redact_text(plain_text(subject, type_name(subject)[0])), recipients


def type_name(value: object) -> tuple[str, int]:
    return f"<{type(value).__name__}>", 0
