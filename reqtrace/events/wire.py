"""The frame codec: events to lines of JSON, and back.

A stream (a connection, a recording) is lines; each line is one JSON array whose first item names the record:

``["reqtrace", FORMAT_VERSION, {…}]``     header, always first; ``kinds`` lists the event kinds by number
``["strings", first, ["…", …]]``          texts numbered from ``first``; ``first == 0`` forgets all earlier ones
``["events", [row, …]]``                  a row is ``[kind, time, request, thread, …]``, or a run of one request:
                                          ``[RUN, request, thread, [item, …]]``
``["answer", number, is_known, told]``    to a question of the hub: what was asked, or in words why it is not known
``["bye"]``                               the sender ends on purpose

In a run an item is ``code, time`` (two numbers: a frequent event whose fields fit into one number, see ``StepCode``),
or ``[kind, time, …]``, or ``[THREAD, number]``: the following ones happened in that thread.

What the hub hands to a viewer or a recording merges several processes and has more records, which only it may write:

``["process", number, {…}]``              a traced process appeared; the mapping is its header without the token
``["bye", "clean"]``                      its end, exactly once: ``clean`` if it said so itself, else ``lost``
``["gap", number, "why"]``                the rest of what that process says is missing (it sent a bad line)
``["dropped", count]``                    that many lines of this process are missing here: nobody drained in time
``["output", unix_ns, "stdout", "…"]``    a line the watched command printed
``["state", {…}]``                        what has become of the command: ``reqtrace.hub.arrival.SiteState``
``["note", unix_ns, "…"]``                a remark of reqtrace for the person who watches

In a recording ``["from", number]`` says whose the following records are; it begins with those of the hub, number 0;
and control, from the hub to an agent: ``["welcome", {…}]`` or ``["refused", "why"]`` in answer to its header, then
``["level", "path"]`` or ``["level", "deep"]`` whenever it shall observe less or more; ``["holds", [hold, …]]``, all
that there are, fields as in ``reqtrace.events.holds``; ``["step", request]`` and ``["go", request]`` (0 for all), for
requests that are held; ``["ask", number, "question", argument, …]``: the answer has the same number, and comes once.
Nothing here is trusted: sizes are limited, every field is checked against the event class.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring_ascii as json_of_text
from typing import Any

from reqtrace.events.kinds import EVENT_KINDS, Event, UnknownEvent
from reqtrace.events.reading import FrameError, KindPlan, plan_for, read_int, read_str
from reqtrace.events.steps import StepCode

__all__ = [
    "FORMAT_VERSION",
    "LEVELS",
    "MAX_ANSWER",
    "MAX_LINE",
    "Decoder",
    "Encoder",
    "FrameError",
    "dump_record",
    "json_of",
    "json_of_text",
    "kind_numbers",
    "load_record",
]

FORMAT_VERSION = 1
LEVELS = ("path", "deep")
"""How much an agent observes, the least first."""
MAX_LINE = 4 * 1024 * 1024
"""Bytes in one line; a longer one is an error, not an attempt."""
MAX_ANSWER = 2 * 1024 * 1024
"""Bytes of the answer to a question; a longer one is answered with that it is too long."""
MAX_STRINGS = 50_000
"""Texts an encoder numbers before it starts again; a decoder refuses more."""
PORTION = 2_000
"""Items of a run that are encoded at a time."""
TEXTS_OF_PORTION = 12_000
"""Texts that so many items may bring."""

RUN = -1
"""In place of a kind: the row is a run."""
THREAD = -2
"""In place of a kind, inside a run: what follows happened in another thread."""
NO_EVENTS = b'["events",[]]\n'

Row = Sequence[Any]

json_of = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""Compact JSON. ASCII, so that no text can break a line."""


MARK = os.urandom(8).hex()
"""Stands for a text of JSON while the rest of a run is encoded. No site can know it, so none can say it."""
MARK_JSON = json_of(MARK)


def dump_record(record: Sequence[object]) -> bytes:
    """One record as a line, newline included."""
    return json_of(record).encode("ascii") + b"\n"


def load_record(line: bytes) -> list[Any]:
    """The record in a line. Raises ``FrameError``."""
    if len(line) > MAX_LINE:
        raise FrameError(f"a line of {len(line)} bytes (at most {MAX_LINE})")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"not JSON: {error}") from None
    if not isinstance(record, list) or not record or not isinstance(record[0], str):
        raise FrameError("not a record: an array that begins with its name was expected")
    return record


def kind_numbers() -> dict[str, int]:
    """Wire number of each kind of this version."""
    return {kind.KIND: number for number, kind in enumerate(EVENT_KINDS)}


PLANS: dict[str, KindPlan] = {kind.KIND: plan_for(kind) for kind in EVENT_KINDS}
INTERNED_POSITIONS = tuple([tuple([place + 1 for place in PLANS[kind.KIND].interned]) for kind in EVENT_KINDS])
"""In a row, which begins with the number of the kind."""
INTERNED_IN_RUN = {
    kind: tuple([place - 2 for place in places]) for kind, places in enumerate(INTERNED_POSITIONS) if places
}
"""In an item of a run, which has neither request nor thread; of the kinds that have any."""


class Encoder:
    """Turns rows (``kind number, time, request, thread, fields…``) into lines; keeps the texts it has sent.

    A run may have a fifth item: the places of those of its items that are no numbers, if somebody knows them already.
    One of those items may be a text: an event that is JSON already.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._unsent: list[str] = []

    def encode(self, rows: Iterable[Row]) -> list[bytes]:
        """The lines for a batch: ``strings`` if there are new texts, then ``events``; several if there is much."""
        lines: list[bytes] = []
        encoded: list[str] = []
        for row in rows:
            for piece in split_run(row, PORTION) if row[0] == RUN else (row,):
                if len(self._numbers) > MAX_STRINGS - TEXTS_OF_PORTION:
                    lines += self._lines(encoded)
                    encoded = []
                    self._numbers.clear()
                encoded += (
                    self._run(piece) if row[0] == RUN else (json_of(self._intern(piece, INTERNED_POSITIONS[piece[0]])),)
                )
        return lines + self._lines(encoded)

    def _lines(self, encoded: list[str]) -> list[bytes]:
        """The lines for encoded rows, behind the texts that they need."""
        texts, self._unsent = self._unsent, []
        return [*strings_lines(len(self._numbers) - len(texts), texts), *events_lines(encoded)]

    def _run(self, run: Row) -> list[str]:
        """A run as JSON; as several runs if that would be longer than a line may be."""
        items, places = run[3], run[4] if len(run) > 4 else places_of_rows(run[3])
        rows = items.copy()
        texts = []
        for place in places:
            item = items[place]
            if type(item) is str:
                texts.append(item)
                rows[place] = MARK
            else:
                positions = INTERNED_IN_RUN.get(item[0])
                if positions is not None:
                    rows[place] = self._intern(item, positions)
        text = with_texts(json_of((RUN, run[1], run[2], rows)), texts)
        if len(text) > MAX_LINE - len(NO_EVENTS):
            pieces = split_run(run[:4], len(items) // 2)
            if len(pieces) > 1:
                return [text for piece in pieces for text in self._run(piece)]
        return [text]

    def _intern(self, row: Row, positions: Sequence[int]) -> Row:
        """The row with the texts in these positions numbered."""
        numbers = self._numbers
        items = list(row)
        for position in positions:
            text = row[position]
            number = numbers.get(text)
            if number is None:
                number = numbers[text] = len(numbers)
                self._unsent.append(text)
            items[position] = number
        return items


def places_of_rows(items: Sequence[Any]) -> list[int]:
    """Where in a run something else stands than a number."""
    return [place for place, item in enumerate(items) if type(item) is not int]


def with_texts(marked: str, texts: list[str]) -> str:
    """The JSON of a run, each mark in it replaced by its text."""
    woven = [""] * (2 * len(texts) + 1)
    woven[::2] = marked.split(MARK_JSON)
    woven[1::2] = texts
    return "".join(woven)


def strings_lines(first: int, texts: list[str]) -> list[bytes]:
    """New texts as lines, none of which is too long."""
    if not texts:
        return []
    line = dump_record(["strings", first, texts])
    if len(line) <= MAX_LINE or len(texts) == 1:
        return [line]
    middle = len(texts) // 2
    return strings_lines(first, texts[:middle]) + strings_lines(first + middle, texts[middle:])


def events_lines(rows: list[str]) -> list[bytes]:
    """Rows that are JSON already as lines, none of which is too long."""
    if not rows:
        return []
    line = b'["events",[%s]]\n' % ",".join(rows).encode("ascii")
    if len(line) <= MAX_LINE or len(rows) == 1:
        return [line]
    middle = len(rows) // 2
    return events_lines(rows[:middle]) + events_lines(rows[middle:])


def split_run(run: Row, size: int) -> list[Row]:
    """A run as several of about ``size`` items, each beginning in the thread the last one ended in."""
    kind, request, thread, items = run[:4]
    if len(items) <= size:
        return [run]
    pieces: list[Row] = []
    start = place = 0
    here = thread
    while place < len(items):
        if place - start >= size:
            pieces.append((kind, request, thread, items[start:place]))
            start, thread = place, here
        item = items[place]
        if type(item) is int:
            place += 1  # its time
        elif type(item) is tuple and item[0] == THREAD:
            here = item[1]
        place += 1
    return [*pieces, (kind, request, thread, items[start:])]


class Decoder:
    """Turns the records of one process back into events."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._plans = [(name, PLANS.get(name)) for name in kinds]
        self._strings: list[str] = []

    def decode(self, record: Sequence[Any]) -> list[Event]:
        """The events in a record; none for records that carry none. Raises ``FrameError``."""
        match record:
            case ["events", [*rows]]:
                events: list[Event] = []
                for row in rows:
                    if isinstance(row, list) and row and row[0] == RUN:
                        events.extend(self._run(row))
                    else:
                        events.append(self._event(row))
                return events
            case ["strings", int(first), [*texts]]:
                self._learn(first, texts)
        return []

    def _learn(self, first: int, texts: list[Any]) -> None:
        if first == 0:
            self._strings.clear()
        if first != len(self._strings) or first + len(texts) > MAX_STRINGS:
            raise FrameError(
                f"{len(texts)} texts numbered from {first}, but {len(self._strings)} are known (at most {MAX_STRINGS})"
            )
        self._strings.extend(read_str(text) for text in texts)

    def _run(self, row: list[Any]) -> Iterator[Event]:
        """The events of one request's run, in order."""
        if len(row) != 4 or not isinstance(row[3], list):
            raise FrameError("a run of other than four items")
        request, thread = read_int(row[1]), read_int(row[2])
        items = iter(row[3])
        for item in items:
            if type(item) is int:
                time = read_int(next(items, None))
                yield StepCode.event(item, time=time, request=request, thread=thread)
            elif isinstance(item, list) and len(item) == 2 and item[0] == THREAD:
                thread = read_int(item[1])
            elif isinstance(item, list) and len(item) >= 2:
                yield self._event([item[0], item[1], request, thread, *item[2:]])
            else:
                raise FrameError("neither a step nor an event in a run")

    def _event(self, row: Any) -> Event:
        if not isinstance(row, list) or len(row) < 4:
            raise FrameError("an event of fewer than four items")
        number = read_int(row[0])
        name, plan = self._plans[number] if 0 <= number < len(self._plans) else (f"kind {number}", None)
        if plan is None:
            time, request, thread = (read_int(item) for item in row[1:4])
            return UnknownEvent(time=time, request=request, thread=thread, kind=name, fields=tuple(row[4:]))
        count = len(plan.names)
        if len(row) <= count:
            raise FrameError(f"{name} with {len(row) - 1} of {count} fields")
        return plan.event(row[1 : count + 1], self._strings)
