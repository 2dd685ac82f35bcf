"""The English words of everything that is drawn or said about traces: one table, put together from its parts."""

from __future__ import annotations

from reqtrace.render.labels_en_comparison import COMPARISON
from reqtrace.render.labels_en_export import EXPORT
from reqtrace.render.labels_en_finding import FINDING
from reqtrace.render.labels_en_inside import INSIDE
from reqtrace.render.labels_en_keys import KEYS
from reqtrace.render.labels_en_lab import LAB
from reqtrace.render.labels_en_lint import LINT
from reqtrace.render.labels_en_log import LOG
from reqtrace.render.labels_en_messages import MESSAGES
from reqtrace.render.labels_en_onion import ONION
from reqtrace.render.labels_en_pictures import PICTURES
from reqtrace.render.labels_en_preferences import PREFERENCES
from reqtrace.render.labels_en_screens import SCREENS
from reqtrace.render.labels_en_sending import SENDING
from reqtrace.render.labels_en_stack import STACK
from reqtrace.render.labels_en_teaching import TEACHING
from reqtrace.render.labels_en_time import TIME
from reqtrace.render.labels_en_urls import URLS
from reqtrace.render.labels_en_why import WHY

__all__ = ["TABLE"]

TABLE: dict[str, str] = {
    **PICTURES,
    **MESSAGES,
    **INSIDE,
    **WHY,
    **LINT,
    **LAB,
    **TIME,
    **LOG,
    **ONION,
    **SCREENS,
    **STACK,
    **KEYS,
    **EXPORT,
    **COMPARISON,
    **FINDING,
    **TEACHING,
    **URLS,
    **SENDING,
    **PREFERENCES,
}
