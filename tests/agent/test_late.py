"""The sender takes short cuts: what it sends is what it would send if it took each text apart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reqtrace.agent.changes import RawChange
from reqtrace.agent.late import LateFields
from reqtrace.agent.recorder import number_of
from reqtrace.agent.request_texts import path_text
from reqtrace.agent.secret_paths import PART, RESET_TOKEN, SecretPaths, hide_groups, pieces_of
from reqtrace.agent.values import (
    REDACTED,
    SECRET_PAIR,
    SECRET_PART,
    SECRET_WORDS,
    USER_INFO,
    redact_cookies,
    redact_set_cookie,
    shorten,
)
from reqtrace.events.kinds import (
    Change,
    ExceptionRaised,
    LogRecorded,
    RequestChanged,
    RequestEscaped,
    RequestLineReceived,
    RequestLogged,
    RequestStarted,
    ResponseChanged,
    ResponseStarted,
    TemplateEntered,
    UrlLookedUp,
    UrlResolved,
)
from reqtrace.events.wire import INTERNED_POSITIONS, MARK, RUN, THREAD, Encoder

STARTED, ANSWERED, RAISED, ESCAPED = map(number_of, (RequestStarted, ResponseStarted, ExceptionRaised, RequestEscaped))
CHANGED, RESPONSE_CHANGED, RESOLVED = map(number_of, (RequestChanged, ResponseChanged, UrlResolved))
LINE, LOGGED, LOOKED_UP, RECORDED, TEMPLATE = map(
    number_of, (RequestLineReceived, RequestLogged, UrlLookedUp, LogRecorded, TemplateEntered)
)
QUOTING = {STARTED, ANSWERED, RESPONSE_CHANGED, RAISED, ESCAPED, LINE, LOGGED, LOOKED_UP, RECORDED}

HASH = "0123456789abcdef0123456789abcdef"
TOKEN = f"cx1f2a-{HASH}"
SECRET_NAME = re.compile(SECRET_WORDS, re.IGNORECASE)


# --- the same without any short cut -------------------------------------------------------------------------------


class Plain:
    """Completes and encodes the runs of one connection by taking apart everything, every time."""

    def __init__(self) -> None:
        self.threads: dict[int, int] = {}
        self.expressions: dict[str, re.Pattern[str]] = {}
        self.numbers: dict[str, int] = {}

    def lines(self, thread: int, items: list[Any]) -> list[Any]:
        """The records of a run."""
        finished = [item if type(item) is int else self.finish(item) for item in items]
        hidden = [self.hide(item) if type(item) is tuple and item[0] in QUOTING else item for item in finished]
        known = len(self.numbers)
        row = [RUN, 1, self.thread(thread), [item if type(item) is int else self.intern(item) for item in hidden]]
        new = list(self.numbers)[known:]
        return [*([["strings", known, new]] if new else []), ["events", [row]]]

    def thread(self, ident: int) -> int:
        return self.threads.setdefault(ident, len(self.threads) + 1)

    def finish(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        kind, *fields = row
        if kind == THREAD:
            return (kind, self.thread(fields[0]))
        if kind in (CHANGED, RESPONSE_CHANGED):
            return (kind, fields[0], [tuple(change_row(change)) for change in fields[1]])
        if kind == STARTED:
            *head, path, query, protocol, client, headers, unix_time = fields
            sent = environ_headers(headers) if type(path) is tuple else headers
            shown = [(name, header(name, value)) for name, value in sent]
            return (
                kind,
                *head,
                path_text(path),
                query_pairs(shorten(query, 8_192)),
                protocol,
                client,
                shown,
                unix_time,
            )
        if kind == ANSWERED:
            shown = [(name, header(name, value)) for name, value in fields[3]]
            return (kind, *fields[:3], shown, *fields[4:])
        if kind == RESOLVED:
            self.learn(fields[2])
            return (kind, fields[0], [], (), *fields[2:])
        return row

    def learn(self, route: str) -> None:
        expression = "(?<=/)" + "".join(pieces_of(route))
        if f"({PART})" in expression:
            self.expressions.setdefault(route, re.compile(expression))

    def hide(self, fields: Any) -> Any:
        if type(fields) in (list, tuple):
            return [self.hide(field) for field in fields]
        if type(fields) is not str or "/" not in fields:
            return fields
        text = RESET_TOKEN.sub(REDACTED, fields)
        for expression in self.expressions.values():
            text = expression.sub(hide_groups, text)
        return text

    def intern(self, row: Any) -> list[Any]:
        fields = list(row)
        for place in INTERNED_POSITIONS[row[0]] if row[0] >= 0 else ():
            fields[place - 2] = self.numbers.setdefault(fields[place - 2], len(self.numbers))
        return fields


def environ_headers(environ: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """As CGI names them; what is empty is none."""
    named = [(key.removeprefix("HTTP_").replace("_", "-").title(), key, value) for key, value in environ]
    plain = ("CONTENT_TYPE", "CONTENT_LENGTH")
    return [(name, value) for name, key, value in named if value and (key.startswith("HTTP_") or key in plain)]


def header(name: str, value: str) -> str:
    lowered = name.lower()
    if lowered == "cookie":
        return redact_cookies(value)
    if lowered == "set-cookie":
        return redact_set_cookie(value)
    if SECRET_NAME.search(lowered):
        return REDACTED
    if lowered in ("location", "referer"):
        rest, hash_mark, fragment = value.partition("#")
        address, mark, query = rest.partition("?")
        shown = shorten(USER_INFO.sub(f"{REDACTED}@", address))
        return f"{shown}{mark}{shorten(query_pairs(query))}{hash_mark}{shorten(query_pairs(fragment))}"
    return shorten(USER_INFO.sub(f"{REDACTED}@", SECRET_PART.sub(rf"\g<name>{REDACTED}", value)))


def query_pairs(query: str) -> str:
    """Each pair is judged; none of the texts below has a percent sign that hides a name."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return "&".join(
        f"{name}={REDACTED}"
        if mark and (SECRET_NAME.search(name) or SECRET_PAIR.search(value))
        else name + mark + value
        for name, mark, value in pairs
    )


def change_row(change: RawChange) -> Change:
    match change:
        case ("attribute", name, old, new, is_lazy):
            op = "." if name == "COOKIES" else "+" if old is None else "-" if new is None else "~"
            before, after = (kind.__name__ if kind else "" for kind in (old, new))
            return Change(op, "attribute", name, before, after, is_lazy)
        case ("evaluated", name, kind):
            return Change("!", "attribute", name, "", kind.__name__ if kind else "", False)
        case ("META", op, key):
            return Change(op, "META", key, "", "", False)
        case ("header", old, new):
            op = "+" if old is None else "-" if new is None else "~"
            before, after = (header(*pair) if pair else "" for pair in (old, new))
            return Change(op, "header", (new or old)[0], before, after, False)
        case ("cookie", op, name):
            return Change(op, "cookie", name, "" if op == "+" else REDACTED, "" if op == "-" else REDACTED, False)
        case ("status", old, new):
            return Change("~", "status", "", str(old), str(new), False)
        case ("object", old, new):
            return Change("~", "object", "", old.__name__, new.__name__, False)
    _body, old, new = change
    before, after = ("" if length < 0 else str(length) for length in (old, new))
    return Change("~", "body", "", before, after, False)


# --- rows with and without secrets --------------------------------------------------------------------------------

WORDS = (
    *("/", "//", "-", "=", "@", "?", "&", "#", ":", ";", " ", ".", "_", '"', "\\", "'", "%s", "\x00", "\n", MARK[:5]),
    *("token", "API", "v2", "apikey", "Author", "AUTHORIZE", "key", "KeyWord", "SECRET", "pass", "Session", "csrf"),
    *("ſecret", "toKen", "apı", "ÄPI", "值", "\ud83d", "🙂", "\u2028", "x" * 210),
    *(HASH, HASH[:20], HASH[:19], HASH.upper(), TOKEN, f"/reset/MQ/{TOKEN}/", f"app-{HASH}.js"),
    *("/invite/abc/accept/", "/invite/", "/s/é x/abc", "/t/2026/x/", "/abc/", "a b/", "m/5/abc", "/books/3/"),
)
SECRETS = (f"/reset/MQ/{TOKEN}/", "http://h/invite/abc/accept/", "5; url=/x/?token=abc", "//u:p@h/", "x" * 210)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=6).map("".join) | st.sampled_from(SECRETS)
NAMES = st.sampled_from(
    (
        "Content-Type",
        "cookie",
        "Set-Cookie",
        "Location",
        "REFERER",
        "X-Api-Key",
        "Authorization",
        "Vary",
        "X/y",
        "ſession",
    )
)
KEYS = st.sampled_from(("HTTP_ACCEPT", "HTTP_REFERER", "HTTP_COOKIE", "HTTP_X_TOKEN", "CONTENT_TYPE", "PATH_INFO"))
ROUTES = st.sampled_from(
    (
        *("books/<int:pk>/", "invite/<str:key>/accept/", "<token>/", "m/<int:pk>/<slug:api_token>", "s/é x/<secret>"),
        *(r"^t/(?P<year>[0-9]{4})/(?P<token>[^/]+)/$", r"^(?P<session_key>\w+)/$", "a b/<key>", "a.b-c/<key>/<token>"),
        *("x\\<token>", "", "keys/"),
    )
)
PAIRS = st.lists(st.tuples(NAMES, TEXTS), max_size=3)
QUERIES = TEXTS.map(lambda text: text.replace("%", "+"))
TYPES = st.sampled_from((str, int, dict, type(None), type("Größe", (), {}), type("a/b", (), {})))
OPS = st.sampled_from("+-~")
CHANGES = st.one_of(
    st.tuples(st.just("attribute"), TEXTS | st.just("COOKIES"), st.none() | TYPES, TYPES, st.booleans()),
    st.tuples(st.just("attribute"), TEXTS, TYPES, st.none(), st.just(False)),
    st.tuples(st.just("evaluated"), TEXTS, st.none() | TYPES),
    st.tuples(st.just("META"), OPS, TEXTS),
    st.tuples(st.just("header"), st.none() | st.tuples(NAMES, TEXTS), st.tuples(NAMES, TEXTS)),
    st.tuples(st.just("header"), st.tuples(NAMES, TEXTS), st.none()),
    st.tuples(st.just("cookie"), OPS, TEXTS),
    st.tuples(st.just("status"), st.integers(100, 599), st.integers(100, 599)),
    st.tuples(st.just("body"), st.integers(-1, 9), st.integers(-1, 9)),
    st.tuples(st.just("object"), TYPES, TYPES),
)
TIMES = st.integers(0, 2**62)


def row(kind: int, *fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(kind), TIMES, *fields)


def started(path: st.SearchStrategy[Any], headers: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    head = (st.just(0), TEXTS, TEXTS, st.just(1), TEXTS)
    return row(STARTED, *head, path, QUERIES, TEXTS, TEXTS, headers, TIMES)


ROWS = st.one_of(
    started(TEXTS, PAIRS),
    started(st.tuples(st.none() | TEXTS, TEXTS), st.lists(st.tuples(KEYS, TEXTS), max_size=3)),
    row(ANSWERED, st.just(200), TEXTS, PAIRS, st.booleans(), st.booleans()),
    row(CHANGED, st.lists(CHANGES, min_size=1, max_size=3)),
    row(RESPONSE_CHANGED, st.lists(CHANGES, min_size=1, max_size=3)),
    row(RESOLVED, st.none(), ROUTES, TEXTS, st.lists(TEXTS, max_size=2), st.lists(st.tuples(TEXTS, TEXTS), max_size=2)),
    row(LOOKED_UP, TEXTS, TEXTS, TEXTS, TEXTS, st.just(1), TEXTS, st.just(1), TEXTS),
    row(LINE, st.just(1), st.just(1), TEXTS),
    row(LOGGED, TEXTS),
    row(RECORDED, TEXTS, TEXTS, TEXTS, TEXTS, st.just(1)),
    row(TEMPLATE, TEXTS, TEXTS),
    st.tuples(st.just(THREAD), st.integers(1, 3)),
)
STEPS = st.tuples(st.integers(0, 2**20), TIMES)
RUNS = st.lists(ROWS.map(lambda row: [row]) | STEPS.map(list), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RUNS.map(lambda parts: [item for part in parts for item in part]), min_size=1, max_size=3))
def test_short_cuts_change_nothing(runs: list[list[Any]]) -> None:
    """Whatever a connection has to tell, in the same order, to the last byte; what it has learnt included."""
    plain, late, encoder = Plain(), LateFields(), Encoder()
    for items in runs:
        expected = [json.dumps(record, separators=(",", ":")) + "\n" for record in plain.lines(5, items)]
        lines = encoder.encode(late.complete_run(1, 5, items.copy()))
        assert [line.decode() for line in lines] == expected


@settings(deadline=None)
@given(ROUTES, TEXTS)
def test_the_quick_look_overlooks_nothing(route: str, text: str) -> None:
    """Neither in a text nor in its JSON."""
    paths = SecretPaths()
    paths.learn(route)
    if "/" in text and paths.hide(text) != text:
        assert paths.may_be_in(text)
        assert paths.may_be_in(json.dumps(text))


def test_a_quick_look_is_enough_for_nearly_everything() -> None:
    """What no secret route begins like, and what ends in no hash, is not taken apart."""
    paths = SecretPaths()
    paths.learn("invite/<key>/")
    for text in ("/books/3/", "text/html; charset=utf-8", "invite/abc", "/news/2026-11-21/", ""):
        assert not paths.may_be_in(text)


RESET = f"/reset/MQ/{TOKEN}/"
QUOTED = {
    "entry": (STARTED, 1, 0, RESET, "", 1, "", "/", "", "", "", [], 1),
    "method": (STARTED, 1, 0, "wsgi", "", 1, RESET, "/", "", "", "", [], 1),
    "path": (STARTED, 1, 0, "wsgi", "", 1, "GET", (None, RESET), "", "", "", [], 1),
    "query": (STARTED, 1, 0, "wsgi", "", 1, "GET", "/", f"next={RESET}", "", "", [], 1),
    "header of the request": (STARTED, 1, 0, "asgi", "", 1, "GET", "/", "", "", "", [("Referer", RESET)], 1),
    "environ": (STARTED, 1, 0, "wsgi", "", 1, "GET", ("", "/"), "", "", "", [("HTTP_X_FROM", RESET)], 1),
    "reason": (ANSWERED, 1, 302, RESET, [], False, False),
    "header of the response": (ANSWERED, 1, "302 Found", "", [("Location", RESET)], False, False),
    "header that was added": (RESPONSE_CHANGED, 1, [("header", None, ("Location", RESET))]),
    "header that was replaced": (RESPONSE_CHANGED, 1, [("header", ("Location", RESET), ("Location", "/"))]),
    "message": (RAISED, 1, "ValueError", f"not at {RESET}", "", 1, ""),
    "escaped": (ESCAPED, 1, "ValueError", f"not at {RESET}"),
    "request line": (LINE, 1, 1, 1, f"GET {RESET} HTTP/1.1"),
    "log line": (LOGGED, 1, f"GET {RESET} HTTP/1.1"),
    "look-up": (LOOKED_UP, 1, RESET, "", "", "", 1, "", 1, ""),
    "log record": (RECORDED, 1, "", "", f"Not Found: {RESET}", "", 1),
}


@pytest.mark.parametrize("row", QUOTED.values(), ids=QUOTED)
def test_a_secret_path_is_hidden_wherever_it_is_quoted(row: tuple[Any, ...]) -> None:
    """In every text of every kind that may quote one."""
    sent = b"".join(Encoder().encode(LateFields().complete_run(1, 1, [row])))
    assert HASH.encode() not in sent
    assert f"/reset/MQ/{REDACTED}/".encode() in sent


@pytest.mark.parametrize("value", ["abc", "/reset/", "token=abc"])
def test_no_value_is_kept(value: str) -> None:
    """What the sender remembers to be faster is names and types only."""
    from reqtrace.agent import change_texts

    change_texts.shape_texts.clear()
    changes = [("header", None, ("X-Told", value)), ("attribute", "user", None, str, False), ("cookie", "+", value)]
    LateFields().complete_run(1, 1, [(RESPONSE_CHANGED, 1, changes)])
    assert list(change_texts.shape_texts) == [("user", None, "str", False)]


def test_shapes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that makes up attributes does not fill the memory."""
    from reqtrace.agent import change_texts

    monkeypatch.setattr(change_texts, "shape_texts", {})
    monkeypatch.setattr(change_texts, "MAX_SHAPES", 3)
    names = [f"name_{number}" for number in range(5)]
    text = change_texts.changes_text([("attribute", name, None, str, False) for name in names])
    assert [change[2] for change in json.loads(text)] == names
    assert len(change_texts.shape_texts) == 3
    change_texts.shape_texts.clear()
    change_texts.changes_text([("attribute", "x" * 1_000, None, str, False)])
    assert not change_texts.shape_texts
