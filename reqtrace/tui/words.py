"""The words of the screens: from the one table of the language (``reqtrace.render.labels``).

Django's own names and everything that comes from a request are put in as values, so no translation touches them.
"""

from __future__ import annotations

from reqtrace.render.labels import numbered, text

__all__ = ["word", "words_of"]

word = text
words_of = numbered
