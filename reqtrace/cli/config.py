"""``reqtrace config``: where a person's preferences are, what they say, and what can be set, all keys included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from reqtrace.errors import EXIT_FINDINGS, EXIT_OK

__all__ = ["command"]

ID_WIDTH, KEYS_WIDTH = 22, 16


@click.command(short_help="Say where your preferences are, and what can be set, all keys included.")
def command() -> int:
    """Show the file with your preferences, what can stand in it, and the ids of all keys.

    The file is TOML, nothing but you writes into it, and it need not exist:

    \b
        theme = "rt-projector"
        [keymap]
        "step.on" = "l,right"

    Exit code 1 if something in it is wrong.
    """
    from reqtrace.cli import output
    from reqtrace.cli.preferences import preferences, preferences_file
    from reqtrace.tui.keymap import checked_keymap

    wanted, file = preferences(), preferences_file()
    output.answer(f"{file}{'' if file.exists() else '   (does not exist: everything is as it comes)'}")
    remarks = checked_keymap(wanted.keymap).remarks
    for remark in remarks:
        output.warn(remark)
    for line in option_lines():
        output.answer(line)
    for line in key_lines(wanted.keymap):
        output.answer(line)
    return EXIT_FINDINGS if remarks or wanted.problems else EXIT_OK


def option_lines() -> Iterator[str]:
    """What can be set."""
    from reqtrace.cli.preferences import OPTIONS

    yield ""
    for option in OPTIONS:
        yield f"{option.name:<{ID_WIDTH}}{option.says}"


def key_lines(keymap: Mapping[str, str]) -> Iterator[str]:
    """Every binding below the place where it works: its id, its keys, what it does."""
    from reqtrace.tui.keys.catalog import EVERYWHERE, MODES, OVERLAYS
    from reqtrace.tui.keys.naming import key_names
    from reqtrace.tui.words import word

    for place, bindings in {"everywhere": EVERYWHERE, **MODES, **OVERLAYS}.items():
        yield ""
        yield f"[keymap]  {word(f'keymap.where.{place}')}"
        for binding in bindings:
            keys = keymap.get(binding.id or "", "") or key_names(binding)
            yield f"{binding.id:<{ID_WIDTH}}{keys:<{KEYS_WIDTH}}{binding.tooltip}"
