"""Watches ``django.urls.resolve``: look-ups of a path that are not the resolution of the request.

``BaseHandler.resolve_request`` asks its resolver directly, so it does not pass here; ``CommonMiddleware``,
``LocaleMiddleware``, the debug page of a 404 and the admin do, through ``is_valid_path`` or by themselves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial, wraps
from types import ModuleType
from typing import Any

from reqtrace.agent.frames import NOWHERE
from reqtrace.agent.guard import PASSED_OVER, Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.patterns import urlconf_name
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.request_texts import path_text
from reqtrace.agent.values import attributes_of, dotted_name, plain_text
from reqtrace.events.kinds import UrlLookedUp

LOOKED_UP = number_of(UrlLookedUp)
OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "")
MAX_FRAMES = 20

probe = Probe("lookups")


def install(urls_base: ModuleType, patches: Patches) -> None:
    """Patch ``resolve``, also where it was taken from ``django.urls`` already; and give all of it back in the end."""
    original = urls_base.resolve
    patches.replace(urls_base, "resolve", partial(watch_resolve, urls_base=urls_base))
    watched = urls_base.resolve
    replace_copies(original, watched)
    patches.finally_do(lambda: replace_copies(watched, original))


def replace_copies(there: object, wanted: object) -> None:
    """Put ``wanted`` wherever ``from django.urls import resolve`` has put ``there``."""
    for module in list(sys.modules.values()):
        names = attributes_of(module)
        if names.get("resolve") is there:
            names["resolve"] = wanted


def watch_resolve(original: Callable[..., Any], urls_base: ModuleType) -> Callable[..., Any]:
    inside = (OURS, PASSED_OVER, os.path.join(os.path.dirname(urls_base.__file__ or ""), ""))

    def tell(state: RequestState, path: object, urlconf: Any, start: int, view_name: object, error: str) -> None:
        duration = perf_counter_ns() - start
        if not state.has_room():
            return
        if get_ident() != state.thread:
            state.hop()
        asked = urlconf_text(urls_base.get_urlconf() if urlconf is None else urlconf)
        names = (path_text(plain_text(path, f"<{type(path).__name__}>")), asked, plain_text(view_name), error)
        # The time of the event is the start of the look-up.
        state.log.append((LOOKED_UP, start, *names, duration, *caller(inside)))

    @wraps(original)
    def resolve(path: Any, urlconf: Any = None) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(path, urlconf)
            except BaseException as error:
                leave_no_frame(error)
                raise
        start = perf_counter_ns()
        try:
            match = original(path, urlconf)
        except BaseException as error:
            probe.attempt(tell, state, path, urlconf, start, "", dotted_name(type(error)))
            leave_no_frame(error)
            raise
        probe.attempt(tell, state, path, urlconf, start, attributes_of(match).get("view_name"), "")
        return match

    return resolve


def urlconf_text(urlconf: Any) -> str:
    """Name of the URLconf; ``None`` is ``ROOT_URLCONF``, which the look-up has just read."""
    if urlconf is None:
        from django.conf import settings

        urlconf = settings.ROOT_URLCONF
    return urlconf_name(urlconf)


def caller(inside: tuple[str, ...]) -> tuple[str, int, str]:
    """File, line and function of the nearest frame whose file does not begin with one of ``inside``."""
    frame = sys._getframe(1)
    for _ in range(MAX_FRAMES):
        code = frame.f_code
        if not code.co_filename.startswith(inside):
            return code.co_filename, frame.f_lineno, code.co_name
        if frame.f_back is None:
            break
        frame = frame.f_back
    return NOWHERE
