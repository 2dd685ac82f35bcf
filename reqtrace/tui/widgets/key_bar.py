"""The bottom row: the keys that work here, as many as fit, the most needed first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.screen import Screen

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.keys.ranking import rank
from reqtrace.tui.terminal import draws_ascii
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.words import word

__all__ = ["KeyBar", "KeyHint", "key_hints"]

NARROW = 116
MOST_WHEN_NARROW = 6
GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHint:
    """One entry: keys that belong together, and what they do."""

    keys: tuple[str, ...]
    display: str
    description: str

    @property
    def width(self) -> int:
        """Cells it takes."""
        return cell_len(self.display) + 1 + cell_len(self.description)


def key_hints(bindings: Iterable[Binding], *, ascii_only: bool = False) -> list[KeyHint]:
    """What there is to show for bindings, in order of importance."""
    groups: dict[object, list[Binding]] = {}
    for binding in bindings:
        if binding.show:
            groups.setdefault(binding.group or binding.action, []).append(binding)
    ordered = sorted(groups.values(), key=lambda members: min(map(rank, members)))
    return [_hint(members, ascii_only) for members in ordered]


def _hint(members: list[Binding], ascii_only: bool) -> KeyHint:
    first = members[0]
    shown = members if first.group else members[:1]
    return KeyHint(
        keys=tuple(binding.key for binding in shown),
        display="/".join(key_name(binding, ascii_only=ascii_only) for binding in shown),
        description=first.group.description if first.group else first.description,
    )


def _typing_hints(bar: QueryBar) -> list[KeyHint]:
    hints = [
        KeyHint(keys=("enter",), display="Enter", description=word(f"{bar.PROMPT}.keep")),
        KeyHint(keys=("escape",), display="Esc", description=word(f"{bar.PROMPT}.clear")),
    ]
    if bar.completes:
        hints.append(KeyHint(keys=("tab",), display="Tab", description=word("query.complete")))
        hints.append(KeyHint(keys=("down",), display="↓", description=word(bar.choose)))
    return hints


class KeyBar(Painted):
    """Shows at most six keys on a narrow screen, and never half of one."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[range, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._on_bindings)

    def _on_bindings(self, screen: Screen[object]) -> None:
        if self.is_attached:
            self.redraw()

    def _hints(self) -> list[KeyHint]:
        focused = self.screen.focused
        bar = next((one for one in focused.ancestors if isinstance(one, QueryBar)), None) if focused else None
        if bar is not None and bar.is_typing:
            # Letters are typed, so the other keys do not work.
            return _typing_hints(bar)
        active = self.screen.active_bindings.values()
        enabled = (binding for _, binding, is_enabled, _ in active if is_enabled)
        return key_hints(enabled, ascii_only=draws_ascii(self.app))

    def draw(self, width: int, height: int) -> Canvas:
        hints = self._hints()
        if width < NARROW:
            hints = hints[:MOST_WHEN_NARROW]
        ground = Paint(surface=Surface.BLOCK)
        canvas = Canvas(width, 1)
        canvas.fill(0, 0, width, ground)
        self._spans = []
        x = 1
        for hint in hints:
            if x + hint.width > width:
                break
            self._spans.append((range(x, x + hint.width), hint.keys[-1]))
            end = canvas.put(x, 0, hint.display, Paint(Role.DOWN, Surface.BLOCK, bold=True))
            x = canvas.put(end + 1, 0, hint.description, ground)
            x += GAP
        return canvas

    def on_click(self, event: events.Click) -> None:
        key = next((key for span, key in self._spans if event.x in span), None)
        if key is not None:
            self.app.simulate_key(key)
