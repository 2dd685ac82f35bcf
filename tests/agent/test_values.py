"""Objects of the application are named, never asked; secrets do not get through."""

from __future__ import annotations

import datetime
import decimal
import functools
import uuid
import zoneinfo
from enum import IntEnum
from http import HTTPStatus
from typing import Any

import pytest
from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.agent.values import (
    MAX_TEXT,
    REDACTED,
    attributes_of,
    describe,
    dotted_name,
    find_in_class,
    header_policy,
    is_redacted_name,
    plain_text,
    redact_arguments,
    redact_cookies,
    redact_header,
    redact_headers,
    redact_query,
    redact_set_cookie,
    shorten,
)


class Touched(AssertionError):
    """An object of the application was asked for something."""


class Fragile:
    """Raises whatever it is asked."""

    def _complain(self, *args: Any, **kwargs: Any) -> Any:
        raise Touched

    __eq__ = __bool__ = __len__ = __iter__ = __str__ = __repr__ = __hash__ = __getattr__ = __format__ = _complain
    __getitem__ = __contains__ = __call__ = __int__ = __index__ = __fspath__ = _complain  # type: ignore[assignment]


class FragileText(str):
    """A text that complains; Django's ``SafeString`` is a subclass, too."""

    __str__ = __repr__ = __len__ = __getitem__ = Fragile._complain


class FragileZone(datetime.tzinfo):
    """A time zone of the application's own making."""

    def utcoffset(self, dt: object) -> Any:
        raise Touched

    dst = tzname = utcoffset


def raise_touched() -> Any:
    raise Touched


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (5, "5"),
        (-5.5, "-5.5"),
        ("it's", '"it\'s"'),
        ("\x1b[31m\n\u202e", r"'\x1b[31m\n\u202e'"),
        (b"secret bytes", "<12 bytes>"),
        ([1, 2], "<list of 2>"),
        ((), "<tuple of 0>"),
        ({"password": 1}, "<dict of 1>"),
        (frozenset(), "<frozenset of 0>"),
        (datetime.date(2026, 7, 1), "2026-07-01"),
        (datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC), "2026-07-01 00:00:00+00:00"),
        (datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("UTC")), "2026-07-01 00:00:00+00:00"),
        (datetime.timedelta(seconds=5), "0:00:05"),
        (decimal.Decimal("1.10"), "1.10"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Fragile, "<type>"),
        (range(3), "<range>"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_plain_values_are_written_out(value: object, text: str) -> None:
    """Exact builtins as Python writes them, containers by their size."""
    assert describe(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fragile(), "<Fragile>"),
        (FragileText("x"), "<FragileText>"),
        (mark_safe("x"), "<SafeString>"),
        (SimpleLazyObject(raise_touched), "<SimpleLazyObject>"),
        (functools.partial(raise_touched), "<partial>"),
        (HTTPStatus.OK, "<HTTPStatus>"),
        (type("Rows", (list,), {"__len__": Fragile._complain})(), "<Rows>"),
        (type("Number", (int,), {"__repr__": Fragile._complain})(), "<Number>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_is_named_by_its_type(value: object, text: str) -> None:
    """Subclasses of builtins included: their methods may be the application's."""
    assert describe(value) == text


@pytest.mark.parametrize("value", [datetime.datetime(2026, 7, 1, 9), datetime.time(9)], ids=["datetime", "time"])
def test_a_time_zone_of_the_application_is_not_asked(value: Any) -> None:
    """The time is shown without its offset, the zone by its type."""
    assert describe(value.replace(tzinfo=FragileZone())) == f"{value} <FragileZone>"


def test_values_are_short() -> None:
    """Whatever the size of a text or number, its description is not longer than a line or two."""
    assert describe("x" * 1_000) == f"'{'x' * MAX_TEXT}… +800'"
    assert describe(10**6_000) == "<int of 19932 bits>"
    assert describe(-(1 << 511)).startswith("-67")
    assert len(describe(decimal.Decimal("1" * 3_000))) < MAX_TEXT + 10
    assert shorten("abc", 3) == "abc"
    assert shorten("abcd", 3) == "abc… +1"


@given(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals() | st.datetimes()
)
def test_any_plain_value_has_a_description(value: object) -> None:
    """None raises, and none is empty."""
    assert 0 < len(describe(value)) < MAX_TEXT * 12


def test_plain_text_takes_the_text_out_of_its_subclass() -> None:
    """Without asking the subclass; what is no text is something else."""
    text = plain_text(FragileText("page"))
    assert type(text) is str
    assert str.__eq__(text, "page")
    assert plain_text(mark_safe("safe")) == "safe"
    assert plain_text(lazystr("lazy"), "?") == "?"
    assert plain_text(None) == ""


def test_attributes_are_read_past_the_class() -> None:
    """Neither ``__getattribute__`` nor ``__getattr__`` nor a property runs; no ``__dict__`` is an empty one."""

    class Guarded:
        def __init__(self) -> None:
            object.__setattr__(self, "own", 1)

        __getattribute__ = Fragile._complain  # type: ignore[assignment]

        @property
        def computed(self) -> Any:
            raise Touched

    class Slotted:
        __slots__ = ("own",)

    assert attributes_of(Guarded()) == {"own": 1}
    assert attributes_of(Slotted()) == {}
    assert attributes_of(5) == {}
    assert isinstance(find_in_class(Guarded, "computed"), property)
    assert find_in_class(Guarded, "nothing") is None


class Outer:
    """For ``dotted_name``."""

    class Inner:
        def __call__(self) -> None: ...

    def method(self) -> None: ...


def test_dotted_names() -> None:
    """Functions and classes by module and qualified name, everything else by its type."""
    here = __name__
    assert dotted_name(Outer.Inner) == f"{here}.Outer.Inner"
    assert dotted_name(Outer.method) == f"{here}.Outer.method"
    assert dotted_name(Outer().method) == f"{here}.Outer.method"
    assert dotted_name(Outer.Inner()) == f"{here}.Outer.Inner"
    assert dotted_name(ValueError) == "builtins.ValueError"
    assert dotted_name(len) == "builtins.len"


# --- secrets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "old_password1",
        "PASSWD",
        "api_key",
        "X-Api-Key",
        "token",
        "csrfmiddlewaretoken",
        "csrftoken",
        "sessionid",
        "session_key",
        "Authorization",
        "Proxy-Authorization",
        "SECRET_KEY",
        "signature",
        "cookie",
        "oauth_state",
        "passphrase",
    ],
)
def test_secret_names(name: str) -> None:
    """What is hidden wherever a name stands beside a value."""
    assert is_redacted_name(name)


@pytest.mark.parametrize("name", ["username", "page", "author", "keyword", "email", "API_V2_URL", "Accept", "Host"])
def test_harmless_names(name: str) -> None:
    """What stays visible."""
    assert not is_redacted_name(name)


def test_djangos_own_filter_hides_nothing_more() -> None:
    """Every name that ``SafeExceptionReporterFilter`` hides is hidden here, too."""
    from django.views.debug import SafeExceptionReporterFilter

    hidden = SafeExceptionReporterFilter.hidden_settings
    words = ("API", "APIS", "API_KEY", "AUTH", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "HTTP_COOKIE")
    for name in (*words, "MY_API_TOKEN", "STRIPE_API", "BASIC_AUTH", "AWS_SECRET", "DATABASE_PASSWORD"):
        assert not hidden.search(name) or is_redacted_name(name), name


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ""),
        ("page=2&q=django", "page=2&q=django"),
        ("token=s3cr3t&page=2", f"token={REDACTED}&page=2"),
        ("a=1&user[password]=s3cr3t", f"a=1&user[password]={REDACTED}"),
        ("user%5Bpass%77ord%5D=s3cr3t", f"user%5Bpass%77ord%5D={REDACTED}"),
        ("%74oken=s3cr3t", f"%74oken={REDACTED}"),
        ("next=/reset/?token=s3cr3t", f"next={REDACTED}"),
        ("next=%2Freset%2F%3Ftoken%3Ds3cr3t&page=2", f"next={REDACTED}&page=2"),
        ("token", "token"),
        ("page=token", "page=token"),
        ("q=50%25&bad=%ff%zz", "q=50%25&bad=%ff%zz"),
        ("key=a=s3cr3t=b", f"key={REDACTED}"),
    ],
)
def test_queries_hide_secret_values(query: str, shown: str) -> None:
    """By name, however the name is written, also in an address that is itself a value."""
    assert redact_query(query) == shown


@given(st.text())
def test_any_query_can_be_redacted(query: str) -> None:
    """Whatever a client sends; without a secret name it is left as it is."""
    assert redact_query(query).count("&") == query.count("&")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Cookie", "sessionid=s3cr3t; theme=s3cr3t", f"sessionid={REDACTED}; theme={REDACTED}"),
        ("cookie", "s3cr3t", f"s3cr3t={REDACTED}"),
        ("Set-Cookie", "sessionid=s3cr3t; Path=/; HttpOnly", f"sessionid={REDACTED}; Path=/; HttpOnly"),
        ("Authorization", "Bearer s3cr3t", REDACTED),
        ("X-CSRFToken", "s3cr3t", REDACTED),
        ("X-Api-Key", "s3cr3t", REDACTED),
        ("Location", "/done/?token=s3cr3t&page=2", f"/done/?token={REDACTED}&page=2"),
        ("Location", "https://app/cb#access_token=s3cr3t&state=1", f"https://app/cb#access_token={REDACTED}&state=1"),
        ("Location", "https://me:s3cr3t@host/path", f"https://{REDACTED}@host/path"),
        ("Referer", "https://host/?api_key=s3cr3t", f"https://host/?api_key={REDACTED}"),
        ("Referer", "https://host/@me/", "https://host/@me/"),
        ("Accept", "text/html", "text/html"),
        ("User-Agent", "x" * 300, f"{'x' * MAX_TEXT}… +100"),
    ],
)
def test_headers_hide_secret_values(name: str, value: str, shown: str) -> None:
    """Cookies keep their names, addresses their path; both ways of redacting agree."""
    assert redact_header(name, value) == shown
    assert redact_headers([(name, value)]) == [(name, shown)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("5; url=/next/?token=abc", "5; url=/next/?token=********"),
        ("</a/?page=2&api_key=abc>; rel=next", "</a/?page=2&api_key=********>; rel=next"),
        ("https://reader:abc@example.org/", "https://********@example.org/"),
        ("max-age=60, private", "max-age=60, private"),
        ("text/html; charset=utf-8", "text/html; charset=utf-8"),
    ],
)
def test_a_secret_named_in_any_header_is_hidden(value: str, shown: str) -> None:
    """Link, Refresh and whatever a project sends."""
    assert redact_header("Refresh", value) == shown
    assert redact_headers([("Refresh", value)]) == [("Refresh", shown)]


def test_a_command_line_hides_its_secrets() -> None:
    """In one word or two, and in addresses."""
    shown = redact_arguments(
        ["run.py", "--api-key=a", "--password", "b", "--dsn", "redis://u:c@h/1", "--keys", "-v", "d"]
    )
    assert shown == [
        "run.py",
        "--api-key=********",
        "--password",
        "********",
        "--dsn",
        "redis://********@h/1",
        *shown[6:],
    ]
    assert shown[6:] == ["--keys", "-v", "d"]


def test_cookies_in_odd_shapes() -> None:
    """Empty, without a name, without a value."""
    assert redact_cookies("") == ""
    assert redact_cookies("; ;a=1;") == f"a={REDACTED}"
    assert redact_cookies("=s3cr3t") == ""
    assert redact_set_cookie("a=s3cr3t") == f"a={REDACTED}"


def test_header_names_are_remembered_within_bounds() -> None:
    """A client that invents header names does not make the process grow."""
    from reqtrace.agent import values

    for number in range(3_000):
        header_policy(f"X-Invented-{number}")
    assert len(values.HEADER_POLICIES) <= 2_000
    assert redact_header("X-Invented-Token-9999", "s3cr3t") == REDACTED


def test_an_int_enum_is_no_plain_number() -> None:
    """Its ``repr`` is the application's."""

    class Status(IntEnum):
        OPEN = 1

    assert describe(Status.OPEN) == "<Status>"


def test_a_text_is_told_by_its_type_alone() -> None:
    """``isinstance`` would ask an object for its ``__class__``, which evaluates a lazy one."""

    class Lazy:
        @property
        def __class__(self) -> type:  # type: ignore[override]
            raise AssertionError("evaluated")

    assert plain_text(Lazy(), "otherwise") == "otherwise"
