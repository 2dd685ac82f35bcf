"""Numbers are short and honest."""

from __future__ import annotations

import pytest

from reqtrace.render.figures import format_duration, format_size, status_mark, status_role
from reqtrace.render.roles import Role


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (None, "…"),
        (0, "<1µs"),
        (949, "<1µs"),
        (1_400, "1µs"),
        (46_000, "46µs"),
        (999_400, "999µs"),
        (999_600, "1.0ms"),
        (12_900_000, "12.9ms"),
        (99_960_000, "100ms"),
        (412_300_000, "412ms"),
        (999_600_000, "1.00s"),
        (1_240_000_000, "1.24s"),
        (75_300_000_000, "75.3s"),
        (200_000_000_000, "200s"),
    ],
)
def test_durations(nanoseconds: int | None, shown: str) -> None:
    """The unit changes before the number grows, and rounding never shows ``1000µs``."""
    assert format_duration(nanoseconds) == shown


@pytest.mark.parametrize("nanoseconds", [10**power * lead for power in range(11) for lead in (1, 5, 9)])
def test_a_duration_fits_six_cells(nanoseconds: int) -> None:
    """The column of times is six cells wide."""
    assert len(format_duration(nanoseconds)) <= 6


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (999, "999 B"), (5_120, "5.1 kB"), (999_960, "1.0 MB"), (2_000_000, "2.0 MB")]
)
def test_sizes(count: int, shown: str) -> None:
    """Sizes use the decimal units."""
    assert format_size(count) == shown


@pytest.mark.parametrize(
    ("status", "mark", "role"),
    [
        (200, "✓200", Role.OK),
        (302, "→302", Role.DOWN),
        (404, "!404", Role.WARN),
        (500, "✖500", Role.BAD),
        (0, "…", Role.SKIP),
        (999, "✖999", Role.BAD),
    ],
)
def test_a_status_has_a_mark(status: int, mark: str, role: Role) -> None:
    """Nothing is only a colour."""
    assert status_mark(status) == mark
    assert status_role(status) is role
