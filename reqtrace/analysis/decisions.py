"""Names the settings that decided something on a request, each beside the step it decided.

A setting is only named where what was observed shows its work; that it could have had a say is not enough. Its value
is what the process told when its chain was loaded, and empty if it told nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.evidence import Evidence, directly_in, is_setting_true
from reqtrace.analysis.nearest import Almost, nearest
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import (
    ContextProcessorsRan,
    ExceptionConverted,
    Hook,
    LayerEntered,
    Outcome,
    TransactionStepped,
    UrlconfEntered,
    UrlLookedUp,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
)
from reqtrace.trace.model import LayerPass, RequestTrace, Span, StopSort, Way, WayState

__all__ = ["Decision", "DecisionId", "decisions"]

TRUE, FALSE = "True", "False"
DEBUG_PROCESSOR = "django.template.context_processors.debug"
HEADER_SETTINGS = {
    "X-Frame-Options": ("XFrameOptionsMiddleware", "X_FRAME_OPTIONS"),
    "Strict-Transport-Security": ("SecurityMiddleware", "SECURE_HSTS_SECONDS"),
    "X-Content-Type-Options": ("SecurityMiddleware", "SECURE_CONTENT_TYPE_NOSNIFF"),
    "Referrer-Policy": ("SecurityMiddleware", "SECURE_REFERRER_POLICY"),
    "Cross-Origin-Opener-Policy": ("SecurityMiddleware", "SECURE_CROSS_ORIGIN_OPENER_POLICY"),
}
"""Which middleware sets a header from which setting."""
ALWAYS_HANDLED = ("PermissionDenied", "MultiPartParserError")
"""Exceptions for which there is no debug page: ``handler403`` and ``handler400`` are used whatever ``DEBUG`` is."""


class DecisionId(Enum):
    """Everything that a setting can be said to have decided: a key, and the values that come with it."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    HOST_REFUSED = "host_refused", "host"
    SSL_REDIRECT = "ssl_redirect", "status"
    PROXY_HEADER_ABSENT = "proxy_header_absent", "header"
    """The header that would say that the request came over HTTPS was not sent, so it counts as plain HTTP."""
    PROXY_HEADER_PRESENT = "proxy_header_present", "header"
    ORIGIN_REFUSED = "origin_refused", "origin host"
    """``CsrfViewMiddleware`` answered 403, and the request came from another origin that is not trusted."""
    SLASH_APPENDED = "slash_appended", "status path"
    SLASH_NOT_APPENDED = "slash_not_appended", "path"
    """It is off, and a slash was all that was missing."""
    SLASH_POST = "slash_post", "path"
    """With DEBUG, a redirect that would lose the data of the form is refused."""
    WWW_PREPENDED = "www_prepended", "status"
    ROOT_URLCONF = "root_urlconf", "urlconf"
    REQUEST_URLCONF = "request_urlconf", "urlconf"
    """A middleware set ``request.urlconf``, so the setting had no say."""
    LANGUAGE_PREFIX = "language_prefix", ""
    DEBUG_PAGE = "debug_page", "error status"
    HANDLER_PAGE = "handler_page", "error status"
    PROPAGATED = "propagated", "error"
    ATOMIC = "atomic", "alias"
    ATOMIC_ENDED = "atomic_ended", "alias action"
    """``action``: how the transaction around the view ended, ``commit`` or ``rollback``."""
    SESSION_SAVED = "session_saved", ""
    HEADER_SET = "header_set", "header"
    INTERNAL_IP = "internal_ip", "client"
    NOT_INTERNAL_IP = "not_internal_ip", "client"
    STATIC_SERVED = "static_served", "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A setting, and what it decided."""

    setting: str
    value: str
    """As the process told it, shortened; empty if it did not."""
    id: DecisionId
    values: Mapping[str, str | int]
    stop: int | None
    """Index of the stop that was decided, if it has one."""


def decisions(trace: RequestTrace) -> tuple[Decision, ...]:
    """Every setting that decided something, in the order of the path."""
    evidence = Evidence(trace)
    found = [decision for rule in RULES for decision in rule(evidence)]
    last = len(trace.stops)
    return tuple(sorted(found, key=lambda one: last if one.stop is None else one.stop))


def decided(
    evidence: Evidence, setting: str, number: DecisionId, *, stop: int | None = None, **values: str | int
) -> Decision:
    value = evidence.setting(setting)
    return Decision(setting=setting, value=value or "", id=number, values=values, stop=stop)


def rows_named(evidence: Evidence, name: str) -> Iterator[LayerPass]:
    """The layers with this class name that were entered."""
    return (row for row in evidence.trace.passes if row.layer.name == name and row.calls)


def conversions(evidence: Evidence) -> Iterator[tuple[Span, ExceptionConverted]]:
    for span in evidence.spans:
        for converted in span.converted:
            yield span, converted


def stop_of_conversion(evidence: Evidence, converted: ExceptionConverted) -> int | None:
    """The stop at which the film is seen."""
    stops = evidence.trace.stops
    return next((one.index for one in stops if one.sort is StopSort.CONVERTED and one.time == converted.time), None)


# --- host, scheme, origin ----------------------------------------------------------------------------------------


def host(evidence: Evidence) -> Iterator[Decision]:
    """``HttpRequest.get_host`` raises ``DisallowedHost``."""
    for span in evidence.spans:
        if span.raised is not None and class_name(span.raised.error) == "DisallowedHost":
            asked = evidence.request_headers.get("host", "")
            stop = evidence.stop_of(span)
            yield decided(evidence, "ALLOWED_HOSTS", DecisionId.HOST_REFUSED, stop=stop, host=asked)
            return


def scheme(evidence: Evidence) -> Iterator[Decision]:
    """``SecurityMiddleware.process_request`` redirects to HTTPS."""
    for row in rows_named(evidence, "SecurityMiddleware"):
        way = row.way_in
        if way.state is not WayState.ANSWERED or not is_setting_true(evidence.setting("SECURE_SSL_REDIRECT")):
            continue
        number = DecisionId.SSL_REDIRECT
        yield decided(evidence, "SECURE_SSL_REDIRECT", number, stop=way.stop, status=way.status)
        header = proxy_header(evidence)
        if header:
            is_sent = header.lower() in evidence.request_headers
            number = DecisionId.PROXY_HEADER_PRESENT if is_sent else DecisionId.PROXY_HEADER_ABSENT
            yield decided(evidence, "SECURE_PROXY_SSL_HEADER", number, stop=way.stop, header=header)


def proxy_header(evidence: Evidence) -> str:
    """The header that ``SECURE_PROXY_SSL_HEADER`` names, as a client writes it; empty if the setting is not set."""
    text = evidence.setting("SECURE_PROXY_SSL_HEADER") or ""
    names = [word for word in text.replace("'", '"').split('"') if word.startswith("HTTP_")]
    return "-".join(part.capitalize() for part in names[0][5:].split("_")) if names else ""


def origin(evidence: Evidence) -> Iterator[Decision]:
    """``CsrfViewMiddleware.process_view`` rejects a request from another origin."""
    sent, asked = evidence.request_headers.get("origin", ""), evidence.request_headers.get("host", "")
    trusted = evidence.setting("CSRF_TRUSTED_ORIGINS")
    if not sent or not asked or sent.partition("://")[2] == asked or trusted is None or is_trusted(sent, trusted):
        return
    for span in evidence.hooks(Hook.process_view):
        if span.outcome is Outcome.response and span.status == 403:
            row = evidence.row(evidence.layer_of(span))
            if row is not None and row.layer.name == "CsrfViewMiddleware":
                stop = evidence.stop_of(span)
                number = DecisionId.ORIGIN_REFUSED
                yield decided(evidence, "CSRF_TRUSTED_ORIGINS", number, stop=stop, origin=sent, host=asked)


def is_trusted(origin: str, setting: str) -> bool:
    """The origin is among those the setting names (``https://*.shop.example``, too), or may be: its text was cut."""
    if "…" in setting:
        return True
    scheme, _, host = origin.partition("://")
    for text in setting.replace("'", '"').split('"'):
        trusted_scheme, _, trusted = text.partition("://")
        is_below = trusted.startswith("*.") and host.endswith(trusted[1:])
        if trusted and scheme == trusted_scheme and (host == trusted or is_below):
            return True
    return False


# --- URLs --------------------------------------------------------------------------------------------------------


def slash(evidence: Evidence) -> Iterator[Decision]:
    """``CommonMiddleware`` redirects to the same path with a slash, or would have."""
    path = evidence.trace.summary.path
    for row in rows_named(evidence, "CommonMiddleware"):
        way = way_of_redirect(row)
        if way is not None and leads_to_slash(evidence, path):
            number = DecisionId.SLASH_APPENDED
            stop = lookup_stop(evidence, row, f"{path}/") or way.stop
            yield decided(evidence, "APPEND_SLASH", number, stop=stop, status=way.status, path=f"{path}/")
        elif way is None and row.way_out.state is WayState.RAISED and row.way_out.span is not None:
            if evidence.error_name(row.way_out.span) == "RuntimeError":
                number = DecisionId.SLASH_POST
                yield decided(evidence, "APPEND_SLASH", number, stop=row.way_out.stop, path=f"{path}/")
        elif evidence.setting("APPEND_SLASH") == FALSE:
            near = nearest(evidence.trace)
            if near is not None and near.almost is Almost.MISSING_SLASH:
                number = DecisionId.SLASH_NOT_APPENDED
                yield decided(evidence, "APPEND_SLASH", number, stop=row.way_out.stop, path=path)


def way_of_redirect(row: LayerPass) -> Way | None:
    """The way on which a layer answered with a redirect of its own."""
    if row.way_in.state is WayState.ANSWERED and is_redirect(row.way_in.status):
        return row.way_in
    is_new = any(one.target == "response" and one.change.part == "object" for one in row.way_out.changes)
    return row.way_out if is_new and is_redirect(row.way_out.status) else None


def is_redirect(status: int) -> bool:
    return status in (301, 302, 307, 308)


def leads_to_slash(evidence: Evidence, path: str) -> bool:
    """``Location`` is the path with a slash."""
    return evidence.response_headers.get("location", "").partition("?")[0].endswith(f"{path}/")


def lookup_stop(evidence: Evidence, row: LayerPass, path: str) -> int | None:
    """The stop at which the layer looked the path with the slash up."""
    for span in evidence.spans:
        entered = span.entered
        if isinstance(entered, UrlLookedUp) and entered.path == path and evidence.layer_of(span) == row.layer.index:
            stop = evidence.stops_by_span.get(span.number)
            return None if stop is None else stop.index
    return None


def www(evidence: Evidence) -> Iterator[Decision]:
    """``CommonMiddleware.process_request`` redirects to the host with ``www.``."""
    if not is_setting_true(evidence.setting("PREPEND_WWW")):
        return
    for row in rows_named(evidence, "CommonMiddleware"):
        target = evidence.response_headers.get("location", "")
        if row.way_in.state is WayState.ANSWERED and "://www." in target:
            stop, status = row.way_in.stop, row.way_in.status
            yield decided(evidence, "PREPEND_WWW", DecisionId.WWW_PREPENDED, stop=stop, status=status)


def urlconf(evidence: Evidence) -> Iterator[Decision]:
    """Which URLconf the path was looked up in, and whether a language was part of it."""
    span = evidence.trace.urlconf
    if span is None or not isinstance(span.entered, UrlconfEntered):
        return
    entered, stop = span.entered, evidence.stop_of(span)
    is_root = entered.source == "ROOT_URLCONF"
    number = DecisionId.ROOT_URLCONF if is_root else DecisionId.REQUEST_URLCONF
    # A layer that chooses by host or tenant mostly names the setting's own: then nothing was decided otherwise.
    if is_root or evidence.setting("ROOT_URLCONF") != repr(entered.urlconf):
        yield decided(evidence, "ROOT_URLCONF", number, stop=stop, urlconf=entered.urlconf)
    if isinstance(span.left, UrlResolved | UrlUnresolved):
        matched = span.left.matched if isinstance(span.left, UrlResolved) else ()
        known = evidence.trace.process.patterns
        numbers = {number for path in (*span.left.tried, matched) for number in path}
        if any(number in known and known[number].sort == "i18n" for number in numbers):
            yield decided(evidence, "USE_I18N", DecisionId.LANGUAGE_PREFIX, stop=stop)


# --- errors ------------------------------------------------------------------------------------------------------


def error_pages(evidence: Evidence) -> Iterator[Decision]:
    """``response_for_exception`` chooses between Django's debug pages and the project's handlers."""
    value = evidence.setting("DEBUG")
    if value not in (TRUE, FALSE):
        return
    for _, converted in conversions(evidence):
        error = class_name(converted.error)
        if error in ALWAYS_HANDLED:
            continue
        number = DecisionId.DEBUG_PAGE if value == TRUE else DecisionId.HANDLER_PAGE
        stop = stop_of_conversion(evidence, converted)
        yield decided(evidence, "DEBUG", number, stop=stop, error=error, status=converted.status)


def propagated(evidence: Evidence) -> Iterator[Decision]:
    """``handle_uncaught_exception`` raises again."""
    escaped = evidence.trace.escaped
    if escaped is None or not is_setting_true(evidence.setting("DEBUG_PROPAGATE_EXCEPTIONS")):
        return
    if not any(isinstance(span.entered, LayerEntered) and span.outcome is Outcome.raised for span in evidence.spans):
        return
    stop = next((one.index for one in evidence.trace.stops if one.sort is StopSort.ESCAPED), None)
    number, error = DecisionId.PROPAGATED, class_name(escaped.error)
    yield decided(evidence, "DEBUG_PROPAGATE_EXCEPTIONS", number, stop=stop, error=error)


# --- view, session, headers --------------------------------------------------------------------------------------


def atomic(evidence: Evidence) -> Iterator[Decision]:
    """``BaseHandler.make_view_atomic`` puts a transaction around the view."""
    view, core = evidence.trace.view, evidence.core
    if view is None or not isinstance(view.entered, ViewEntered):
        return
    for alias in view.entered.atomic:
        end = next(
            (
                span.entered.action
                for span in directly_in(core.children if core is not None else ())
                if isinstance(span.entered, TransactionStepped)
                and span.entered.alias == alias
                and span.entered.action in ("commit", "rollback")
                and view.end is not None
                and span.start >= view.end
            ),
            "",
        )
        stop = evidence.stop_of(view)
        if end:
            yield decided(evidence, "ATOMIC_REQUESTS", DecisionId.ATOMIC_ENDED, stop=stop, alias=alias, action=end)
        else:
            yield decided(evidence, "ATOMIC_REQUESTS", DecisionId.ATOMIC, stop=stop, alias=alias)


def session(evidence: Evidence) -> Iterator[Decision]:
    """``SessionMiddleware.process_response`` saves the session although nothing changed it."""
    if not is_setting_true(evidence.setting("SESSION_SAVE_EVERY_REQUEST")):
        return
    for row in rows_named(evidence, "SessionMiddleware"):
        if any(one.change.part == "cookie" and one.change.op != "-" for one in row.way_out.changes):
            yield decided(evidence, "SESSION_SAVE_EVERY_REQUEST", DecisionId.SESSION_SAVED, stop=row.way_out.stop)


def headers(evidence: Evidence) -> Iterator[Decision]:
    """Headers whose value is a setting's."""
    for header, (owner, setting) in HEADER_SETTINGS.items():
        for row in rows_named(evidence, owner):
            names = {one.change.name.lower() for one in row.way_out.changes if one.change.part == "header"}
            if header.lower() in names:
                yield decided(evidence, setting, DecisionId.HEADER_SET, stop=row.way_out.stop, header=header)


def internal_ips(evidence: Evidence) -> Iterator[Decision]:
    """The context processor ``debug`` gives templates ``debug`` and ``sql_queries`` to internal clients only."""
    for span in evidence.spans:
        entered = span.entered
        if isinstance(entered, ContextProcessorsRan) and DEBUG_PROCESSOR in entered.processors:
            if evidence.setting("DEBUG") != TRUE:
                return
            started = evidence.trace.started
            client = started.client.rpartition(":")[0] if started is not None else ""
            is_internal = "debug" in entered.names
            number = DecisionId.INTERNAL_IP if is_internal else DecisionId.NOT_INTERNAL_IP
            yield decided(evidence, "INTERNAL_IPS", number, stop=evidence.stop_of(span), client=client)
            return


def static(evidence: Evidence) -> Iterator[Decision]:
    """``StaticFilesHandler`` takes every path below ``STATIC_URL``."""
    trace = evidence.trace
    if trace.summary.lane == "static":
        stop = trace.stops[0].index if trace.stops else None
        yield decided(evidence, "STATIC_URL", DecisionId.STATIC_SERVED, stop=stop, path=trace.summary.path)


RULES: tuple[Callable[[Evidence], Iterator[Decision]], ...] = (
    static,
    host,
    scheme,
    www,
    urlconf,
    origin,
    atomic,
    internal_ips,
    slash,
    error_pages,
    session,
    headers,
    propagated,
)
