"""Safe, short, redacted descriptions of objects, never evaluating them.

Nothing here calls ``str``, ``repr``, ``bool``, ``len`` or ``==`` on an application object: exact builtin types are
shown, everything else is named by its type.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

REDACTED = "********"
MAX_TEXT = 200

SECRET_WORDS = r"api(?!s?_?v\d)|auth(?!or(?!iz))|token|key(?!word)|secret|pass|signature|cookie|session|csrf"
SECRET_NAME = re.compile(SECRET_WORDS, re.IGNORECASE)
"""Names whose values never leave the process: what ``SafeExceptionReporterFilter`` hides, and session and CSRF keys."""
LOWER_SECRET_NAME = re.compile(SECRET_WORDS)
"""The same for lower-case ASCII: five times as fast, because it need not stop where none of them can begin."""

MAX_BITS = 512
"""Of a whole number that is written out; Python refuses to write very long ones."""
SECRET_PAIR = re.compile(rf"(?:{SECRET_NAME.pattern})[^=&?]*=", re.IGNORECASE)
"""A secret in an address that is itself a value: ``?next=/reset/?token=…``."""
SECRET_PART = re.compile(rf"(?P<name>[\w.\-]*(?:{SECRET_NAME.pattern})[\w.\-]*=)[^&#;,\s<>\"']+", re.IGNORECASE)
"""A secret that is named in a longer text: ``Refresh: 5; url=/next/?token=…``."""
USER_INFO = re.compile(r"(?<=//)[^/?#@]*@")
TEXTUAL_TYPES = frozenset({datetime.date, datetime.timedelta, decimal.Decimal, uuid.UUID})
PLAIN_TYPES = frozenset({float, bool, type(None), complex})
ZONE_TYPES = frozenset({type(None), datetime.timezone, zoneinfo.ZoneInfo})

_getattribute = object.__getattribute__


def describe(value: object) -> str:
    """A short text for a value: literal for exact builtins, ``<Type>`` for everything else."""
    kind = type(value)
    if kind is str:
        return repr(shorten(value))  # type: ignore[arg-type]
    if kind is int:
        return describe_int(value)  # type: ignore[arg-type]
    if kind in PLAIN_TYPES:
        return repr(value)
    if kind in TEXTUAL_TYPES:
        return shorten(str(value))
    if kind is datetime.datetime or kind is datetime.time:
        return describe_time(value)  # type: ignore[arg-type]
    if kind is bytes:
        return f"<{len(value)} bytes>"  # type: ignore[arg-type]
    if kind in (list, tuple, set, frozenset, dict):
        return f"<{kind.__name__} of {len(value)}>"  # type: ignore[arg-type]
    return f"<{kind.__name__}>"


def describe_int(value: int) -> str:
    return repr(value) if value.bit_length() <= MAX_BITS else f"<int of {value.bit_length()} bits>"


def describe_time(value: datetime.datetime | datetime.time) -> str:
    """The time; a zone of the application's own making is not asked for its offset."""
    zone = type(value.tzinfo)
    return str(value) if zone in ZONE_TYPES else f"{value.replace(tzinfo=None)} <{zone.__name__}>"


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """The text, cut to ``limit`` characters with a mark that says how much is missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… +{len(text) - limit}"


def plain_text(value: object, otherwise: str = "") -> str:
    """A text as an exact ``str`` (Django's ``SafeString`` is none); anything else is ``otherwise``."""
    if type(value) is str:
        return value
    return str.__str__(value) if issubclass(type(value), str) else otherwise


def attributes_of(instance: object) -> dict[str, Any]:
    """The instance's own ``__dict__``, whatever its class does to attribute access; empty if it has none."""
    try:
        attributes = _getattribute(instance, "__dict__")
    except AttributeError:
        return {}
    return attributes if type(attributes) is dict else {}


def find_in_class(kind: type, name: str) -> Any:
    """The raw attribute in the class or its bases (no descriptor is run), or ``None``."""
    for base in kind.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def is_redacted_name(name: str) -> bool:
    """The value behind this name must not leave the process; of a longer text: somewhere in it is such a name."""
    if str.isascii(name):
        return LOWER_SECRET_NAME.search(str.lower(name)) is not None
    return SECRET_NAME.search(name) is not None


def redact_query(query: str) -> str:
    """A query string whose secret values are replaced."""
    if not query or ("%" not in query and not is_redacted_name(query)):
        return query
    return "&".join(map(redact_pair, query.split("&")))


def redact_pair(pair: str) -> str:
    """``name=value``, the value hidden if it is secret, or an address that has a secret in its own query."""
    name, separator, value = pair.partition("=")
    if not separator:
        return pair
    is_secret = is_redacted_name(unquote(name)) or SECRET_PAIR.search(unquote(value)) is not None
    return f"{name}={REDACTED}" if is_secret else pair


def redact_cookies(value: str) -> str:
    """A ``Cookie`` header that keeps the names and hides every value."""
    names = [part.partition("=")[0].strip() for part in value.split(";")]
    return "; ".join(f"{name}={REDACTED}" for name in names if name)


def redact_set_cookie(value: str) -> str:
    """A ``Set-Cookie`` header that keeps the name and the attributes and hides the value."""
    cookie, separator, attributes = value.partition(";")
    return f"{cookie.partition('=')[0].strip()}={REDACTED}{separator}{attributes}"


def redact_location(value: str) -> str:
    """An address whose query and fragment hide their secrets, and without the password it may hold."""
    rest, hash_mark, fragment = value.partition("#")
    address, mark, query = rest.partition("?")
    address = USER_INFO.sub(f"{REDACTED}@", address)
    return f"{shorten(address)}{mark}{shorten(redact_query(query))}{hash_mark}{shorten(redact_query(fragment))}"


def redact_parts(value: str) -> str:
    """A header of any other sort: what looks like ``name=secret`` in it is hidden."""
    if "=" in value and is_redacted_name(value):
        value = SECRET_PART.sub(rf"\g<name>{REDACTED}", value)
    if "@" in value:
        value = USER_INFO.sub(f"{REDACTED}@", value)
    return value if len(value) <= MAX_TEXT else shorten(value)


def redact_arguments(arguments: Iterable[str]) -> list[str]:
    """A command line without the values of options that are named like secrets, and without passwords in addresses."""
    shown: list[str] = []
    is_secret = False
    for argument in arguments:
        name, equals, _value = argument.partition("=")
        if is_secret and not argument.startswith("-"):
            shown.append(REDACTED)
        elif equals and is_redacted_name(name):
            shown.append(f"{name}={REDACTED}")
        else:
            shown.append(USER_INFO.sub(f"{REDACTED}@", argument))
        is_secret = argument.startswith("--") and not equals and is_redacted_name(argument)
    return shown


def redact_whole(value: str) -> str:
    return REDACTED


Policy = Callable[[str], str]

HEADER_POLICIES: dict[str, Policy] = {}
"""How the value of each header met is shown; names are few, and looking one up is cheaper than judging it."""


def header_policy(name: str) -> Policy:
    """The function that makes the value of a header fit to be shown; ``name`` in any case, with dashes."""
    policy = HEADER_POLICIES.get(name)
    if policy is None:
        policy = choose_policy(name.lower())
        if len(HEADER_POLICIES) < 2_000:
            HEADER_POLICIES[name] = policy
    return policy


def choose_policy(lowered: str) -> Policy:
    if lowered == "cookie":
        return redact_cookies
    if lowered == "set-cookie":
        return redact_set_cookie
    if is_redacted_name(lowered):
        return redact_whole
    return redact_location if lowered in ("location", "referer") else redact_parts


def redact_header(name: str, value: str) -> str:
    """The value of a header as it may be shown."""
    return (HEADER_POLICIES.get(name) or header_policy(name))(value)


def redact_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers as they may be shown; short values of harmless headers, the usual case, are not copied."""
    get = HEADER_POLICIES.get
    rows = []
    for name, value in headers:
        policy = get(name) or header_policy(name)
        if policy is not redact_parts or len(value) > MAX_TEXT or "=" in value or "@" in value:
            value = policy(value)
        rows.append((name, value))
    return rows


def dotted_name(target: object) -> str:
    """``module.qualname`` of a function or class, else of its type; never runs the application's code."""
    kind = target if isinstance(target, type) else type(target)
    attributes = _getattribute(target, "__dict__") if isinstance(target, type) else attributes_of(target)
    module = attributes.get("__module__") or getattr(target, "__module__", None) or kind.__module__
    qualname = getattr(target, "__qualname__", None) or kind.__qualname__
    return f"{module}.{qualname}" if type(module) is str and type(qualname) is str else kind.__name__
