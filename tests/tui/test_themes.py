"""The themes are the table of roles, and nothing else."""

from __future__ import annotations

from reqtrace.render.roles import THEMES, Role, Surface
from reqtrace.tui.themes import default_variables, next_theme, textual_themes


def test_every_theme_has_every_variable() -> None:
    """A stylesheet that parses in one theme parses in all."""
    wanted = {f"rt-{one.value}" for one in (*Role, *Surface)}
    for theme in textual_themes():
        assert wanted <= theme.variables.keys()
        assert theme.variables["rt-down"] == THEMES[theme.name].roles[Role.DOWN]
    assert wanted <= default_variables().keys()


def test_themes_go_round() -> None:
    """t comes back to where it began; a theme that is not ours leads to ours."""
    name = start = "rt-dark"
    seen = []
    for _ in THEMES:
        name = next_theme(name)
        seen.append(name)
    assert name == start
    assert set(seen) == set(THEMES)
    assert next_theme("textual-dark") in THEMES
