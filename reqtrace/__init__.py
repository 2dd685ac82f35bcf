"""Watch a request travel through Django.

Public names are resolved on first use (PEP 562), so ``import reqtrace`` costs nothing and never imports Django.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__", "lint_middleware"]


def __getattr__(name: str) -> object:
    if name == "lint_middleware":
        from importlib import import_module  # by name, so that no other module of reqtrace comes to depend on Django

        return import_module("reqtrace.checks").lint_middleware
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
