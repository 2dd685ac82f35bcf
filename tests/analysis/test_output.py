"""What a site prints: how bad each line is, which request it is about, and which lines are shown."""

from __future__ import annotations

import pytest

from reqtrace.analysis.output_entries import KEPT, OutputEntry, OutputLevel, OutputReader, read_line
from reqtrace.analysis.output_filter import OutputFilter, read_output_filter
from reqtrace.analysis.output_requests import OutputRequests
from reqtrace.trace.model import OutputLine, RequestKey, RequestState, RequestSummary

SECOND = 1_000_000_000
TRACEBACK = (
    "Internal Server Error: /pay/",
    "Traceback (most recent call last):",
    '  File "/srv/shop/views.py", line 12, in pay',
    "    return 1 / 0",
    "ZeroDivisionError: division by zero",
    '[21/Nov/2026 21:21:39] "GET /pay/?a=1 HTTP/1.1" 500 145',
)


def entries_of(*lines: str, stream: str = "stderr", start: int = 0) -> list[OutputEntry]:
    reader = OutputReader()
    reader.take(OutputLine(start, stream, line) for line in lines)
    return reader.entries


def summary(
    ordinal: int, path: str, start: float, duration: float | None = 0.1, status: int = 200, method: str = "GET"
) -> RequestSummary:
    return RequestSummary(
        key=RequestKey(1, ordinal),
        ordinal=ordinal,
        method=method,
        path=path,
        query="",
        unix_time=int(start * SECOND),
        duration=None if duration is None else int(duration * SECOND),
        status=status,
        state=RequestState.OPEN if duration is None else RequestState.DONE,
        lane="chain",
        flags=(),
    )


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('[21/Nov/2026 21:21:39] "GET /polls/ HTTP/1.1" 404 12251', OutputLevel.WARNING),
        ('[21/Nov/2026 21:21:39] "GET /WARNING/ HTTP/1.1" 200 5', OutputLevel.INFO),
        ('127.0.0.1 - - [21/Nov/2026:21:21:39 +0000] "POST /a HTTP/1.1" 500 145 "-" "curl"', OutputLevel.ERROR),
        ('INFO:     127.0.0.1:52342 - "GET /books/%C3%A4/ HTTP/1.1" 503 Service Unavailable', OutputLevel.ERROR),
        ("Not Found: /polls/", OutputLevel.WARNING),
        ("Internal Server Error: /pay/", OutputLevel.ERROR),
        ("Forbidden (CSRF token missing.): /pay/", OutputLevel.WARNING),
        ("Method Not Allowed (PUT): /pay/", OutputLevel.WARNING),
        ("WARNING 2026-11-21 shop.views Not Found: /x", OutputLevel.WARNING),
        ("[2026-11-21 21:21:39 +0000] [7] [INFO] Listening at: http://127.0.0.1:8000 (7)", OutputLevel.INFO),
        ("CRITICAL:root:no disk", OutputLevel.CRITICAL),
        ("ValueError: no money", OutputLevel.ERROR),
        ("/srv/shop/models.py:12: RuntimeWarning: naive datetime", OutputLevel.WARNING),
        ("an INFORMATION of ERRORS", OutputLevel.UNSAID),
        ("hello", OutputLevel.UNSAID),
        ("", OutputLevel.UNSAID),
    ],
)
def test_how_bad_a_line_is(line: str, level: OutputLevel) -> None:
    """By its status, by what Django says of a response, by the level that a logger writes."""
    assert read_line(line)[0] is level


def test_a_traceback_is_one_entry() -> None:
    """It is as bad as an error, and about the request of the message before it."""
    message, traceback, access = entries_of(*TRACEBACK)
    assert traceback.is_traceback
    assert len(traceback.lines) == 4
    assert traceback.level is OutputLevel.ERROR
    assert traceback.mention == message.mention
    assert access.mention is not None
    assert (access.mention.path, access.mention.method, access.mention.status) == ("/pay/", "GET", 500)


def test_streams_do_not_cut_each_others_tracebacks() -> None:
    """What is printed to stdout in the middle of it stands behind its beginning."""
    reader = OutputReader()
    lines = [OutputLine(0, "stderr", line) for line in TRACEBACK]
    reader.take([*lines[:3], OutputLine(0, "stdout", "print"), *lines[3:]])
    assert [len(entry.lines) for entry in reader.entries] == [1, 4, 1, 1]
    assert [entry.number for entry in reader.entries] == [0, 1, 2, 3]


def test_lines_in_colour_are_read() -> None:
    """Colours are taken out; nothing else is."""
    (entry,) = entries_of("\x1b[31mNot Found: /x\x1b[0m\x07")
    assert entry.lines == ("Not Found: /x\x07",)
    assert entry.level is OutputLevel.WARNING


def test_old_entries_go() -> None:
    """At most a tenth more than are kept; a traceback whose beginning has gone grows no more."""
    reader = OutputReader()
    reader.take([OutputLine(0, "stdout", TRACEBACK[1])])
    reader.take(OutputLine(0, "stderr", f"line {number}") for number in range(2 * KEPT))
    assert KEPT <= len(reader.entries) <= KEPT * 1.1
    reader.take([OutputLine(0, "stdout", "    return 1 / 0")])
    assert reader.entries[-1].lines == ("    return 1 / 0",)


def test_the_request_of_a_line() -> None:
    """The one that it names, by path, method and status; of several such the one that ended last before it."""
    requests = [
        summary(1, "/pay/", 10, status=200),
        summary(2, "/pay/", 10, status=500, method="POST"),
        summary(3, "/pay/", 9, status=500),
        summary(4, "/pay/", 10, status=500),
        summary(5, "/", 10),
        summary(6, "/pay/", 90, status=500),
    ]
    *_, access = entries_of(*TRACEBACK, start=int(10.2 * SECOND))
    found = OutputRequests(requests).request_of(access)
    assert found.summary is requests[3]
    assert found.is_named
    (lost,) = entries_of("Not Found: /gone/", start=10 * SECOND)
    assert OutputRequests(requests).request_of(lost).summary is None


def test_a_line_that_names_no_request() -> None:
    """It is about the only one that ran; of several it is not known which."""
    requests = [summary(1, "/a/", 10, 1), summary(2, "/b/", 20, 5), summary(3, "/c/", 22, None)]
    for at, number, running in (
        (9.99, 0, 0),
        (10.5, 1, 0),
        (11.05, 1, 0),
        (15, 0, 0),
        (21, 2, 0),
        (23, 0, 2),
        (40, 3, 0),
    ):
        (entry,) = entries_of("hello", stream="stdout", start=int(at * SECOND))
        found = OutputRequests(requests).request_of(entry)
        assert (found.summary.ordinal if found.summary else 0, found.running) == (number, running)
        assert not found.is_named


def test_what_is_typed() -> None:
    """Fields beside words; a field that does not exist is a word."""
    assert read_output_filter("Not level:error stream:stdout request:12 level:awful") == OutputFilter(
        words=("not", "level:awful"), level=OutputLevel.ERROR, stream="stdout", request=12
    )
    assert read_output_filter("  ") == OutputFilter()


def test_what_is_shown() -> None:
    """A traceback whole, whichever of its lines contains the words."""
    entries = entries_of(*TRACEBACK, start=10 * SECOND)
    requests = [summary(1, "/pay/", 10, status=500), summary(2, "/", 50)]

    def shown(text: str) -> list[int]:
        return [entry.number for entry in read_output_filter(text).fitting(entries, requests, OutputRequests(requests))]

    assert shown("") == [0, 1, 2]
    assert shown("views.py DIVISION") == [1]
    assert shown("level:error") == [0, 1, 2]
    assert shown("level:critical") == []
    assert shown("stream:stdout") == []
    assert shown("request:1") == [0, 1, 2]
    assert shown("request:2") == []
    assert shown("request:3") == []
