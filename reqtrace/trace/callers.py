"""Names who sent a request: its address, the browser or program it claims to come from, and whether it spoke HTTP."""

from __future__ import annotations

import re

from reqtrace.events.kinds import RequestStarted

__all__ = ["client_name", "is_tls"]

BROWSERS = (
    ("Firefox", re.compile(r"Firefox/")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"OPR/")),
    ("Chrome", re.compile(r"(?:Headless)?Chrome/|CriOS/")),
    ("Safari", re.compile(r"Safari/")),
)
"""Each claims to be the ones below it, too."""
PRODUCT = re.compile(r"[\w.+-]{1,40}")


def client_name(event: RequestStarted) -> str:
    """``127.0.0.1 Firefox``, ``10.0.0.7 curl``; the address alone, or nothing, as far as the request does not say."""
    agent = next((value for name, value in event.headers if name.casefold() == "user-agent"), "")
    return f"{host(event.client)} {program_name(agent)}".strip()


def host(address: str) -> str:
    """The address without a port, which is another for every connection; an IPv6 address has none here."""
    return address.partition(":")[0] if address.count(":") == 1 else address


def program_name(agent: str) -> str:
    """The browser or program behind a ``User-Agent``."""
    for name, pattern in BROWSERS:
        if pattern.search(agent):
            return name
    product = PRODUCT.match(agent)
    return "" if product is None or product[0] == "Mozilla" else product[0].rstrip(".")


def is_tls(line: str) -> bool:
    """What was read as a request line is a TLS hello: somebody asked ``https://`` of a server that speaks HTTP only."""
    return line.startswith("\x16\x03")
