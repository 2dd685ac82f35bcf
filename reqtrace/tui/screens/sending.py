"""A request as it is written before it is sent: method, path, headers, body, user; what is not known of it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Checkbox, Input, Label, TextArea

from reqtrace.analysis.resending import Draft, Gap, GapId
from reqtrace.errors import UsageError
from reqtrace.hub.visit import UNSAFE_METHODS, Visit
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.keys.sending import SENDING_KEYS
from reqtrace.tui.letter import header_lines, with_headers
from reqtrace.tui.screens.overlay import Overlay
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.words import word

__all__ = ["SendingScreen"]

MAX_FIELD = 8_192


def gap_words(gap: Gap) -> str:
    """What is not known, in one sentence."""
    names = sanitize(", ".join(gap.names))
    if gap.what is GapId.BODY:
        return word("sending.gap.body", size=gap.size) if gap.size else word("sending.gap.body.chunks")
    return word(f"sending.gap.{gap.what.value}", names=names)


class SendingScreen(Overlay[Visit | None]):
    """Gives the visit that shall be sent, or nothing. An unsafe method is asked about once more."""

    BINDINGS: ClassVar[list[BindingType]] = [*SENDING_KEYS]
    AUTO_FOCUS = ""

    def __init__(self, draft: Draft, *, address: str, has_project: bool, is_edited: bool) -> None:
        """``is_edited`` says that the person wants to change it first, and not only to confirm it."""
        super().__init__()
        self._draft = draft
        self._address = address
        self._has_project = has_project
        self._is_edited = is_edited
        self._asked_about: Visit | None = None

    def compose(self) -> ComposeResult:
        visit = self._draft.visit
        with Vertical(id="sheet"):
            with Horizontal(classes="fields"):
                yield Label(word("sending.method"))
                yield Input(visit.method, id="method", compact=True, max_length=20, select_on_focus=False)
                yield Label(word("sending.path"))
                yield Input(visit.url, id="path", compact=True, max_length=MAX_FIELD, select_on_focus=False)
            with Horizontal(classes="fields"):
                yield Label(word("sending.user"))
                none = word("sending.user.none")
                yield Input(id="user", compact=True, max_length=200, placeholder=none, disabled=not self._has_project)
                wants_token = self._draft.needs_token and self._has_project
                token = Content(word("sending.token"))
                yield Checkbox(token, wants_token, id="token", compact=True, disabled=not self._has_project)
            yield Label(word("sending.headers"))
            yield TextArea(header_lines(visit), id="headers", compact=True)
            yield Label(word("sending.body"))
            yield TextArea(visit.body, id="body", compact=True)
            with VerticalScroll(id="remarks", can_focus=False):
                for words in self._remarks():
                    yield Label(Content(words), classes="remark")
            yield Label("", id="warning")
            with Horizontal(classes="fields"):
                yield Button(Content(word("sending.send", method=sanitize(visit.method))), id="send", compact=True)
                yield Button(Content(word("sending.cancel")), id="cancel", compact=True)

    def _remarks(self) -> Iterator[str]:
        yield from map(gap_words, self._draft.gaps)
        if not self._has_project:
            yield word("sending.no_project")

    def on_mount(self) -> None:
        entitle(self.query_one("#sheet"), word("sending.title", address=sanitize(self._address)), word("sending.keys"))
        self.query_one("#path" if self._is_edited else "#send").focus()

    # --- sending -----------------------------------------------------------------------------------------------

    def _written(self) -> Visit:
        """The visit as it stands in the fields. Raises ``UsageError``."""
        visit = Visit(
            method=self.query_one("#method", Input).value.strip().upper(),
            url=self.query_one("#path", Input).value.strip(),
            body=self.query_one("#body", TextArea).text,
            username=self.query_one("#user", Input).value.strip() or None,
            wants_csrf=self.query_one("#token", Checkbox).value,
        )
        return with_headers(visit, self.query_one("#headers", TextArea).text.splitlines())

    def action_send(self) -> None:
        """Send what is written; what may change something only when it is asked for twice."""
        from reqtrace.hub.sending import check_visit

        try:
            visit = self._written()
            check_visit(visit)
        except UsageError as error:
            self._warn(" ".join(filter(None, (error.message, error.hint))))
            return
        if visit.is_unsafe and visit != self._asked_about:
            self._asked_about = visit
            self._warn(word("sending.unsafe", method=visit.method))
            self._name_button("sending.confirm", visit.method)
            self.query_one("#send").focus()
        else:
            self.dismiss(visit)

    def action_close(self) -> None:
        """Send nothing."""
        self.dismiss(None)

    def _warn(self, words: str) -> None:
        label = self.query_one("#warning", Label)
        label.update(Content(sanitize(words)))
        label.display = bool(words)

    def _name_button(self, key: str, method: str) -> None:
        self.query_one("#send", Button).label = Content(word(key, method=sanitize(method)))

    # --- what the fields say -------------------------------------------------------------------------------------

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "send":
            self.action_send()
        else:
            self.action_close()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_send()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "method":
            method = event.value.strip().upper()
            self._name_button("sending.send", method)
            self.query_one("#token", Checkbox).value = self._has_project and method in UNSAFE_METHODS
