"""The colour table of ``reqtrace.render.roles`` as Textual themes, so that no colour is decided twice."""

from __future__ import annotations

from textual.theme import Theme as TextualTheme

from reqtrace.render.roles import DEFAULT_THEME, THEMES, Role, Surface, Theme

__all__ = ["css_variables", "default_variables", "next_theme", "textual_themes"]


def textual_themes() -> list[TextualTheme]:
    """Every theme of reqtrace, ready to be registered."""
    return [_textual_theme(theme) for theme in THEMES.values()]


def default_variables() -> dict[str, str]:
    """``$rt-…`` for whatever theme is active first; stylesheets do not parse without them."""
    return _variables(THEMES[DEFAULT_THEME])


def css_variables(theme: TextualTheme) -> dict[str, str]:
    """What stylesheets are read with in a theme, as ``App.get_css_variables`` says it of the present one."""
    return {**default_variables(), **theme.to_color_system().generate(), **theme.variables}


def next_theme(name: str) -> str:
    """The theme after this one, and after the last the first."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def _textual_theme(theme: Theme) -> TextualTheme:
    roles, surfaces = theme.roles, theme.surfaces
    return TextualTheme(
        name=theme.name,
        dark=theme.is_dark,
        primary=roles[Role.DOWN],
        secondary=roles[Role.UP],
        accent=roles[Role.TOKEN],
        warning=roles[Role.WARN],
        error=roles[Role.BAD],
        success=roles[Role.OK],
        foreground=roles[Role.INK],
        background=surfaces[Surface.PAGE],
        surface=surfaces[Surface.BLOCK],
        panel=surfaces[Surface.BAR],
        text_alpha=1.0,
        variables=_variables(theme),
    )


def _variables(theme: Theme) -> dict[str, str]:
    named = {f"rt-{role.value}": colour for role, colour in theme.roles.items()}
    named |= {f"rt-{surface.value}": colour for surface, colour in theme.surfaces.items()}
    page, ink = theme.surfaces[Surface.PAGE], theme.roles[Role.INK]
    return named | {
        "block-cursor-background": ink,
        "block-cursor-foreground": page,
        "input-cursor-background": ink,
        "input-cursor-foreground": page,
        "scrollbar": theme.roles[Role.RULE],
        "scrollbar-background": theme.surfaces[Surface.BLOCK],
        "scrollbar-hover": theme.roles[Role.SKIP],
        "scrollbar-active": ink,
    }
