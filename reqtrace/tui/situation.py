"""What stands in the place of the picture when there is no request to show."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import OutputLine, RequestSummary
from reqtrace.tui.board import Board
from reqtrace.tui.widgets.notice import NoticeText
from reqtrace.tui.words import word

__all__ = ["crash_notice", "filtered_notice", "out_of_reach_notice", "waiting_notice"]


def waiting_notice(board: Board) -> NoticeText:
    """No request has come yet: how to make one."""
    if not board.is_live:
        return NoticeText(title=word("waiting.empty", title=sanitize(board.title)))
    hints = (word("waiting.hint"),)
    match board.site:
        case SiteState(phase=SitePhase.PREPARING, detail=detail):
            return NoticeText(title=word("waiting.preparing", detail=sanitize(detail)), hints=hints)
        case SiteState(phase=SitePhase.RELOADING):
            return NoticeText(title=word("waiting.reloading"), hints=hints)
        case SiteState(phase=SitePhase.SERVING, url=url) if url:
            lines = (word("waiting.open", url=sanitize(url)), word("waiting.send"))
            return NoticeText(title=word("waiting.title"), lines=lines, hints=hints)
        case SiteState(phase=SitePhase.SERVING):
            return NoticeText(title=word("waiting.command", title=sanitize(board.title)), hints=hints)
        case _:
            return NoticeText(title=word("waiting.starting"), hints=hints)


def filtered_notice(total: int, words: str) -> NoticeText:
    """The filter hides every request."""
    title = word("filtered.title", total=total)
    return NoticeText(title=title, lines=(word("filtered.detail", words=sanitize(words)),))


def out_of_reach_notice(summary: RequestSummary) -> NoticeText:
    """The request is still in a paused list, but has been dropped since."""
    return NoticeText(title=word("flow.out_of_reach", n=summary.ordinal))


def crash_notice(site: SiteState, output: Sequence[OutputLine]) -> NoticeText:
    """The site does not run: its own last words, and how to go on."""
    lines = tuple(site.detail.splitlines()) or tuple(line.text for line in output)
    key = f"crashed.{site.phase.value}"
    return NoticeText(
        title=word(key, code=site.exit_code),
        output=lines,
        hints=(word(f"{key}.hint"), word("crashed.more")),
        is_bad=True,
    )
