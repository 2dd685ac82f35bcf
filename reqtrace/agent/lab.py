"""The lab: sends requests through the project's handler and through others beside it, isolated, until it is closed.

One line of JSON asks, one answers. A process of its own, so that the running site is never touched: neither its
settings, its caches and connections nor the memory of its middleware. What a request leaves in the memory of *this*
process (a counter of a module) is found by the next.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any, BinaryIO

from reqtrace.agent import link
from reqtrace.agent.entering import EntryFailed, Refused, describe_error, enter, failing_as
from reqtrace.agent.lab_clients import Jars, told
from reqtrace.agent.lab_databases import Databases
from reqtrace.agent.lab_handlers import Handlers, Unbuildable
from reqtrace.agent.lab_outside import Outside
from reqtrace.agent.lab_remarks import Remarks
from reqtrace.agent.lab_settings import (
    overridden_settings,
    remark_caches,
    settings_of_isolation,
    throw_away_caches,
    throw_away_mail,
    throw_away_sessions,
)
from reqtrace.agent.lab_sources import Sources
from reqtrace.agent.message import message_from
from reqtrace.agent.oneshot import Sender, allowed_hosts, deliver, prepare
from reqtrace.agent.recorder import RequestState, recorder
from reqtrace.agent.visitor import visiting

__all__ = ["answer_questions"]

OWN_THREADS = "reqtrace-"
THREAD_GRACE = 0.1
"""Seconds for the threads of a request to end after it."""


def answer_questions(request: Mapping[str, Any], questions: BinaryIO, answers: BinaryIO) -> None:
    """Bring the project up, tell what is known of it, then answer each question with one line."""
    facts: dict[str, Any] = {name: request[name] for name in ("python", "executable")}
    lab = None
    try:
        enter(request)
        with failing_as("prepare"):
            prepare(request["prepare"])
        check_list()
        with failing_as("isolation"):
            lab = Lab()
        facts.update(lab.facts())
    except EntryFailed as failed:
        facts["failure"] = failed.facts
    except Refused as refused:
        facts["refused"] = refused.facts
    say(answers, facts)
    for question in questions if lab is not None else ():
        assert lab is not None
        say(answers, lab.answer(json.loads(question)))


def check_list() -> None:
    """Raises ``Refused`` if MIDDLEWARE has no order that could be changed."""
    from django.conf import settings

    if not isinstance(settings.MIDDLEWARE, list | tuple):
        raise Refused(
            f"MIDDLEWARE is no list but {type(settings.MIDDLEWARE).__name__}, so it has no order to change.",
            "Write it as a list: MIDDLEWARE = [...]",
            is_project_fault=True,
        )


def say(answers: BinaryIO, facts: Mapping[str, Any]) -> None:
    answers.write(json.dumps(facts).encode("ascii") + b"\n")
    answers.flush()


class Lab:
    """A project that is up, ready for experiments."""

    def __init__(self) -> None:
        from django.db import connections

        # Django fills in what DATABASES leaves out when it is asked for them first; both lists are to find it so.
        list(connections)
        self.remarks = Remarks()
        self.handlers = Handlers()
        self.unbuilt: dict[str, Any] | None = None
        try:
            self.handlers.sender(False)
        except Unbuildable as failed:
            self.unbuilt = failed.facts
        remark_caches(self.remarks)
        self.databases = Databases()
        self.outside = Outside()
        self.numbers = Numbers()
        self.sources = Sources()

    def facts(self) -> dict[str, Any]:
        import django
        from django.conf import settings

        return {
            "django": django.get_version(),
            "middleware": [str(path) for path in settings.MIDDLEWARE],
            "unbuilt": self.unbuilt,
            "remarks": [*self.remarks.facts(), *self.databases.remarks.facts()],
        }

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The answers to all visits of a question, or where the first failed; or that the project was edited."""
        if self.sources.have_changed():
            return {"is_stale": True}
        remarks = Remarks()
        facts: dict[str, Any] = {}
        try:
            with self.isolated(question, remarks):
                in_thread_of_its_own(lambda: facts.update(self.run(question)), remarks)
        except Unbuildable as failed:
            facts = {"failure": failed.facts}
        except EntryFailed as failed:
            facts = {"failure": failed.facts}
        except Refused as refused:
            facts = {"refused": refused.facts}
        except (Exception, SystemExit) as error:  # a database that went away, a view that ends Python
            facts = {"failure": {"stage": "isolation", **describe_error(error)}}
        if link.started is not None:
            link.started.hurry()
        return {**facts, "remarks": remarks.facts()}

    @contextmanager
    def isolated(self, question: Mapping[str, Any], remarks: Remarks) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(overridden_settings({**settings_of_isolation(), **question["settings"]}))
            stack.enter_context(throw_away_caches())
            stack.enter_context(throw_away_sessions())
            stack.enter_context(throw_away_mail(remarks))
            stack.enter_context(self.databases.rolled_back(remarks))
            stack.enter_context(self.outside.watched(remarks))
            yield

    def run(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Send all visits; runs in the thread of the experiment."""
        is_asgi = question["visits"][0]["asgi"]
        jars = Jars()
        with ExitStack() as stack:
            if question["middleware"] is None and not question["settings"]:
                sender = self.handlers.sender(is_asgi)
            else:
                with listed(question):
                    sender = stack.enter_context(self.handlers.another(is_asgi))
            visitors = [*question["visitors"], *([""] * len(question["visits"]))]
            return {
                "answers": [
                    self.send(sender, visit, jars, visitor, listed(question))
                    for visit, visitor in zip(question["visits"], visitors, strict=False)
                ]
            }

    def send(
        self, sender: Sender, visit: dict[str, Any], jars: Jars, visitor: str, trying: AbstractContextManager[None]
    ) -> dict[str, Any]:
        message = jars.with_cookies(visitor, message_from(visit, list(allowed_hosts())))
        with visiting(message, username=visit["as"], wants_csrf=visit["csrf"], keeps_session=True) as dressed:
            self.numbers.last = 0
            # Whoever the visitor is, is a matter of the list as it is: a changed one may not read the session.
            with trying:
                received = deliver(sender, dressed)
        jars.take(visitor, received)
        return {**told(received), "request": self.numbers.last}


def listed(question: Mapping[str, Any]) -> AbstractContextManager[None]:
    """MIDDLEWARE as it is asked for."""
    return (
        nullcontext() if question["middleware"] is None else overridden_settings({"MIDDLEWARE": question["middleware"]})
    )


def in_thread_of_its_own(action: Callable[[], None], remarks: Remarks) -> None:
    """Run in a fresh thread, as a server's: no active language, cache or thread-local of the last request."""
    failure: list[BaseException] = []

    def work() -> None:
        try:
            action()
        except BaseException as error:
            failure.append(error)

    before = set(threading.enumerate())
    thread = threading.Thread(target=work, name="reqtrace-experiment")
    thread.start()
    thread.join()
    tell_threads(set(threading.enumerate()) - before, remarks)
    if failure:
        raise failure[0]


def tell_threads(started: set[threading.Thread], remarks: Remarks) -> None:
    """Those that do not come to their end at once, as those of an event loop do."""
    deadline = time.monotonic() + THREAD_GRACE
    for thread in started:
        if thread.name.startswith(OWN_THREADS):
            continue
        thread.join(max(deadline - time.monotonic(), 0.0))
        if thread.is_alive():
            remarks.add("thread", name=thread.name)


class Numbers:
    """The number under which the recorder tells of a request, noted as it is given."""

    def __init__(self) -> None:
        self.last = 0
        begin = recorder.begin

        def noting(parent: int) -> RequestState | None:
            state = begin(parent)
            if state is not None and not parent:
                self.last = state.number
            return state

        recorder.begin = noting  # type: ignore[method-assign]
