"""Keys of the mode Flow."""

from __future__ import annotations

from reqtrace.tui.keys.binding import REQUEST, STEP, bind

__all__ = ["FLOW_KEYS"]

FLOW_KEYS = [
    bind("left", "step(-1)", "step.back", display="←", group=STEP),
    bind("right", "step(1)", "step.on", display="→", group=STEP),
    bind("home", "first_step", "step.first", display="Home", show=False),
    bind("end", "last_step", "step.last", display="End", show=False),
    bind("up", "request(-1)", "request.up", display="↑", group=REQUEST),
    bind("down", "request(1)", "request.down", display="↓", group=REQUEST),
    bind("G", "follow", "follow", display="G"),
    bind("n", "interesting(1)", "interesting.next"),
    bind("N", "interesting(-1)", "interesting.previous", display="N", show=False),
    bind("slash", "filter", "filter", display="/"),
    bind("f", "find", "find", show=False),
    bind("p", "play", "play", show=False),
    bind("plus", "speed(1)", "play.faster", display="+", show=False),
    bind("minus", "speed(-1)", "play.slower", display="-", show=False),
    bind("P", "group", "group", display="P", show=False),
    bind("s", "source", "source"),
    bind("w", "why", "why"),
    bind("e", "explain", "explain"),
    bind("d", "changes", "changes"),
    bind("g", "glossary", "glossary"),
    bind("right_square_bracket", "caller(1)", "caller.out", display="]", show=False),
    bind("left_square_bracket", "caller(-1)", "caller.in", display="[", show=False),
    bind("E", "edit", "edit", display="E", show=False),
    bind("v", "picture", "picture"),
    bind("m", "mark", "mark"),
    bind("equals_sign", "compare", "compare", display="="),
    bind("b", "hold", "hold"),
    bind("B", "write_hold", "hold.write", display="B", show=False),
    bind("o", "step_held", "hold.step"),
    bind("c", "let_go", "hold.go"),
    bind("r", "send_again", "send.again"),
    bind("R", "edit_and_send", "send.edit", display="R", show=False),
    bind("enter", "open", "open", display="Enter", show=False),
    bind("escape", "back", "back", display="Esc", show=False),
    bind("pagedown", "scroll(1)", "scroll.down", display="PgDn", show=False),
    bind("pageup", "scroll(-1)", "scroll.up", display="PgUp", show=False),
    bind("shift+down", "scroll_source(1)", "source.down", display="Shift+↓", show=False),
    bind("shift+up", "scroll_source(-1)", "source.up", display="Shift+↑", show=False),
]
