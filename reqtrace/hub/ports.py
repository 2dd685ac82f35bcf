"""Which port a site can have."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from typing import Any

from reqtrace.errors import HubError, UsageError

__all__ = ["address_of", "browsable_host", "free_port", "is_answering"]

ADDRESS_ERRORS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
TRIES = 200
"""Ports looked at, from the wanted one upwards."""
ANYWHERE = {"": "127.0.0.1", "0": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1", "[::]": "::1"}
"""Addresses to listen on that are none to connect to, and what to connect to instead."""


def free_port(host: str, wanted: int) -> int:
    """The wanted port, else the next free one; any if 0 is wanted. Raises ``UsageError`` or ``HubError``."""
    last = min(wanted + TRIES, 65535)
    for port in range(wanted, last + 1):
        if found := claim(host, port):
            return found
    raise HubError(f"No port from {wanted} to {last} is free on {host}.", hint="Name another one with --port.")


def claim(host: str, port: int) -> int:
    """The port if it could be listened on a moment ago, else 0. Raises ``UsageError`` if the host is not ours."""
    family, address = resolve(host, port)
    if port and is_answering(host, port):
        # Some systems let two programs listen on one port, and the newcomer would get no request.
        return 0
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # As runserver does: a port whose last connections are still winding down is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except PermissionError:
            raise UsageError(f"Port {port} is for the administrator only.", hint="Use --port 8000.") from None
        except OSError as error:
            if error.errno in ADDRESS_ERRORS:
                raise UsageError(
                    f"{host} is not an address of this machine.", hint="Use --host 127.0.0.1 or --host 0.0.0.0."
                ) from None
            return 0
        return int(probe.getsockname()[1])


def resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """The address as Django's runserver would take it: IPv4 unless it is written as IPv6. Raises ``UsageError``."""
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        found = socket.getaddrinfo(bare, port, family, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise UsageError(f"There is no host {host!r} to serve on.", hint="Use --host 127.0.0.1.") from None
    return family, found[0][4]


def is_answering(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((browsable_host(host), port), timeout=0.5):
        return True
    return False


def browsable_host(host: str) -> str:
    """Where to connect to reach what listens on ``host``."""
    return ANYWHERE.get(host, host.strip("[]"))


def address_of(host: str, port: int) -> str:
    """``http://…/`` for a browser."""
    reachable = browsable_host(host)
    return f"http://[{reachable}]:{port}/" if ":" in reachable else f"http://{reachable}:{port}/"
