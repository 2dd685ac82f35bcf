"""Sending requests to the running site: the selected one again, or one that is written."""

from __future__ import annotations

import threading

from textual.message import Message

from reqtrace.analysis.resending import FIRST_VISIT, Draft, draft_of
from reqtrace.errors import ReqtraceError
from reqtrace.hub.visit import Reply, Visit
from reqtrace.render.figures import format_duration
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.words import word

__all__ = ["SendActions", "VisitEnded"]

SHORT, LONG = 4, 8
"""Seconds that a remark stays."""
NANOSECONDS = 1_000_000_000


class VisitEnded(Message):
    """A request that was sent from here is answered, or it is known why not."""

    def __init__(self, visit: Visit, outcome: Reply | ReqtraceError) -> None:
        super().__init__()
        self.visit = visit
        self.outcome = outcome


class SendActions(FlowParts):
    """``r`` and ``R``."""

    def action_send_again(self) -> None:
        """Send the selected request again; without one, ask for the front page."""
        draft = self._draft_to_send()
        if draft is None:
            return
        if draft.is_ready:
            self._send_visit(draft.visit, [name for gap in draft.gaps for name in gap.names])
        else:
            self._write_visit(draft, is_edited=False)

    def action_edit_and_send(self) -> None:
        """The selected request, to be changed before it is sent."""
        draft = self._draft_to_send()
        if draft is not None:
            self._write_visit(draft, is_edited=True)

    def _draft_to_send(self) -> Draft | None:
        source = self._bridge.source
        if not source.is_live or not source.address:
            self.notify(word("sending.down" if source.is_live else "sending.recording"), timeout=SHORT)
            return None
        return FIRST_VISIT if self._trace is None else draft_of(self._trace)

    def _write_visit(self, draft: Draft, *, is_edited: bool) -> None:
        # Its widgets are wanted by nobody else, and the first picture should not wait for them.
        from reqtrace.tui.screens.sending import SendingScreen

        source = self._bridge.source
        has_project = source.project is not None
        screen = SendingScreen(draft, address=source.address, has_project=has_project, is_edited=is_edited)
        self.app.push_screen(screen, self._on_written)

    def _on_written(self, visit: Visit | None) -> None:
        if visit is not None:
            self._send_visit(visit, [])

    def _send_visit(self, visit: Visit, left_out: list[str]) -> None:
        """In a thread that nobody waits for: a held request is answered when somebody lets it go."""
        if left_out:
            names = sanitize(", ".join(left_out))
            words = word("sending.left_out", method=visit.method, path=sanitize(visit.url), names=names)
            self.notify(words, timeout=LONG, markup=False)
        elif visit.username or visit.wants_csrf:
            self.notify(word("sending.preparing"), timeout=SHORT, markup=False)
        threading.Thread(target=self._deliver, args=(visit,), name="reqtrace-send", daemon=True).start()

    def _deliver(self, visit: Visit) -> None:
        outcome: Reply | ReqtraceError
        try:
            outcome = self._bridge.source.send(visit)
        except ReqtraceError as error:
            outcome = error
        self.post_message(VisitEnded(visit, outcome))

    def on_visit_ended(self, message: VisitEnded) -> None:
        visit, outcome = message.visit, message.outcome
        if isinstance(outcome, ReqtraceError):
            words = " ".join(filter(None, (outcome.message, outcome.hint)))
            self.notify(sanitize(words), severity="error", timeout=LONG, markup=False)
            return
        told = word(
            "sending.answered",
            method=visit.method,
            path=sanitize(visit.url),
            status=outcome.status,
            reason=sanitize(outcome.reason),
            duration=format_duration(int(outcome.seconds * NANOSECONDS)),
        )
        follow = "" if self._position.is_following else word("sending.follow")
        # Beside what was said when it was sent, and not in its place.
        self.app.notify(" ".join(filter(None, (told, follow))), timeout=LONG, markup=False)
