"""The collector is tamed for as long as the screen is open."""

from __future__ import annotations

import contextlib
import gc

from reqtrace.tui.collecting import THRESHOLDS, rare_full_collections


def test_the_usual_thresholds_come_back() -> None:
    """Also after a crash."""
    usual = gc.get_threshold()
    within = usual
    with contextlib.suppress(RuntimeError), rare_full_collections():
        within = gc.get_threshold()
        raise RuntimeError
    assert (within, gc.get_threshold()) == (THRESHOLDS, usual)
