"""The collector is tamed for as long as the screen is open."""

from __future__ import annotations

import gc

import pytest

from reqtrace.tui.collecting import THRESHOLDS, rare_full_collections


def test_the_usual_thresholds_come_back() -> None:
    """Also after a crash."""
    usual = gc.get_threshold()
    with pytest.raises(RuntimeError), rare_full_collections():
        assert gc.get_threshold() == THRESHOLDS
        raise RuntimeError
    assert gc.get_threshold() == usual
