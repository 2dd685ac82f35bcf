"""What a rule is: which layers it is about, what it demands of their place, when, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from reqtrace.analysis.rules.stack import Layer, Read, Stack, Trait

__all__ = ["Condition", "Demand", "Fault", "Order", "Relation", "Rule", "Selector", "Severity", "named"]


class Severity(IntEnum):
    """How bad it is; the worse, the higher."""

    INFO = 1
    """Advice, harmless in most sites."""
    WARNING = 2
    """Something measurably goes wrong, with these settings."""
    ERROR = 3
    """Requests fail, or data leaks, with these settings."""

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which layers are meant: by path or ancestor, by an attribute of the request, or by what they do."""

    paths: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    """Descendants of these are not meant, although an ancestor is named in ``paths``."""
    sets: str = ""
    """Whatever sets this attribute of the request, and not only replaces what it finds there."""
    reads: str = ""
    """Whatever takes this attribute on the way in, not looking first whether it is there."""
    traits: frozenset[Trait] = frozenset()
    """Whatever does all of these."""
    lacks: frozenset[Trait] = frozenset()

    def matches(self, layer: Layer) -> bool:
        if any(path in layer.mro for path in self.but):
            return False
        return (
            any(path in layer.mro for path in self.paths)
            or (bool(self.sets) and self.sets in layer.sets and not takes(layer, self.sets))
            or (bool(self.reads) and takes(layer, self.reads))
            or (bool(self.traits) and self.traits <= layer.traits and not self.lacks & layer.traits)
        )

    @property
    def words(self) -> str:
        """What is meant, for a sentence about the rule."""
        parts = [path.rpartition(".")[2] for path in self.paths]
        if self.sets:
            parts.append(f"whatever sets request.{self.sets}")
        if self.reads:
            parts.append(f"whatever reads request.{self.reads} on the way in")
        if self.traits:
            parts.append("whatever " + " and ".join(sorted(trait.value for trait in self.traits)))
        return " or ".join(dict.fromkeys(parts))


def takes(layer: Layer, attribute: str) -> bool:
    read = layer.reading(attribute)
    return read is not None and read.certainty.value != "guarded"


def named(*paths: str, but: tuple[str, ...] = (), sets: str = "") -> Selector:
    """The layers with these paths, and their subclasses."""
    return Selector(paths=paths, but=but, sets=sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a rule counts."""

    words: str
    holds: Callable[[Stack], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One layer must be listed above another, whether it is or not."""

    subject: Layer
    upper: Layer
    lower: Layer
    severity: Severity | None = None
    """If it is not that of the rule."""
    read: Read | None = None
    """The line that makes it necessary."""

    @property
    def is_kept(self) -> bool:
        return self.upper.index < self.lower.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that no other order can put right."""

    subject: Layer | None
    words: str
    severity: Severity | None = None
    read: Read | None = None
    advice: str = ""
    others: tuple[Layer, ...] = ()


Demand = Order | Fault


class Relation(Protocol):
    """What a rule demands of the layers it is about."""

    @property
    def words(self) -> str:
        """The demand as the middle of a sentence."""
        ...

    def demands(self, subjects: tuple[Layer, ...], stack: Stack) -> Iterable[Demand] | Iterator[Demand]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; its words are complete sentences."""

    id: str
    severity: Severity
    about: Selector
    relation: Relation
    consequence: str
    """What happens if it is not kept."""
    hook: str = ""
    """The hook that makes the order matter."""
    source: str
    """Where it is written, or how it was found."""
    evidence: tuple[str, ...]
    """``docs``, ``code``, ``measured`` or ``issue``."""
    when: Condition | None = None
    is_general: bool = False
    """It gives way to a rule about the same two layers that names them."""

    @property
    def statement(self) -> str:
        """The rule in one line."""
        condition = f", if {self.when.words}" if self.when is not None else ""
        words = " ".join(f"{self.about.words} {self.relation.words}{condition}".split())
        return f"{words[:1].upper()}{words[1:]}."
