"""What is still known of a request, for sending it once more; and what is not, which has to be said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from reqtrace.analysis.experiment_requests import HIDDEN, known_headers
from reqtrace.hub.visit import UNSAFE_METHODS, Visit
from reqtrace.trace.model import RequestTrace

__all__ = ["FIRST_VISIT", "Draft", "Gap", "GapId", "draft_of"]

PATH_SAFE = "/:@!$&'()*+,;=~"
"""A path comes decoded, so a percent sign in it is one."""
QUERY_SAFE = PATH_SAFE + "%?[]"


class GapId(Enum):
    """What of a request can be unknown."""

    BODY = "body"
    """Never observed: it is the application's to read."""
    COOKIES = "cookies"
    HEADERS = "headers"
    ADDRESS = "address"
    """A part of path or query is a secret, or was cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that will not be as it was, unless somebody fills it in."""

    what: GapId
    names: tuple[str, ...] = ()
    """Of the cookies or headers."""
    size: int = 0
    """Bytes of the body, if they were told; 0 if they came in chunks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A visit to begin with."""

    visit: Visit
    gaps: tuple[Gap, ...] = ()

    @property
    def is_ready(self) -> bool:
        """It may be sent without asking: nothing is meant to change by it, and its address is whole."""
        return not self.visit.is_unsafe and all(gap.what in (GapId.COOKIES, GapId.HEADERS) for gap in self.gaps)

    @property
    def needs_token(self) -> bool:
        """Django will want a CSRF token."""
        return self.visit.method in UNSAFE_METHODS


FIRST_VISIT = Draft(visit=Visit(method="GET", url="/"))
"""Where there is no request to send again."""


def draft_of(trace: RequestTrace) -> Draft:
    """The request as far as it is known; one that never reached Django has only its first line."""
    started, summary = trace.started, trace.summary
    path, query = summary.path, summary.query
    headers = () if started is None else started.headers
    cookies = cookie_names(headers)
    known, hidden = known_headers([pair for pair in headers if is_sendable(pair)], ())
    # wsgiref names one even where there is no body.
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    gaps = []
    if any(mark in text for mark in HIDDEN for text in (path, query)):
        gaps.append(Gap(what=GapId.ADDRESS))
    body = body_gap(headers)
    if body is not None:
        gaps.append(body)
    if cookies:
        gaps.append(Gap(what=GapId.COOKIES, names=cookies))
    if hidden:
        gaps.append(Gap(what=GapId.HEADERS, names=hidden))
    # The first line of a request has its path as it was sent.
    target = quote(path, safe=QUERY_SAFE if started is None else PATH_SAFE) + (
        f"?{quote(query, safe=QUERY_SAFE)}" if query else ""
    )
    visit = Visit(method=summary.method or "GET", url=target, headers=known, content_type=content_type if body else "")
    return Draft(visit=visit, gaps=tuple(gaps))


def is_sendable(header: tuple[str, str]) -> bool:
    """Not cookies, whose values are never told; and only text: a control character would be no header of ours."""
    name, value = header
    return name.isascii() and value.isprintable() and name.lower() != "cookie"


def body_gap(headers: tuple[tuple[str, str], ...]) -> Gap | None:
    """That there was a body, if its headers say so."""
    told = {name.lower(): value for name, value in headers}
    length = told.get("content-length", "")
    if length.isdecimal() and int(length):
        return Gap(what=GapId.BODY, size=int(length))
    return Gap(what=GapId.BODY) if "transfer-encoding" in told else None


def cookie_names(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Names are told, values never."""
    sent = "; ".join(value for name, value in headers if name.lower() == "cookie")
    return tuple([part.partition("=")[0].strip() for part in sent.split(";") if "=" in part])
