"""Watches ``BaseHandler.resolve_request``: which URLconf, which patterns were tried, what matched.

``ResolverMatch.tried`` and ``Resolver404`` hold the patterns already, so no resolver is patched; other look-ups
(``APPEND_SLASH``, the technical 404 page) do not pass here.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.conf import settings

from reqtrace.agent import changes
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.patterns import urlconf_name
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, number_of, perf_counter_ns
from reqtrace.agent.values import REDACTED, attributes_of, describe, dotted_name, is_redacted_name
from reqtrace.events.kinds import UrlconfEntered, UrlResolved, UrlUnresolved

ENTERED, RESOLVED, UNRESOLVED = map(number_of, (UrlconfEntered, UrlResolved, UrlUnresolved))

probe = Probe("urls")

known_settings = attributes_of(settings)


def install(base: ModuleType, patches: Patches) -> None:
    """Patch ``BaseHandler.resolve_request``."""
    patches.replace(base.BaseHandler, "resolve_request", watch_resolve_request)


def watch_resolve_request(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_request(self: Any, request: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(self, request)
            except BaseException as error:
                leave_no_frame(error)
                raise
        probe.attempt(tell_urlconf, state, request)
        try:
            match = original(self, request)
        except BaseException as error:
            probe.attempt(tell_unresolved, state, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_match, state, request, match)
        return match

    return resolve_request


def tell_urlconf(state: RequestState, request: object) -> None:
    attributes = attributes_of(request)
    if "urlconf" in attributes:
        state.tell(ENTERED, urlconf_name(attributes["urlconf"]), "request.urlconf")
        return
    # LazySettings keeps what was asked for, and get_response has asked for this one.
    urlconf = known_settings.get("ROOT_URLCONF") or settings.ROOT_URLCONF
    state.log.append((ENTERED, perf_counter_ns(), urlconf_name(urlconf), "ROOT_URLCONF"))


def tell_match(state: RequestState, request: object, match: object) -> None:
    if state.notes:
        changes.note_match(state, request, match)
    found = attributes_of(match)
    get = found.get
    arguments = captured(found) if get("args") or get("kwargs") else ()
    # The lists hold the patterns themselves, which live as long as the process, and texts; the sender describes them.
    names = (get("route"), get("view_name") or get("_func_path"), get("namespaces"))
    state.log.append((RESOLVED, perf_counter_ns(), get("tried"), *names, arguments))


def captured(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Captured arguments, described; those with a secret's name hidden."""
    arguments = [("", describe(value)) for value in found.get("args") or ()]
    for name, value in (found.get("kwargs") or {}).items():
        arguments.append((name, REDACTED if is_redacted_name(name) else describe(value)))
    return arguments


def tell_unresolved(state: RequestState, error: BaseException) -> None:
    tell_exception(state, error)
    details = error.args[0] if error.args else None
    tried = details.get("tried") if type(details) is dict else None
    state.tell(UNRESOLVED, tried, dotted_name(type(error)))
