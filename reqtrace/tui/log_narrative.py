"""What is said in the mode Log: about the chosen line, and where no line is shown."""

from __future__ import annotations

from reqtrace.analysis.output_entries import OutputEntry, OutputLevel
from reqtrace.analysis.output_requests import RequestOfEntry
from reqtrace.render.canvas import Phrase
from reqtrace.render.labels import has
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.board import Board
from reqtrace.tui.log_desk import LogDesk
from reqtrace.tui.widgets.notice import NoticeText
from reqtrace.tui.words import word

__all__ = ["log_narrative", "log_notice"]

STRONG = Paint(bold=True)
ROLES = {OutputLevel.WARNING: Role.WARN, OutputLevel.ERROR: Role.BAD, OutputLevel.CRITICAL: Role.BAD}


def log_narrative(desk: LogDesk) -> tuple[Phrase, ...]:
    """Two sentences about the chosen line: what it is, and which request it is about."""
    entry = desk.entry
    if entry is None:
        return ()
    return _title(desk, entry), ((_request_words(entry, desk.request(entry)), INK),)


def _title(desk: LogDesk, entry: OutputEntry) -> Phrase:
    place = word("log.say.place", n=desk.at + 1, total=len(desk.shown))
    stream = f"log.say.{entry.stream}"
    printed = word(stream) if has(stream) else word("log.say.other", stream=sanitize(entry.stream))
    pieces = [(place, STRONG), ("  ", INK), (printed, STRONG)]
    if entry.level is not OutputLevel.UNSAID:
        role = ROLES.get(entry.level, Role.INK)
        pieces += [("  ", INK), (word(f"log.say.level.{entry.level.name.lower()}"), Paint(role, bold=True))]
    if entry.is_traceback:
        told = "log.say.opened" if entry.number in desk.opened else "log.say.closed"
        pieces += [("  ", INK), (word(told), STRONG)]
    return tuple(pieces)


def _request_words(entry: OutputEntry, found: RequestOfEntry) -> str:
    summary = found.summary
    if summary is not None:
        told = "log.say.named" if found.is_named else "log.say.ran"
        return word(told, n=summary.ordinal, method=sanitize(summary.method), path=sanitize(summary.path))
    if entry.mention is not None:
        return word("log.say.lost")
    return word("log.say.several", n=found.running) if found.running else word("log.say.none")


def log_notice(desk: LogDesk, board: Board) -> NoticeText | None:
    """What stands in the place of the lines if there are none."""
    if desk.shown:
        return None
    if desk.words and desk.total:
        title = word("log.nothing_found", words=sanitize(desk.words))
        return NoticeText(title=title, hints=(word("log.nothing_found.hint", total=desk.total),))
    if not board.is_live:
        return NoticeText(title=word("log.empty.recording", title=sanitize(board.title)))
    return NoticeText(title=word("log.empty"), hints=(word("log.empty.hint"),))
