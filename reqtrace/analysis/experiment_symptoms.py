"""What a person looks for the cause of: a header, a cookie, a status or an exception of a response."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.experiments import Attempt, outcome_of
from reqtrace.errors import UsageError

__all__ = ["Symptom", "SymptomKind", "read_symptom"]

EXAMPLES = "For example: 'header X-Frame-Options', 'cookie csrftoken', 'status 403', 'exception KeyError'."
STATUS = re.compile(r"[1-5][0-9][0-9]")


class SymptomKind(Enum):
    """Where it shows."""

    HEADER = "header"
    COOKIE = "cookie"
    STATUS = "status"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """Something an attempt shows or does not show."""

    kind: SymptomKind
    subject: str
    """Name of a header, cookie or exception, or a status."""
    value: str = ""
    """Part of the header's value; any if empty."""
    is_absence: bool = False
    """It is the lack of it that is to be explained (``no header …``)."""

    @property
    def words(self) -> str:
        value = f": {self.value}" if self.value else ""
        return f"{'no ' if self.is_absence else ''}{self.kind.value} {self.subject}{value}"

    def shows(self, attempt: Attempt) -> bool:
        """Whether the attempt has it."""
        return not attempt.failure and self._is_there(attempt) is not self.is_absence

    def _is_there(self, attempt: Attempt) -> bool:
        match self.kind:
            case SymptomKind.HEADER:
                values = [value for name, value in attempt.headers if name.lower() == self.subject.lower()]
                return any(self.value.lower() in value.lower() for value in values)
            case SymptomKind.COOKIE:
                cookies = [value for name, value in attempt.headers if name.lower() == "set-cookie"]
                return any(value.partition("=")[0].strip() == self.subject for value in cookies)
            case SymptomKind.STATUS:
                return attempt.status == int(self.subject)
            case SymptomKind.EXCEPTION:
                return self.subject.rpartition(".")[2] in outcome_of(attempt).exceptions


def read_symptom(words: str) -> Symptom:
    """``[no] header X-Foo[: value]``, ``cookie name``, ``status 403``, ``exception Name``. Raises ``UsageError``."""
    kind_word, _, rest = words.strip().partition(" ")
    is_absence = kind_word.lower() in ("no", "not")
    if is_absence:
        kind_word, _, rest = rest.strip().partition(" ")
    subject, _colon, value = rest.strip().partition(":")
    subject = subject.strip()
    kinds = {kind.value: kind for kind in SymptomKind}
    kind = kinds.get(kind_word.lower())
    if kind is None:
        near = difflib.get_close_matches(kind_word.lower(), kinds, n=1)
        raise UsageError(
            f"{words!r} names nothing that a response can show.",
            hint=f"Did you mean {near[0]}? {EXAMPLES}" if near else EXAMPLES,
        )
    if not subject or (kind is SymptomKind.STATUS and not STATUS.fullmatch(subject)):
        raise UsageError(f"{words!r} does not say which {kind.value}.", hint=EXAMPLES)
    return Symptom(kind=kind, subject=subject, value=value.strip(), is_absence=is_absence)
