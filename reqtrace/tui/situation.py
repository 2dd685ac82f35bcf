"""What stands in the place of the picture when there is no request to show."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.loading_failure import FailedEntry, failed_entry
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.render.loading_words import failed_entry_words, failure_advice
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import OutputLine, ProcessFacts, RequestSummary
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


def crash_notice(site: SiteState, output: Sequence[OutputLine], processes: Sequence[ProcessFacts]) -> NoticeText:
    """The site does not run: which entry of MIDDLEWARE is to blame, if one is, its own last words, and how to go on."""
    failed = failed_entry(processes)
    lines = tuple(site.detail.splitlines()) or tuple(line.text for line in output)
    key = f"crashed.{site.phase.value}"
    return NoticeText(
        title=word(key, code=site.exit_code),
        output=lines,
        hints=(*told_of_entry(failed), word(f"{key}.hint"), word("crashed.more")),
        is_bad=True,
    )


def told_of_entry(failed: FailedEntry | None) -> tuple[str, ...]:
    """The entry of MIDDLEWARE that keeps the site from starting: the end of a traceback may only speak of WSGI."""
    if failed is None:
        return ()
    advice = failure_advice(failed) if failed.parts else word("crashed.loading")
    return (failed_entry_words(failed), advice)
