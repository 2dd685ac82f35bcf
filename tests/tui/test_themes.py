"""The themes are the table of roles, and nothing else."""

from __future__ import annotations

from tui_driver import MemorySource, Opener

from reqtrace.render.roles import THEMES, Role, Surface
from reqtrace.tui.themes import css_variables, default_variables, next_theme, textual_themes


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


async def test_all_themes_are_read_with_what_the_app_would_say(opened: Opener, source: MemorySource) -> None:
    """Otherwise styles that were read ahead would be of no use."""
    async with opened(source) as driver:
        for theme in textual_themes():
            driver.app.theme = theme.name
            assert css_variables(theme) == driver.app.get_css_variables()
