"""Watch a request travel through Django.

Public names are resolved on first use (PEP 562), so ``import reqtrace`` costs nothing and never imports Django.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
