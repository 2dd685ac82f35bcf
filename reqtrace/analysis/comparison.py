"""Compares two requests: their paths layer by layer and step by step, and what came of them.

It does not matter where the two come from: one recording or two, before and after a change, another Django, WSGI
and ASGI, the original and an experiment. What differs between any two runs of the same thing is left out
(``comparison_settled``); what the requests were not given alike is told apart (``comparison_circumstances``).
"""

from __future__ import annotations

from collections.abc import Collection

from reqtrace.analysis.comparison_circumstances import circumstances
from reqtrace.analysis.comparison_core import core_differences, exception_differences
from reqtrace.analysis.comparison_inside import inside_differences
from reqtrace.analysis.comparison_layers import layer_differences, pair_layers
from reqtrace.analysis.comparison_model import Aspect, Comparison, Difference
from reqtrace.analysis.comparison_model import DifferenceId as Id
from reqtrace.analysis.comparison_path import Sides, lay_side_by_side
from reqtrace.analysis.comparison_response import response_differences
from reqtrace.analysis.evidence import Evidence
from reqtrace.trace.model import RequestTrace

__all__ = ["compare"]

RANKS = {aspect: number for number, aspect in enumerate(Aspect)}


def compare(a: RequestTrace, b: RequestTrace, moved: Collection[str] = ()) -> Comparison:
    """All differences of substance, and the two paths beside each other.

    ``moved`` are paths of layers that somebody has moved: of two that changed places, it is the moved one that counts.
    """
    layers = pair_layers(a.passes, b.passes, moved)
    rows = lay_side_by_side(a, b, layers)
    sides = Sides(Evidence(a), Evidence(b), layers, rows)
    differences = [
        *layer_differences(sides),
        *core_differences(sides),
        *exception_differences(sides),
        *inside_differences(sides),
        *response_differences(sides),
    ]
    return Comparison(
        a=a,
        b=b,
        layers=layers,
        rows=rows,
        differences=tuple(sorted(differences, key=place_in_order)),
        circumstances=circumstances(sides),
    )


def place_in_order(difference: Difference) -> tuple[int, bool, int]:
    """By row; that a layer is never reached follows from whatever else is in its row."""
    return difference.row, difference.id is Id.LAYER_REACHED, RANKS[difference.aspect]
