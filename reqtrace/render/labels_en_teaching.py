"""The English words of what teaches: commentary, misconceptions, glossary, what changed, the call path."""

from __future__ import annotations

from reqtrace.render.labels_en_changed import CHANGED
from reqtrace.render.labels_en_explain import EXPLAIN
from reqtrace.render.labels_en_explain_inside import EXPLAIN_INSIDE
from reqtrace.render.labels_en_explain_layers import EXPLAIN_LAYERS
from reqtrace.render.labels_en_glossary import GLOSSARY
from reqtrace.render.labels_en_myths import MYTHS
from reqtrace.render.labels_en_source import SOURCE
from reqtrace.render.labels_en_story import STORY

__all__ = ["TEACHING"]

TEACHING: dict[str, str] = {
    **EXPLAIN,
    **EXPLAIN_INSIDE,
    **EXPLAIN_LAYERS,
    **MYTHS,
    **STORY,
    **CHANGED,
    **SOURCE,
    **GLOSSARY,
}
