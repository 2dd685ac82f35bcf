"""The demands that rules make: above, below, present, once, or whatever a function of a family finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reqtrace.analysis.rules.rule import Demand, Fault, Order, Selector, Severity
from reqtrace.analysis.rules.stack import Layer, Read, Stack

__all__ = ["Above", "Below", "Judged", "Needs", "Once", "Present"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """Above each of the others; if it is listed more than once, one of them above is enough."""

    others: Selector
    beside: Selector | None = None
    """Only if one of these is in the stack, too."""

    @property
    def words(self) -> str:
        return f"must be above {self.others.words}"

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
        is_alone = self.beside is not None and not any(map(self.beside.matches, stack.chain))
        if not subjects or is_alone:
            return
        for other in stack.chain:
            if other not in subjects and self.others.matches(other):
                yield Order(subject=subjects[0], upper=subjects[0], lower=other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Below each of the others."""

    others: Selector

    @property
    def words(self) -> str:
        return f"must be below {self.others.words}"

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
        for subject in subjects:
            for other in stack.chain:
                if other not in subjects and self.others.matches(other):
                    yield Order(subject=subject, upper=other, lower=subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Below one of the providers; with no provider at all it cannot work."""

    provider: Selector
    attribute: str = ""
    """The attribute of the request that is needed; says how certain the need is, where the source was read."""
    missing: Severity | None = Severity.ERROR
    """How bad it is if there is no provider; ``None``: nothing is said."""
    is_anywhere: bool = False
    """The provider may stand below, too: the need comes up only after all layers were entered."""

    @property
    def words(self) -> str:
        return f"needs {self.provider.words}{'' if self.is_anywhere else ' above it'}"

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
        for subject in subjects:
            providers = [layer for layer in stack.chain if layer is not subject and self.provider.matches(layer)]
            read = subject.reading(self.attribute) if self.attribute else None
            severity = severity_of(read)
            if not providers:
                if self.missing is not None and stack.is_known:
                    yield Fault(subject=subject, words=self.absence, severity=severity or self.missing, read=read)
            elif not self.is_anywhere:
                yield Order(subject=subject, upper=providers[0], lower=subject, severity=severity, read=read)

    @property
    def absence(self) -> str:
        return f"there is no {self.provider.paths[0].rpartition('.')[2]} in the list"


def severity_of(read: Read | None) -> Severity | None:
    """What is read for some requests fails for some; what is read maybe, maybe."""
    return Severity.WARNING if read is not None and read.certainty.value == "maybe" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """In the list, whatever else is."""

    @property
    def words(self) -> str:
        return "must be in the list"

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
        if not subjects and stack.is_known:
            yield Fault(subject=None, words="it is not in the list")


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Not twice in the list."""

    @property
    def words(self) -> str:
        return "must be listed once"

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
        first: dict[str, Layer] = {}
        for subject in subjects:
            if (earlier := first.setdefault(subject.path, subject)) is not subject:
                yield Fault(
                    subject=subject,
                    words=f"it is listed in line {earlier.number} already",
                    advice=f"Remove line {subject.number}, or line {earlier.number}.",
                    others=(earlier,),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whatever a function of the rule's family finds."""

    words: str
    judge: Callable[[tuple[Layer, ...], Stack], Iterable[Demand]]

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterable[Demand]:
        return self.judge(subjects, stack)
