"""What lint can say of a chain that was only watched: the names of its layers, their hooks, and a few settings."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from reqtrace.analysis.rules.engine import LintReport, lint
from reqtrace.analysis.rules.stack import DEFAULTS, Layer, LoadFailure, Stack
from reqtrace.trace.site_model import Chain, LayerState, ProcessFacts
from reqtrace.trace.site_model import Layer as WatchedLayer

__all__ = ["is_about", "lint_chain", "watched_stack"]


def lint_chain(chain: Chain, process: ProcessFacts) -> LintReport:
    """The findings that follow from names alone.

    Ancestors and sources are not known, so a rule about what a layer does is silent, and so is one about a layer that
    is missing. A setting that was not told counts as Django's default.
    """
    return lint(watched_stack(chain, process))


def watched_stack(chain: Chain, process: ProcessFacts) -> Stack:
    """The chain as the rules see a stack."""
    return Stack(
        layers=tuple(watched_layer(layer) for layer in chain.layers),
        settings=told_settings(process),
        django=version_of(process.django),
        is_asgi=chain.is_async,
    )


def watched_layer(layer: WatchedLayer) -> Layer:
    return Layer(
        index=layer.index,
        path=layer.path,
        mro=(layer.path,),
        hooks=tuple(source.hook for source in layer.hooks),
        is_used=layer.state is not LayerState.SKIPPED,
        failure=watched_failure(layer) if layer.state is LayerState.FAILED else None,
    )


def watched_failure(layer: WatchedLayer) -> LoadFailure:
    """``import_string`` raises ``ImportError``; whatever else it was comes from the module or the factory."""
    error, colon, message = layer.reason.rstrip(".").partition(": ")
    name = error.rpartition(".")[2]
    stage = "import" if name in ("ImportError", "ModuleNotFoundError") else "factory"
    return LoadFailure(stage=stage, cause=f"{name}{colon}{message}")


def told_settings(process: ProcessFacts) -> Mapping[str, Any]:
    """Those settings that rules ask for and whose text is what their default is: a recording is not trusted."""
    told = {name: literal(words) for name, words in process.settings if name in DEFAULTS}
    return {name: value for name, value in told.items() if is_like(value, DEFAULTS[name])}


def literal(words: str) -> object:
    try:
        return ast.literal_eval(words)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def is_like(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return type(value) is type(default)


def version_of(words: str) -> tuple[int, int]:
    major, minor, *_ = (int(part) for part in (*words.split("."), "0", "0") if part.isdigit())
    return major, minor


def is_about(report: LintReport, chain: Chain) -> bool:
    """Whether a report is about the same list, entry by entry, so that its findings belong on the chain's rows."""
    return [layer.path for layer in report.stack.layers] == [layer.path for layer in chain.layers]
