"""Sends a request to the site that is watched, over HTTP like any client, and to nobody else."""

from __future__ import annotations

import http.client
import os
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from reqtrace.errors import HubError, ProjectError, UsageError
from reqtrace.hub.ports import browsable_host
from reqtrace.hub.preflight import explain_failure
from reqtrace.hub.program import run_program
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Reply, Visit, describe_visit

__all__ = ["is_header_name", "is_header_value", "send_visit"]

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""RFC 9110: a method, the name of a header."""
SAFE_IN_TARGET = "/%:@!$&'()*+,;=~?[]"
OF_THE_CONNECTION = frozenset(("connection", "content-length", "expect", "keep-alive", "te", "transfer-encoding"))
"""Headers that we say ourselves."""
PATIENCE = 1_200.0
"""Seconds until something has to be heard: longer than a request may be held."""
VISIT_SECONDS = 1_200
"""How long the session of a visitor is good for, should nobody be left to take it away."""
ENTRANCE_TIMEOUT = 60.0
CHUNK = 64 * 1024
MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer that are waited for; an endless one is left."""

Headers = tuple[tuple[str, str], ...]


def send_visit(site: str, visit: Visit, project: Project | None = None) -> Reply:
    """Send it to the site at that URL and read the answer to its end. Raises ``ReqtraceError``.

    For a user or a CSRF token the project is started once more beside the site, for its sessions.
    """
    check_visit(visit)
    if not visit.username and not visit.wants_csrf:
        return deliver(site, visit, ())
    if project is None:
        raise UsageError(
            "A user or a CSRF token can be sent only to a site that `reqtrace serve` has started.",
            hint="reqtrace has to know the project, for its sessions and the names of its cookies.",
        )
    with visiting(site, visit, project) as headers:
        return deliver(site, visit, headers)


def check_visit(visit: Visit) -> None:
    """Raises ``UsageError`` for what no HTTP client would send."""
    if not TOKEN.fullmatch(visit.method):
        raise UsageError(f"{visit.method or 'Nothing'} is no HTTP method.", hint="GET, POST, PUT, PATCH, DELETE …")
    if not visit.url.startswith("/"):
        raise UsageError(f"{visit.url or 'Nothing'} is no path of the site.", hint="It begins with /")
    for name, value in visit.headers:
        if not is_header_name(name) or not is_header_value(value):
            raise UsageError(f"{name!r} is no header that can be sent.", hint="A header is a line: Name: value")


def is_header_name(name: str) -> bool:
    return TOKEN.fullmatch(name) is not None


def is_header_value(value: str) -> bool:
    return not any(character in value for character in "\r\n\0")


def deliver(site: str, visit: Visit, more: Headers) -> Reply:
    """One connection, one request, no redirect followed."""
    address = urlsplit(site)
    connection = connection_to(address.scheme, browsable_host(address.hostname or ""), address.port)
    begun = time.monotonic()
    body = visit.body.encode("utf-8", "surrogateescape")
    try:
        connection.putrequest(visit.method, target_of(visit.url), skip_host=True, skip_accept_encoding=True)
        for name, value in headers_of(visit, more, host=address.netloc, length=len(body)):
            connection.putheader(name, value.encode("utf-8", "surrogateescape"))
        connection.endheaders(body or None)
        response = connection.getresponse()
        reply = Reply(response.status, response.reason, time.monotonic() - begun)
        read_all(response)
    except (OSError, http.client.HTTPException) as error:
        raise HubError(
            f"{visit.method} {visit.url} was not answered: {error or type(error).__name__}.",
            hint="Does the site run? 5 shows what it prints.",
        ) from error
    finally:
        connection.close()
    return reply


def connection_to(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme != "https":
        return http.client.HTTPConnection(host, port, timeout=PATIENCE)
    # A development server has a certificate that it made itself, and it is this machine that we talk to.
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=trusting)


def target_of(url: str) -> str:
    return quote(url.partition("#")[0], safe=SAFE_IN_TARGET, errors="surrogateescape")


def headers_of(visit: Visit, more: Headers, *, host: str, length: int) -> Iterator[tuple[str, str]]:
    """What is sent: the visit's own headers, those of the visitor, and what every client says."""
    given = [(name, value) for name, value in visit.headers if name.lower() not in OF_THE_CONNECTION]
    if visit.content_type:
        given = [*(pair for pair in given if pair[0].lower() != "content-type"), ("Content-Type", visit.content_type)]
    sent = merged(given, more)
    names = {name.lower() for name, _ in sent}
    for name, value in (("Host", host), ("User-Agent", "reqtrace"), ("Accept", "*/*")):
        if name.lower() not in names:
            yield name, value
    yield from sent
    if length or visit.is_unsafe:
        yield "Content-Length", str(length)
    yield "Connection", "close"


def merged(headers: Iterable[tuple[str, str]], more: Headers) -> list[tuple[str, str]]:
    """The headers with others, which replace those of the same name; cookies stand beside each other in one header."""
    replaced = {name.lower() for name, _ in more}
    cookies = "; ".join(value for name, value in (*headers, *more) if name.lower() == "cookie")
    rest = [(name, value) for name, value in headers if name.lower() not in replaced | {"cookie"}]
    rest += [(name, value) for name, value in more if name.lower() != "cookie"]
    return [*rest, ("Cookie", cookies)] if cookies else rest


def read_all(response: http.client.HTTPResponse) -> None:
    """The site has sent all of it before the connection ends: else it would see a client that goes away."""
    left = MAX_BODY
    while left > 0 and (part := response.read(min(CHUNK, left))):
        left -= len(part)


# --- the visitor -------------------------------------------------------------------------------------------------


@contextmanager
def visiting(site: str, visit: Visit, project: Project) -> Iterator[Headers]:
    """The headers of the visitor; the session behind them is taken away again."""
    address = urlsplit(site)
    named_host = any(name.lower() == "host" for name, _ in visit.headers)
    headers = visit.headers if named_host else (("Host", address.netloc), *visit.headers)
    asked = {**describe_visit(visit), "headers": headers, "scheme": address.scheme, "seconds": VISIT_SECONDS}
    facts = at_the_entrance(project, {**asked, "session": ""})
    try:
        yield tuple([(name, value) for name, value in facts["headers"]])
    finally:
        if facts["session"]:
            at_the_entrance(project, {"session": facts["session"]})


def at_the_entrance(project: Project, request: Mapping[str, object]) -> Mapping[str, Any]:
    answer = run_program("entrance", project, request, environ=os.environ, timeout=ENTRANCE_TIMEOUT)
    failure = explain_failure(answer.facts.get("failure"), answer.facts, project)
    if failure is not None:
        raise failure
    refused = answer.facts.get("refused")
    if refused is not None:
        kind = ProjectError if refused["is_project_fault"] else UsageError
        raise kind(refused["message"], hint=refused["hint"])
    return answer.facts
