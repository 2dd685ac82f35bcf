"""Events travel as lines of JSON and come back as they were; whatever else comes is a ``FrameError``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reqtrace.events import wire
from reqtrace.events.kinds import (
    EVENT_KINDS,
    ChainLoading,
    Change,
    Event,
    ExceptionConverted,
    HookEntered,
    LayerEntered,
    LayerLeft,
    PatternSeen,
    RequestChanged,
    RequestFinished,
    SqlExecuted,
    TemplateEntered,
    UnknownEvent,
)
from reqtrace.events.steps import StepCode
from reqtrace.events.wire import (
    FORMAT_VERSION,
    MAX_LINE,
    MAX_STRINGS,
    RUN,
    TEXTS_OF_PORTION,
    THREAD,
    Decoder,
    Encoder,
    FrameError,
    dump_record,
    kind_numbers,
    load_record,
)

KINDS = [kind.KIND for kind in EVENT_KINDS]
NUMBERS = kind_numbers()


def row_of(event: Event) -> tuple[Any, ...]:
    return (NUMBERS[event.KIND], *(getattr(event, field.name) for field in fields(event)))


def decode(lines: Iterable[bytes], kinds: Sequence[str] = KINDS) -> list[Event]:
    decoder = Decoder(kinds)
    return [event for line in lines for event in decoder.decode(load_record(line))]


def template(name: str, time: int = 1) -> TemplateEntered:
    return TemplateEntered(time=time, request=1, thread=1, name=name, file="")


# --- there and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.KIND)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_kind_comes_back(any_event: Any, kind: type[Event], data: st.DataObject) -> None:
    """Any event of any kind, its texts sent or referred to, is equal after the wire."""
    events = data.draw(st.lists(any_event[kind], min_size=1, max_size=3))
    encoder = Encoder()
    lines = [*encoder.encode(map(row_of, events)), *encoder.encode(map(row_of, events))]
    assert decode(lines) == [*events, *events]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 and line.isascii() for line in lines)


def test_a_text_travels_once() -> None:
    """What repeats is numbered; later batches say only what is new."""
    encoder = Encoder()
    first = encoder.encode([row_of(template("page.html")), row_of(template("page.html"))])
    second = encoder.encode([row_of(template("page.html"))])
    third = encoder.encode([row_of(template("other.html"))])
    assert [json.loads(line)[0] for line in [*first, *second, *third]] == [
        "strings",
        "events",
        "events",
        "strings",
        "events",
    ]
    assert json.loads(first[0]) == ["strings", 0, ["page.html", ""]]
    assert json.loads(third[0]) == ["strings", 2, ["other.html"]]


@pytest.fixture
def few_strings(monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of texts that may be numbered, made small."""
    few = TEXTS_OF_PORTION + 1_000
    monkeypatch.setattr(wire, "MAX_STRINGS", few)
    return few


def test_texts_are_numbered_anew_when_they_become_too_many(few_strings: int) -> None:
    """An application with endlessly many texts makes neither end grow without bound."""
    encoder, decoder = Encoder(), Decoder(KINDS)
    resets = 0
    for batch in range(20):
        events = [template(f"{batch}/{number}") for number in range(300)]
        decoded = []
        for line in encoder.encode(map(row_of, events)):
            record = load_record(line)
            resets += record[:2] == ["strings", 0]
            decoded += decoder.decode(record)
        assert decoded == events
        assert len(decoder._strings) <= few_strings
    assert resets > 1


def test_a_batch_of_many_texts_is_divided(few_strings: int) -> None:
    """More new texts at once than may be numbered still arrive."""
    events = [template(f"page {number}") for number in range(few_strings + 10)]
    assert decode(Encoder().encode(map(row_of, events))) == events


def test_no_line_is_too_long() -> None:
    """However much there is to say at once (a site that was not listened to), each line keeps within the limit."""
    items: list[Any] = []
    for number in range(1_500):
        items += [StepCode.pack(LayerEntered, layer=number % 7), number]
        items.append((THREAD, number % 3 + 1))
        sql = f"SELECT {number} {'値' * 1_000}"
        items.append(
            (NUMBERS["sql.executed"], number, "default", "sqlite", sql, ["x" * 40], False, 1, "", "f.py", 1, "")
        )
    lines = Encoder().encode([(RUN, 5, 9, items)])
    assert all(len(line) <= MAX_LINE for line in lines)
    assert len(lines) > 2
    events = decode(lines)
    assert [event.time for event in events] == [number for number in range(1_500) for _ in range(2)]
    assert {event.request for event in events} == {5}
    assert [event.thread for event in events[:5]] == [9, 1, 1, 2, 2]
    assert [event.thread for event in events if isinstance(event, SqlExecuted)] == [n % 3 + 1 for n in range(1_500)]
    assert [event.sql[7:12].split()[0] for event in events if isinstance(event, SqlExecuted)][-1] == "1499"


def test_a_run_tells_one_request_in_short() -> None:
    """Steps are two numbers, others leave out what all share, and threads change in between."""
    changed = (NUMBERS["request.changed"], 30, [Change("+", "attribute", "user", "", "SimpleLazyObject", True)])
    run = (
        RUN,
        7,
        1,
        [
            StepCode.pack(LayerEntered, layer=0),
            10,
            (THREAD, 2),
            StepCode.pack(HookEntered, layer=0, hook=1),
            20,
            changed,
            (NUMBERS["template.entered"], 40, "page.html", "/page.html"),
            (THREAD, 1),
            StepCode.pack(RequestFinished),
            50,
        ],
    )
    assert decode(Encoder().encode([run])) == [
        LayerEntered(time=10, request=7, thread=1, layer=0),
        HookEntered(time=20, request=7, thread=2, layer=0, hook=1),
        RequestChanged(
            time=30,
            request=7,
            thread=2,
            changes=(Change("+", "attribute", "user", "", "SimpleLazyObject", True),),
        ),
        TemplateEntered(time=40, request=7, thread=2, name="page.html", file="/page.html"),
        RequestFinished(time=50, request=7, thread=1),
    ]


@pytest.mark.parametrize(
    "text", ["\n", "\r\n", "\u2028", "\x1b[31m", "\x00", "\ud800", "𝕏", "红楼梦", "\u202e"], ids=ascii
)
def test_no_text_breaks_a_line(text: str) -> None:
    """Line breaks, escape sequences, lone surrogates: all are escaped on the way and come back."""
    [event] = decode(Encoder().encode([row_of(template(text))]))
    assert event == template(text)


# --- other versions ----------------------------------------------------------------------------------------------


def test_an_unknown_kind_is_kept() -> None:
    """An event of a newer agent has its name, its time and its fields as they came."""
    record = ["events", [[len(KINDS), 5, 2, 1, "what", [1, {"deep": None}]]]]
    [event] = Decoder([*KINDS, "view.cancelled"]).decode(record)
    assert event == UnknownEvent(
        time=5, request=2, thread=1, kind="view.cancelled", fields=("what", [1, {"deep": None}])
    )


def test_a_kind_that_was_never_announced_is_kept_by_its_number() -> None:
    """The header lists the kinds; a number beyond it has no name."""
    [event] = Decoder(KINDS).decode(["events", [[999, 5, 2, 1]]])
    assert isinstance(event, UnknownEvent)
    assert event.kind == "kind 999"


def test_an_unknown_kind_in_a_run_is_kept() -> None:
    """Between steps, with the run's request and thread."""
    record = ["events", [[RUN, 7, 3, [StepCode.pack(LayerEntered), 10, [999, 20, "x"]]]]]
    assert Decoder(KINDS).decode(record)[1:] == [
        UnknownEvent(time=20, request=7, thread=3, kind="kind 999", fields=("x",))
    ]


def test_kinds_may_have_other_numbers() -> None:
    """Whoever sends decides the numbers: the header's list counts, not this version's order."""
    [event] = Decoder(["layer.left", "layer.entered"]).decode(["events", [[1, 5, 2, 1, 4]]])
    assert event == LayerEntered(time=5, request=2, thread=1, layer=4)


@pytest.mark.parametrize("kind", [LayerEntered, PatternSeen, RequestFinished], ids=lambda kind: kind.KIND)
def test_further_fields_are_ignored(any_event: Any, kind: type[Event]) -> None:
    """A newer agent may say more about a kind; what this version knows of it stands first."""
    event = {
        LayerEntered: LayerEntered(time=1, request=2, thread=3, layer=4),
        PatternSeen: PatternSeen(time=1, request=0, thread=0, pattern=1, sort="path", text="", name="", target=""),
        RequestFinished: RequestFinished(time=1, request=2, thread=3),
    }[kind]
    encoder, decoder = Encoder(), Decoder(KINDS)
    *texts, events = (load_record(line) for line in encoder.encode([row_of(event)]))
    for record in texts:
        decoder.decode(record)
    events[1][0] += ["new", {"deeper": [1]}]
    assert decoder.decode(events) == [event]


def test_further_fields_of_a_change_are_ignored() -> None:
    """The same inside an event."""
    row = [NUMBERS["request.changed"], 1, 2, 3, [["+", "attribute", "user", "", "User", True, "since 1.2"]]]
    [event] = Decoder(KINDS).decode(["events", [row]])
    assert astuple(event)[3] == (Change("+", "attribute", "user", "", "User", True),)


def test_other_records_carry_no_events() -> None:
    """``bye``, and whatever a later version brings."""
    for record in (["bye"], ["held", 3], ["welcome", {}]):
        assert Decoder(KINDS).decode(record) == []


# --- what nobody should send -------------------------------------------------------------------------------------


def refused(record: Any) -> bool:
    decoder = Decoder(KINDS)
    decoder.decode(["strings", 0, ["a", "b"]])
    with pytest.raises(FrameError):
        decoder.decode(record)
    return True


@pytest.mark.parametrize(
    "row",
    [
        [],
        {},
        None,
        7,
        "row",
        [NUMBERS["layer.entered"]],
        [NUMBERS["layer.entered"], 1, 2, 3],
        [NUMBERS["layer.entered"], 1, 2, 3, "0"],
        [NUMBERS["layer.entered"], 1, 2, 3, 0.5],
        [NUMBERS["layer.entered"], 1, 2, 3, None],
        [NUMBERS["layer.entered"], 1, 2, 3, True],
        [NUMBERS["layer.entered"], "now", 2, 3, 4],
        [str(NUMBERS["layer.entered"]), 1, 2, 3, 4],
        [999, None, 2, 3],
        [NUMBERS["chain.loaded"], 1, 2, 3, 1, [1], [2], 3],
        [NUMBERS["chain.loaded"], 1, 2, 3, 1, [1], [2], ["3"]],
        [NUMBERS["request.changed"], 1, 2, 3, [["+", "attribute"]]],
        [NUMBERS["request.changed"], 1, 2, 3, [["+", "attribute", "n", "", "", "yes"]]],
        [NUMBERS["template.entered"], 1, 2, 3, "a", 0],
        [NUMBERS["template.entered"], 1, 2, 3, 2, 0],
        [NUMBERS["template.entered"], 1, 2, 3, -1, 0],
        [RUN],
        [RUN, 1, 2],
        [RUN, 1, 2, 3],
        [RUN, 1, 2, [], 4],
        [RUN, "1", 2, []],
        [RUN, 1, 2, [5]],
        [RUN, 1, 2, [5, "now"]],
        [RUN, 1, 2, [None]],
        [RUN, 1, 2, [[]]],
        [RUN, 1, 2, [[THREAD, "2"]]],
        [RUN, 1, 2, [[THREAD]]],
        [RUN, 1, 2, [[NUMBERS["layer.entered"], 1]]],
        [RUN, 1, 2, [[NUMBERS["template.entered"], 1, "a", 0]]],
    ],
    ids=repr,
)
def test_a_bad_row_is_refused(row: Any) -> None:
    """Missing fields, wrong types, texts that were never sent."""
    assert refused(["events", [row]])


@pytest.mark.parametrize(
    "record",
    [
        ["strings", 3, ["c"]],
        ["strings", 1, ["c"]],
        ["strings", -1, ["c"]],
        ["strings", 2, [3]],
        ["strings", 2, [["c"]]],
        ["strings", 2, ["c"] * MAX_STRINGS],
    ],
    ids=lambda record: ascii(record)[:40],
)
def test_bad_texts_are_refused(record: Any) -> None:
    """Numbered with a gap, twice, too many, or no texts at all."""
    assert refused(record)


def test_a_new_numbering_forgets_the_old_one() -> None:
    """After a restart an old number means nothing."""
    decoder = Decoder(KINDS)
    decoder.decode(["strings", 0, ["a", "b", "c"]])
    decoder.decode(["strings", 0, ["x", "y"]])
    row = [NUMBERS["template.entered"], 1, 1, 1]
    [event] = decoder.decode(["events", [[*row, 0, 1]]])
    assert (event.name, event.file) == ("x", "y")  # type: ignore[attr-defined]
    with pytest.raises(FrameError):
        decoder.decode(["events", [[*row, 0, 2]]])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"not json\n",
        b'["events", [',
        b"{}",
        b"[]",
        b"[[]]",
        b"7",
        b'"events"',
        b"[1, 2]",
        b"[null]",
        b'["\xff\xfe"]',
        b"\xff\xfe\x00\x00",
        b"\x00" * 20,
        b"[" * 100_000,
        b'["events",' + b"[" * 50_000 + b"]" * 50_000 + b"]",
        b'["events", ' + b"1" * 10_000 + b"]",
        b'["output", "' + b"x" * MAX_LINE + b'"]',
    ],
    ids=lambda line: ascii(line[:24]),
)
def test_a_bad_line_is_refused(line: bytes) -> None:
    """Garbage, a record without a name, foreign encodings, absurd depth and size."""
    with pytest.raises(FrameError):
        load_record(line)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-3, max_value=60)
    | st.integers()
    | st.floats()
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)
ROWS = st.lists(st.integers(min_value=-3, max_value=len(KINDS) + 2) | JSON, max_size=12)
RECORDS = (
    st.tuples(st.just("events"), st.lists(ROWS | JSON, max_size=4)).map(list)
    | st.tuples(
        st.just("events"),
        st.tuples(st.tuples(st.just(RUN), JSON, JSON, st.lists(ROWS | JSON, max_size=6)).map(list)).map(list),
    ).map(list)
    | st.tuples(st.just("strings"), st.integers(-1, 3) | JSON, st.lists(JSON, max_size=4)).map(list)
    | st.lists(JSON, min_size=1, max_size=4)
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(RECORDS, max_size=3))
def test_whatever_is_decoded_nothing_else_is_raised(records: list[Any]) -> None:
    """A stream of anything JSON can say gives events or a ``FrameError``."""
    decoder = Decoder(KINDS)
    decoder.decode(["strings", 0, ["a", "b"]])
    for record in records:
        with suppress(FrameError):
            assert all(isinstance(event, Event) for event in decoder.decode(record))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_loaded_nothing_else_is_raised(line: bytes) -> None:
    """Any bytes are a record or a ``FrameError``."""
    with suppress(FrameError):
        record = load_record(line)
        assert isinstance(record[0], str)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_spoilt_event_is_refused_or_understood(any_event: Any, data: st.DataObject) -> None:
    """Good lines with one value replaced: never another exception, never a field of another type."""
    event = data.draw(st.one_of(list(any_event.values())))
    records = [load_record(line) for line in Encoder().encode([row_of(event)])]
    row = records[-1][1][0]
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(JSON)
    decoder = Decoder(KINDS)
    with suppress(FrameError):
        for record in records:
            for decoded in decoder.decode(record):
                for field, known in zip(fields(decoded), astuple(event), strict=False):
                    if type(decoded) is type(event):
                        assert type(getattr(decoded, field.name)) is type(getattr(event, field.name)), known


def test_the_reader_knows_every_annotation() -> None:
    """Each kind has a plan for each of its fields, texts that repeat among them."""
    for name, plan in wire.PLANS.items():
        assert [field.name for field in plan.fields] == [field.name for field in fields(plan.kind)], name
    interned = {field.name for field in wire.PLANS["exception.converted"].fields if field.is_interned}
    assert interned == {"error"}
    assert FORMAT_VERSION == 1
    assert {ChainLoading, ExceptionConverted, LayerLeft} <= {plan.kind for plan in wire.PLANS.values()}
    assert dump_record(["bye"]) == b'["bye"]\n'
