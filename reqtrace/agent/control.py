"""Obeys what the hub says after its welcome; the sender's thread reads it, so no request ever waits for it."""

from __future__ import annotations

import logging
from typing import Any

from reqtrace.agent.answerers import ANSWERERS
from reqtrace.agent.gate import Gate, gate
from reqtrace.agent.guard import Probe
from reqtrace.agent.levels import Levels, levels
from reqtrace.agent.questions import Questions
from reqtrace.events.holds import read_holds
from reqtrace.events.wire import LEVELS, FrameError, load_record

__all__ = ["MAX_CONTROL", "Control"]

logger = logging.getLogger("reqtrace")

MAX_CONTROL = 64 * 1024
"""Bytes of one line of control; what goes on longer is passed over to its end."""


class Control:
    """The lines of one connection, cut where they end."""

    def __init__(self, obeys: Levels = levels, guards: Gate = gate) -> None:
        self._levels = obeys
        self._gate = guards
        self.questions = Questions(ANSWERERS)
        self._rest = b""
        self._is_passing_over = False
        self._has_complained = False
        self._probe = Probe("levels")
        self._questions_probe = Probe("questions")

    def take(self, part: bytes) -> None:
        """Obey the lines that are complete with these bytes."""
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            if self._is_passing_over:
                self._is_passing_over = False
            else:
                self._obey(line)
        if len(self._rest) > MAX_CONTROL:
            self._complain("a line of more than %d bytes", MAX_CONTROL)
            self._is_passing_over = True
            self._rest = b""

    def _obey(self, line: bytes) -> None:
        try:
            record = load_record(line)
        except FrameError as error:
            self._complain("%s", error)
            return
        match record:
            case ["level", str(level)] if level in LEVELS:
                self._probe.attempt(self._levels.set, level)
            case ["holds", holds]:
                self._arm(holds)
            case ["step", int(request)]:
                self._gate.step(request)
            case ["go", int(request)]:
                self._gate.go(request)
            case ["ask", int(number), str(question), *arguments]:
                self._questions_probe.attempt(self.questions.ask, number, question, arguments)
            case _:
                self._complain("%.40r", record[0])

    def _arm(self, value: Any) -> None:
        try:
            holds = read_holds(value)
        except ValueError as error:
            self._complain("%s", error)
        else:
            self._gate.arm(holds)

    def _complain(self, what: str, value: Any) -> None:
        """Once a connection, for whoever debugs reqtrace; a newer hub may say what we do not know."""
        if not self._has_complained:
            self._has_complained = True
            logger.debug(f"the hub says something that is not understood: {what}", value)
