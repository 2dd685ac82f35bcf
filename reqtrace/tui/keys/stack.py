"""Keys of the mode Stack, and of what lies over it."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.keys.binding import SCROLL, STEP, bind
from reqtrace.tui.words import word

__all__ = ["CONSENT_KEYS", "FINDINGS_KEYS", "PAGE_KEYS", "STACK_KEYS"]

LAYER = Binding.Group(word("key.group.layer"), compact=True)
MOVE = Binding.Group(word("key.group.move"), compact=True)

STACK_KEYS = [
    bind("left", "step(-1)", "stack.back", display="←", group=STEP),
    bind("right", "step(1)", "stack.on", display="→", group=STEP),
    bind("home", "first", "stack.first", display="Home", show=False),
    bind("end,G", "last", "stack.last", display="End", show=False),
    bind("up", "layer(-1)", "stack.up", display="↑", group=LAYER),
    bind("down", "layer(1)", "stack.down", display="↓", group=LAYER),
    bind("p", "play", "stack.play"),
    bind("plus", "speed(1)", "stack.faster", display="+", show=False),
    bind("minus", "speed(-1)", "stack.slower", display="-", show=False),
    bind("v", "view", "stack.view"),
    bind("s", "source", "stack.source"),
    bind("l", "lint", "stack.lint"),
    bind("enter", "findings", "stack.findings", display="Enter"),
    bind("less_than_sign", "move(-1)", "lab.up", display="<", group=MOVE),
    bind("greater_than_sign", "move(1)", "lab.down", display=">", group=MOVE),
    bind("o", "switch", "lab.switch"),
    bind("r", "try", "lab.try"),
    bind("e", "positions", "lab.positions"),
    bind("b", "symptom", "lab.symptom"),
    bind("d", "duplicate", "lab.duplicate"),
    bind("a", "add", "lab.add"),
    bind("u", "undo", "lab.undo"),
    bind("n", "finding(1)", "stack.finding.next"),
    bind("N", "finding(-1)", "stack.finding.previous", display="N", show=False),
    bind("c", "chain(1)", "stack.chain.next"),
    bind("C", "chain(-1)", "stack.chain.previous", display="C", show=False),
    bind("escape", "back", "stack.close", display="Esc", show=False),
]

PAGE_KEYS = [
    bind("escape,enter,q", "close", "page.close", display="Esc"),
    bind("up", "scroll(-1)", "page.up", display="↑", group=SCROLL),
    bind("down", "scroll(1)", "page.down", display="↓", group=SCROLL),
    bind("x", "app.export", "page.export"),
    bind("pageup", "page(-1)", "page.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "page.page_down", display="PgDn", show=False),
]

FINDINGS_KEYS = [
    bind("p", "choose('prove')", "findings.prove"),
    bind("f", "choose('fix')", "findings.fix"),
]

CONSENT_KEYS = [
    bind("y", "answer(True)", "consent.yes"),
    bind("escape,n,q", "answer(False)", "consent.no", display="Esc"),
]
