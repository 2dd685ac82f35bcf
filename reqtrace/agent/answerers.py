"""Who answers which question of the watcher.

The modules are imported with this one, not when they are first asked: a thread that imports while another one forks
can leave the child with a module that nobody can import any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from reqtrace.agent.questions import Answerer
from reqtrace.agent.url_match import match_path
from reqtrace.agent.url_reverse import reverse_name
from reqtrace.agent.url_tree import url_tree

__all__ = ["ANSWERERS"]

ANSWERERS: Mapping[str, Answerer] = {
    "urls.tree": url_tree,
    "urls.match": match_path,
    "urls.reverse": reverse_name,
}
"""By the name of the question; new ones are described in ``reqtrace.hub.asking``."""
