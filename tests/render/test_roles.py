"""Every theme stays readable, and its roles stay apart for people who see colours differently."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from reqtrace.render.roles import INK, LIT, THEMES, Paint, Role, Surface, Theme

# Machado, Oliveira, Fernandes 2009, severity 1.0, and Viénot, Brettel, Mollon 1999; both on linear RGB.
SIGHTS = {
    "full colour": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "protanopia (Viénot)": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia (Viénot)": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}
TOLD_APART = [role for role in Role if role not in (Role.TOKEN, Role.RULE)]
"""``token`` is a reversed block and ``rule`` a line: neither is told from the others by its colour."""

Colour = tuple[float, ...]


def linear(code: str) -> Colour:
    parts = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def contrast(one: str, other: str) -> float:
    lights = sorted(
        sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(code), strict=True))
        for code in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: Colour) -> Colour:
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        sum(weight * part for weight, part in zip(row, colour, strict=True)) / top
        for row, top in zip(rows, white, strict=True)
    )
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(code: str, sight: str) -> Colour:
    colour = linear(code)
    rows = (sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in SIGHTS[sight])
    return lab(tuple(min(1.0, max(0.0, part)) for part in rows))


def distance(one: str, other: str, sight: str) -> float:
    pairs = zip(seen(one, sight), seen(other, sight), strict=True)
    return float(sum((left - right) ** 2 for left, right in pairs) ** 0.5)


every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@every_theme
@pytest.mark.parametrize("sight", SIGHTS)
def test_roles_are_told_apart_by_everybody(theme: Theme, sight: str) -> None:
    """Any two roles differ by at least 18 (CIE 1976), however colours are seen."""
    distances = {
        (one, other): distance(theme.roles[one], theme.roles[other], sight)
        for one, other in combinations(TOLD_APART, 2)
    }
    assert min(distances.values()) >= 18, min(distances, key=lambda pair: distances[pair])


@every_theme
def test_every_role_is_readable_on_every_surface(theme: Theme) -> None:
    """Text has a contrast of 4.5, ordinary text of 7, a line of 3."""
    least = dict.fromkeys(Role, 4.5) | {Role.INK: 7.0, Role.TOKEN: 7.0, Role.RULE: 3.0}
    for role, surface in product(Role, Surface):
        if role is Role.RULE and surface is not Surface.PAGE:
            continue
        assert contrast(theme.roles[role], theme.surfaces[surface]) >= least[role], (role, surface)


@every_theme
def test_reversed_blocks_are_readable(theme: Theme) -> None:
    """The lit stop and the alarm keep a contrast of 4.5 between their text and their ground."""
    for role in (Role.TOKEN, Role.BAD, Role.OK, Role.WARN):
        assert contrast(*theme.colours(Paint(role, reverse=True))) >= 4.5, role


@every_theme
def test_surfaces_differ_from_each_other(theme: Theme) -> None:
    """A block is seen on the page, and a bar is seen beside a block."""
    for one, other in combinations(Surface, 2):
        assert distance(theme.surfaces[one], theme.surfaces[other], "full colour") >= 4, (one, other)


def test_a_reversed_paint_swaps_with_the_page() -> None:
    """A reversed cell has the role's colour as its ground, whatever surface it lies on."""
    theme = THEMES["rt-dark"]
    assert theme.colours(LIT.on(Surface.BLOCK)) == (theme.surfaces[Surface.PAGE], theme.roles[Role.TOKEN])
    assert theme.colours(INK.on(Surface.BAR)) == (theme.roles[Role.INK], theme.surfaces[Surface.BAR])
