"""Numbers as people read them: durations, sizes and HTTP statuses."""

from __future__ import annotations

from reqtrace.render import symbols
from reqtrace.render.roles import Role

__all__ = ["format_duration", "format_size", "status_mark", "status_role"]


def format_duration(nanoseconds: int | None) -> str:
    """At most six characters and never more digits than were measured: ``46µs``, ``12.9ms``, ``1.24s``."""
    if nanoseconds is None:
        return symbols.ELLIPSIS
    micro = nanoseconds / 1_000
    if micro < 0.95:
        return f"<1{symbols.MICRO}s"
    if micro < 999.5:
        return f"{micro:.0f}{symbols.MICRO}s"
    milli = micro / 1_000
    if milli < 999.5:
        return f"{milli:.1f}ms" if milli < 99.95 else f"{milli:.0f}ms"
    seconds = milli / 1_000
    if seconds < 99.95:
        return f"{seconds:.2f}s" if seconds < 9.995 else f"{seconds:.1f}s"
    return f"{seconds:.0f}s"


def format_size(count: int) -> str:
    """Bytes: ``512 B``, ``5.1 kB``, ``2.0 MB``."""
    if count < 1_000:
        return f"{count} B"
    if count < 999_950:
        return f"{count / 1_000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def status_mark(status: int) -> str:
    """The status with a mark, so that nothing is only a colour: ``✓200 →302 !404 ✖500``."""
    return f"{_MARKS[_status_class(status)]}{status}" if status else symbols.STATUS_NONE


def status_role(status: int) -> Role:
    """The role a status is painted in."""
    return _ROLES[_status_class(status)]


def _status_class(status: int) -> int:
    return min(max(status // 100, 0), 5)


_MARKS = {
    0: symbols.STATUS_NONE,
    1: symbols.DOT,
    2: symbols.STATUS_OK,
    3: symbols.STATUS_REDIRECT,
    4: symbols.STATUS_CLIENT_ERROR,
    5: symbols.STATUS_SERVER_ERROR,
}
_ROLES = {0: Role.SKIP, 1: Role.INK, 2: Role.OK, 3: Role.DOWN, 4: Role.WARN, 5: Role.BAD}
