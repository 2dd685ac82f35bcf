"""One binding an action, each with an id, so a user keymap can replace it, and with words from the table."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.words import word

__all__ = ["CHOICE", "REQUEST", "SCROLL", "STEP", "bind"]

STEP = Binding.Group(word("key.group.step"), compact=True)
REQUEST = Binding.Group(word("key.group.request"), compact=True)
CHOICE = Binding.Group(word("query.choose"), compact=True)
SCROLL = Binding.Group(word("key.group.scroll"), compact=True)


def bind(
    keys: str,
    action: str,
    id: str,
    *,
    display: str = "",
    group: Binding.Group | None = None,
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """A binding whose words are ``key.ID`` (at the bottom, in the palette) and ``key.ID.tip`` (in the help).

    ``display`` is how the keys are written, where their names are not meant for people; ``show`` is false for what is
    only in the help.
    """
    return Binding(
        keys,
        action,
        word(f"key.{id}"),
        key_display=display or None,
        group=group,
        show=show,
        priority=priority,
        id=id,
        tooltip=word(f"key.{id}.tip"),
    )
