"""Says what differs in what ran inside the code: statements, templates, caches, e-mails, other servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reqtrace.analysis.comparison_model import Difference, DifferenceId, Step
from reqtrace.analysis.comparison_path import Sides

__all__ = ["inside_differences"]

IDS = {
    "query": DifferenceId.QUERY,
    "template": DifferenceId.TEMPLATE,
    "transaction": DifferenceId.TRANSACTION,
    "cache": DifferenceId.CACHE,
    "http": DifferenceId.HTTP,
    "mail": DifferenceId.MAIL,
    "decorator_hook": DifferenceId.DECORATOR_HOOK,
}

Name = tuple[object, ...]


def inside_differences(sides: Sides) -> Iterator[Difference]:
    """How often each thing was done in the whole request; where it was done is no difference."""
    counts: tuple[Counter[Name], Counter[Name]] = (Counter(), Counter())
    rows: dict[Name, list[int]] = {}
    labels: dict[Name, str] = {}
    for number, row in enumerate(sides.rows):
        for of_side, step in zip(counts, (row.a, row.b), strict=True):
            name = name_of(step)
            if step is not None and name is not None:
                of_side[name] += step.count
                rows.setdefault(name, []).append(number)
                labels[name] = step.label
    for name, numbers in rows.items():
        a, b = counts[0][name], counts[1][name]
        if a != b:
            differing = (number for number in numbers if is_uneven(sides, number, name))
            place = next(differing, numbers[0])
            yield Difference(id=IDS[str(name[0])], subject=labels[name], a=a or None, b=b or None, row=place)


def name_of(step: Step | None) -> Name | None:
    """What it is, without where: ``("query", alias, sql)``."""
    return step.key[2:] if step is not None and step.key[0] == "inside" else None


def is_uneven(sides: Sides, number: int, name: Name) -> bool:
    """This row has it more often on one side."""
    row = sides.rows[number]
    counts = [step.count if step is not None and name_of(step) == name else 0 for step in (row.a, row.b)]
    return counts[0] != counts[1]
