"""What lint knows of the chains on the screen: at once by their names, and by their sources once somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reqtrace.analysis.chain_lint import is_about, lint_chain
from reqtrace.analysis.project_lint import lint_project
from reqtrace.analysis.rules.engine import LintReport
from reqtrace.errors import ReqtraceError
from reqtrace.hub.project import Project
from reqtrace.trace.site_model import Chain, ProcessFacts
from reqtrace.tui.errand import Errand

__all__ = ["LintDesk", "LintState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintState:
    """What there is to show about one chain."""

    report: LintReport
    is_surveyed: bool = False
    """The project's own Python was asked, so its sources were read."""
    is_running: bool = False
    failure: str = ""
    """Why the project could not be asked."""
    is_stale: bool = False
    """What was surveyed is another list than the chain's."""


class LintDesk:
    """Keeps the reports; asking the project happens in a thread that never touches a widget."""

    def __init__(self) -> None:
        self._known: tuple[Chain, ProcessFacts, LintReport] | None = None
        self._surveyed: dict[bool, LintReport] = {}
        """By whether it was judged as ASGI serves it."""
        self._failure = ""
        self._errand = Errand("lint")

    @property
    def is_running(self) -> bool:
        """The project is being asked."""
        return self._errand.is_running

    def state(self, chain: Chain, process: ProcessFacts) -> LintState:
        """What to show about a chain now."""
        surveyed = self._surveyed.get(chain.is_async)
        is_stale = surveyed is not None and not is_about(surveyed, chain)
        if surveyed is not None and not is_stale:
            return LintState(report=surveyed, is_surveyed=True, is_running=self.is_running, failure=self._failure)
        return LintState(
            report=self._report_by_names(chain, process),
            is_running=self.is_running,
            failure=self._failure,
            is_stale=is_stale,
        )

    def _report_by_names(self, chain: Chain, process: ProcessFacts) -> LintReport:
        known = self._known
        if known is None or known[0] is not chain or known[1].settings is not process.settings:
            known = self._known = (chain, process, lint_chain(chain, process))
        return known[2]

    def ask(self, project: Project, *, is_asgi: bool, done: Callable[[], object]) -> None:
        """Ask the project's own Python, unless it is being asked; ``done`` is called in that thread, at its end."""

        def keep(answer: object) -> None:
            if isinstance(answer, LintReport):
                self._surveyed[is_asgi], self._failure = answer, ""
            elif isinstance(answer, ReqtraceError):
                self._failure = answer.message
            done()

        self._errand.start(lambda: lint_project(project, is_asgi=is_asgi).report, keep)
