"""The top row: what is watched, how it is, how many requests, how many events were lost."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.hub.arrival import SitePhase
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, Piece, clip, phrase_width
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.board import Board
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.words import word

__all__ = ["StatusBar", "status_phrase"]

GROUND = Paint(surface=Surface.BLOCK)
STRONG = GROUND._replace(bold=True)

_PHASE_ROLES = {
    SitePhase.PREPARING: Role.WARN,
    SitePhase.STARTING: Role.WARN,
    SitePhase.SERVING: Role.OK,
    SitePhase.RELOADING: Role.WARN,
    SitePhase.BROKEN: Role.BAD,
    SitePhase.FAILED: Role.BAD,
    SitePhase.EXITED: Role.BAD,
    SitePhase.STOPPED: Role.SKIP,
}


class StatusBar(Painted):
    """One row."""

    def __init__(self) -> None:
        super().__init__()
        self._board = Board()
        self._place = (0, 0)
        self._mark = 0

    def show(self, board: Board, place: tuple[int, int] = (0, 0), *, mark: int = 0) -> None:
        """Another moment; ``place`` is the position of the selected request in the list, from 1, and its length;
        ``mark`` is the number of the marked request."""
        if (board.status, place, mark) != (self._board.status, self._place, self._mark):
            self._board, self._place, self._mark = board, place, mark
            self.redraw()
        self._board = board

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, 1)
        canvas.fill(0, 0, width, GROUND)
        canvas.put_phrase(1, 0, status_phrase(self._board, self._place, width - 2, mark=self._mark))
        return canvas


def status_phrase(board: Board, place: tuple[int, int], width: int, *, mark: int = 0) -> Phrase:
    """The row; when it is tight the name of the recording gives way, then the total, then the name of the site."""
    head: Phrase = (
        (word("brand"), STRONG),
        ("  ", GROUND),
        *state_phrase(board, place),
        *_level(board),
        *_holds(board),
        *_marked(mark),
        ("  ", GROUND),
    )
    name, paint = _name(board)
    for gap, recording, total in ((3, board.recording, board.total), (3, "", board.total), (2, "", None)):
        tail = _counts(board, " " * gap, recording, total)
        room = width - phrase_width(head) - phrase_width(tail)
        if room >= cell_len(name):
            break
    return (*head, (clip(name, room), paint), *tail)


def state_phrase(board: Board, place: tuple[int, int]) -> Phrase:
    """``● LIVE``, ``PAUSED held 3``, ``REPLAY file 3/12`` …: always a word, never only a colour."""
    if board.is_paused:
        paint = Paint(Role.WARN, Surface.BLOCK, bold=True, reverse=True)
        return ((f" {word('status.paused')} ", paint), (" " + word("status.held", n=board.held), STRONG))
    if not board.is_live:
        number, total = place
        where = word("status.place", n=number, total=total) if number else ""
        return ((f"{word('status.replay')} {sanitize(board.title)} {where}".rstrip(), STRONG),)
    phase = board.phase
    text = word("phase.unknown") if phase is None else word(f"phase.{phase.value}")
    role = Role.WARN if phase is None else _PHASE_ROLES[phase]
    if role is Role.BAD:
        return ((f" {symbols.STATUS_SERVER_ERROR} {text} ", Paint(role, Surface.BLOCK, bold=True, reverse=True)),)
    mark = symbols.LIVE if role is Role.OK else symbols.NODE_LATER
    return ((mark, Paint(role, Surface.BLOCK)), (f" {text}", STRONG))


def _level(board: Board) -> Phrase:
    return (("  ", GROUND), (word("status.deep"), STRONG)) if board.is_deep else ()


def _holds(board: Board) -> Phrase:
    """Where requests are held, and how many wait: that must not be overlooked, a browser waits, too."""
    if not board.holds:
        return ()
    if board.waiting:
        paint = Paint(Role.WARN, Surface.BLOCK, bold=True, reverse=True)
        return (("  ", GROUND), (f" {word('status.waiting', n=board.waiting)} ", paint))
    return (("  ", GROUND), (word("status.holds", n=len(board.holds)), STRONG))


def _marked(number: int) -> Phrase:
    """Which request others are compared with, as it is marked in the list."""
    return (("  ", GROUND), (word("status.mark", n=number), Paint(Role.UP, Surface.BLOCK, bold=True))) if number else ()


def _name(board: Board) -> tuple[str, Paint]:
    if not board.is_live:
        return "", GROUND
    if board.notice:
        return sanitize(board.notice), Paint(Role.WARN, Surface.BLOCK, bold=True)
    if not board.address:
        return sanitize(board.title), GROUND
    return word("status.site", title=sanitize(board.title), address=sanitize(board.address)), GROUND


def _counts(board: Board, gap: str, recording: str, total: int | None) -> Phrase:
    pieces: list[Piece] = []
    if total is not None:
        words = word("status.requests.one") if total == 1 else word("status.requests.many", n=total)
        pieces.append((gap + words, GROUND))
    dropped = word("status.dropped", n=board.dropped)
    if board.dropped:
        lost = Paint(Role.BAD, Surface.BLOCK, bold=True, reverse=True)
        pieces += [(gap, GROUND), (f" {symbols.STATUS_CLIENT_ERROR} {dropped} ", lost)]
    else:
        pieces.append((gap + dropped, GROUND))
    if board.recording:
        pieces.append((gap + word("status.recording", file=sanitize(recording)).rstrip(), STRONG))
    return tuple(pieces)
