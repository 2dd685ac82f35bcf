"""Asks the running site about its URLconf, each question in a thread that never touches a widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from reqtrace.analysis.url_match import UrlMatch, read_match
from reqtrace.analysis.url_reversal import Call, Reversal, read_reversal
from reqtrace.analysis.url_tree import UrlTree, read_tree
from reqtrace.hub.asking import AgentAnswer
from reqtrace.trace.source import Source

__all__ = ["Told", "UrlDesk"]

Told = UrlTree | UrlMatch | Reversal | str
"""What was asked, or why it is not known."""


class UrlDesk:
    """One question at a time; what is asked meanwhile is not asked."""

    def __init__(self, source: Source, done: Callable[[Told], object]) -> None:
        """``done`` is called in the thread of the question."""
        self._source = source
        self._done = done
        self._thread: threading.Thread | None = None

    @property
    def is_asking(self) -> bool:
        """Somebody waits for an answer."""
        return self._thread is not None

    def ask_tree(self, urlconf: str, process: int) -> None:
        """All patterns of a URLconf, in one of the processes."""
        self._ask(lambda answer: read_tree(answer.told, answer.process, urlconf), process, "urls.tree", urlconf)

    def ask_path(self, tree: UrlTree, path: str) -> None:
        """What the patterns do with a path."""
        path = tree.path_info(path)
        self._ask(lambda answer: read_match(answer.told, tree, path), tree.process, "urls.match", tree.asked, path)

    def ask_name(self, tree: UrlTree, call: Call) -> None:
        """Which path a name gives."""
        asked = ("urls.reverse", tree.asked, call.name, list(call.args), dict(call.kwargs))
        self._ask(lambda answer: read_reversal(answer.told, tree, call), tree.process, *asked)

    def _ask(self, read: Callable[[AgentAnswer], Told], process: int, question: str, *arguments: Any) -> None:
        if self.is_asking:
            return

        def work() -> None:
            answer = self._source.ask(question, *arguments, process=process)
            told = read(answer) if answer.is_known else str(answer.told)
            self._thread = None
            self._done(told)

        # A daemon: who leaves meanwhile need not wait for the answer.
        self._thread = threading.Thread(target=work, name="reqtrace-urls", daemon=True)
        self._thread.start()
