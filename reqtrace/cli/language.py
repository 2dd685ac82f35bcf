"""Which language the screens speak: ``--lang``, ``REQTRACE_LANG``, the preferences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from reqtrace.cli import output
from reqtrace.errors import UsageError

__all__ = ["language_option"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def language_option(*, envvar: str | None = None) -> Callable[[Decorated], Decorated]:
    """``--lang``; with ``envvar`` the one of the whole program, which also asks the preferences."""
    return click.option(
        "--lang",
        metavar="LANGUAGE",
        envvar=envvar,
        expose_value=False,
        callback=_use_for_all if envvar else _use_if_given,
        help="Language of the screens, such as en.",
    )


def _use_for_all(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if ctx.resilient_parsing:
        return
    from reqtrace.cli.preferences import preferences

    wanted = preferences()
    for problem in wanted.problems:
        output.warn(" ".join(filter(None, (problem.message, problem.hint))))
    _use_if_given(ctx, param, value or wanted.language)


def _use_if_given(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """Before anything with words is imported: keys are named when they are bound."""
    if not value or ctx.resilient_parsing:
        return
    from reqtrace.render import labels

    if value not in labels.LANGUAGES:
        raise UsageError(f"There are no words in {value!r}.", hint=f"The languages are: {', '.join(labels.LANGUAGES)}.")
    labels.use(value)
