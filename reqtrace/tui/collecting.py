"""Keeps Python's garbage collector from stopping the screen."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["rare_full_collections"]

THRESHOLDS = (2_000, 5, 200)
"""The middle generation is looked at by 10,000 objects, which takes 2 ms; by as many as usual it would take 9."""


@contextmanager
def rare_full_collections() -> Iterator[None]:
    """Let the collector look at everything thirty times less often, until the block is left.

    A full store holds some 100,000 events, which are in no cycle and are freed without the collector; looking at all
    of them takes longer than a key press may wait.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
