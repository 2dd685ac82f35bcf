"""How tracers of Django broke the sites they watched, and the test that shows that this one does not."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import (
    HOOKS,
    AgentWarned,
    ChainLoaded,
    ExceptionConverted,
    HookEntered,
    LayerEntered,
    RequestChanged,
    RequestEscaped,
    RequestFinished,
    RequestStarted,
    ResponseStarted,
    SqlExecuted,
    TemplateEntered,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
)
from reqtrace.events.wire import LEVELS
from reqtrace.hub.hub import Hub

TESTS = Path(__file__).resolve().parents[1]
FIDELITY = "agent/test_fidelity.py::test_the_site_does_not_notice"
CROWD = "agent/test_interleaving.py::test_a_request_in_a_crowd_is_told_as_if_alone"


TRAPS = {
    "a wrapper without __self__": [FIDELITY, "::test_marks_and_classes_are_the_same"],
    "an async hook wrapped by a sync function": [FIDELITY, "::test_marks_and_classes_are_the_same"],
    "the whole chain made sync": [FIDELITY, "agent/test_hops.py::test_every_hop_is_told"],
    "function middleware without __acall__": [FIDELITY],
    "sync_capable and async_capable lost": [FIDELITY, "agent/test_events.py::test_an_adapted_layer_says_so"],
    "function attributes lost": [FIDELITY],
    "sync or async decided by bytecode": [FIDELITY, "::test_marks_and_classes_are_the_same"],
    "coroutine already executing": [FIDELITY],
    "a cancelled request reported as an error": ["::test_a_client_that_leaves"],
    "static and class methods get an argument too many": [FIDELITY],
    "a wrapper's name hides the middleware": ["agent/test_events.py::test_the_loading_phase_names_every_layer"],
    "wrapper classes and super()": [FIDELITY, "::test_marks_and_classes_are_the_same"],
    "attributes of functions trusted": [FIDELITY, "agent/test_values.py::test_attributes_are_read_past_the_class"],
    "request.user touched": ["::test_a_lazy_user_stays_lazy"],
    "the body read first": ["::test_the_body_is_the_sites_to_read", FIDELITY],
    "content of a stream read": [FIDELITY],
    "work in a streaming body lost": ["agent/test_events.py::test_work_in_a_streaming_body_belongs_to_its_request"],
    "wsgi.file_wrapper disabled": ["agent/test_events.py::test_a_file_is_left_to_the_server"],
    "a ContextVar reset in another context": [
        FIDELITY,
        CROWD,
    ],
    "a ContextVar that does not survive ASGI": [
        "agent/test_events.py::test_every_entry_has_its_exit",
        "agent/test_events.py::test_work_in_a_streaming_body_belongs_to_its_request",
    ],
    "requests mixed up by global signals": [CROWD],
    "template contexts captured": [FIDELITY, "agent/test_events.py::test_templates_show_their_parents_and_parts"],
    "parents of extends missed": ["agent/test_events.py::test_templates_show_their_parents_and_parts"],
    "the test runner's own render": ["::test_djangos_test_runner_sees_its_templates"],
    "another profiler is active": ["agent/test_bootstrap.py::test_a_process_without_django_is_left_alone"],
    "the URLconf imported at set-up": ["::test_loading_imports_no_urlconf"],
    "installed before the settings": ["::test_installing_reads_no_settings"],
    "only the first handler": [
        "::test_every_handler_is_watched",
        "agent/test_events.py::test_a_handler_in_a_handler_has_a_chain_of_its_own",
    ],
    "static files bypass everything": ["::test_static_files_have_a_lane_of_their_own"],
    "the tracer observes itself": ["::test_only_the_sites_statements_are_told", "::test_a_lazy_user_stays_lazy"],
    "driver noise among the statements": ["::test_only_the_sites_statements_are_told"],
    "receivers on signals": ["::test_no_signal_has_a_receiver_of_ours"],
    "two patchers recurse": [
        "::test_a_neighbour_that_patches_the_same",
        "agent/test_patches.py::test_a_neighbours_patch",
    ],
    "bound methods that are none any more": [FIDELITY, "::test_marks_and_classes_are_the_same"],
    "a middleware of its own": ["agent/test_events.py::test_the_loading_phase_names_every_layer", FIDELITY],
    "unbounded growth": [
        "agent/test_recorder.py::test_too_many_waiting_requests_are_counted",
        "agent/test_recorder.py::test_a_log_has_an_end",
        "agent/test_collector.py::test_requests_that_never_end_do_not_pile_up",
        "agent/test_statements.py::test_statements_are_remembered_within_bounds",
    ],
    "threads started earlier or later": [CROWD],
    "iscoroutinefunction differs between versions": ["::test_marks_and_classes_are_the_same"],
    "a hook that runs twice": [FIDELITY, "agent/test_events.py::test_get_response_twice_shows_the_inside_twice"],
    "ghost hooks of decorators and error pages": [
        "::test_ghosts_are_not_told_as_steps_of_the_chain",
        "agent/test_decorators.py::test_default_error_pages_have_hooks_of_their_own",
    ],
    "ghost resolutions": [
        "::test_ghosts_are_not_told_as_steps_of_the_chain",
        "agent/test_lookups.py::test_the_missing_slash",
    ],
    "a request object that is swapped": [FIDELITY],
    "the same class twice": ["agent/test_events.py::test_hooks_come_in_djangos_order"],
    "requests of one keep-alive thread": [
        "agent/test_interleaving.py::test_a_kept_alive_connection_has_distinct_requests"
    ],
    "the autoreloader's two processes": ["agent/test_interleaving.py::test_the_autoreloader_announces_each_process"],
    "a forked worker": [
        "agent/test_interleaving.py::test_prefork_workers_reach_one_hub",
        "agent/test_link.py::test_a_forked_process_has_a_connection_of_its_own",
    ],
    "str() of a translated route": ["agent/test_patterns.py::test_translated_routes_are_not_looked_up"],
    "an exception before the view": ["::test_a_wrong_host_is_answered_by_the_film_of_its_layer"],
    "a request inside a request": ["agent/test_events.py::test_a_request_in_a_request_has_a_number_of_its_own"],
    "a URLconf that changes": ["agent/test_events.py::test_request_urlconf_is_named"],
    "HEAD, and a server's own answers": ["integration/test_untouched.py::test_runserver_answers_the_same"],
    "warnings that name another caller": [FIDELITY, "agent/test_guard.py::test_a_warning_about_the_caller_passes"],
    "tracebacks with frames of the tracer": ["agent/test_fidelity.py::test_debug_pages_and_propagated_exceptions"],
    "patches that stay behind": ["::test_nothing_is_left_when_it_is_taken_out"],
}
"""For each trap the tests (by the beginning of their names) that would fail if we fell into it; ``::`` is this file."""


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_has_its_test(trap: str) -> None:
    """The tests named above exist."""
    assert TRAPS[trap]
    for named in TRAPS[trap]:
        file, _colons, test = named.partition("::")
        tree = ast.parse((TESTS / (file or "agent/test_traps.py")).read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert [name for name in names if name.startswith(test)], named


@pytest.fixture
def fall(run_child: Callable[..., Any]) -> Callable[..., Any]:
    """Bring a traced site into a situation; ``is_compared`` where only an untraced one can say what is right."""

    def run(situation: str, *, is_compared: bool = False) -> Any:
        program = str(Path(__file__).with_name("trap_site.py"))
        seen = run_child(program, situation)
        assert seen.of(AgentWarned) == []
        if is_compared:
            bare = run_child(program, situation, traced=False)
            assert seen.outcome == bare.outcome
            assert seen.stderr == bare.stderr
        return seen

    return run


pytestmark = pytest.mark.slow


def test_a_lazy_user_stays_lazy(fall: Callable[..., Any]) -> None:
    """A view that does not ask who is there makes no query, and its answer does not vary on the cookie."""
    seen = fall("lazy_user")
    assert seen.outcome == {
        "/untouched/": {"queries": 0, "vary": "", "body": "nobody asked"},
        "/touched/": {"queries": 2, "vary": "Cookie", "body": "ada"},
    }
    untouched, touched = seen.of(RequestStarted)
    assert seen.of(SqlExecuted, request=untouched.request) == []
    assert len(seen.of(SqlExecuted, request=touched.request)) == 2
    changes = [change for event in seen.of(RequestChanged, request=untouched.request) for change in event.changes]
    [user] = [change for change in changes if change.name == "user"]
    assert (user.op, user.after, user.lazy) == ("+", "SimpleLazyObject", True)


def test_the_body_is_the_sites_to_read(fall: Callable[..., Any]) -> None:
    """In any order: what Django allows works, what it forbids is forbidden, upload handlers can still be chosen."""
    assert fall("bodies").outcome == ["Ada RawPostDataException", "True Ada ['file']", "content"]


def test_djangos_test_runner_sees_its_templates(fall: Callable[..., Any]) -> None:
    """``response.templates`` and the context are complete, each template is told once, and the swap is undone."""
    seen = fall("test_runner")
    names = ["page.html", "base.html", "part.html"]
    assert seen.outcome == [names, "<p>7</p>", True, 7]
    assert [template.name for template in seen.of(TemplateEntered)] == names


def test_installing_reads_no_settings(fall: Callable[..., Any]) -> None:
    """All of Django that is watched can be imported before there are settings, which then are the project's."""
    assert fall("before_settings").outcome == [False, "mine", "200 OK"]


def test_loading_imports_no_urlconf(fall: Callable[..., Any]) -> None:
    """It is imported by the first request, as ever."""
    seen = fall("urlconf_unread")
    assert seen.outcome == [True, False]
    assert len(seen.of(ChainLoaded)) == 1


def test_every_handler_is_watched(fall: Callable[..., Any]) -> None:
    """Each request belongs to the chain of its own handler."""
    seen = fall("several_handlers")
    started = seen.of(RequestStarted)
    assert [event.entry for event in started] == ["wsgi", "wsgi", "asgi", "client", "direct"]
    assert len({event.chain for event in started}) == 5
    assert all(len(seen.of(LayerEntered, request=event.request)) == 2 for event in started)


def test_a_client_that_leaves(fall: Callable[..., Any]) -> None:
    """The view is cancelled as without us; the request ends as left by its client, and is no error."""
    seen = fall("client_leaves")
    assert seen.outcome == [[], ["in", "cancelled"]]
    [escaped] = seen.of(RequestEscaped)
    assert (escaped.error, escaped.message) == ("", "client disconnected")
    assert len(seen.of(RequestFinished)) == 1
    assert seen.of(ResponseStarted, ExceptionConverted) == []


def test_static_files_have_a_lane_of_their_own(fall: Callable[..., Any]) -> None:
    """A file, found or not, meets no middleware and no URLconf, and belongs to no chain."""
    seen = fall("static_files")
    assert [status for status, _body in seen.outcome] == ["200 OK", "404 Not Found", "200 OK"]
    found, missing, page = seen.of(RequestStarted)
    for started in (found, missing):
        assert (started.handler, started.chain) == ("StaticFilesHandler", 0)
        assert seen.of(LayerEntered, UrlconfEntered, ViewEntered, request=started.request) == []
    assert page.chain == 1
    assert len(seen.of(ViewEntered, request=page.request)) == 1


def test_only_the_sites_statements_are_told(fall: Callable[..., Any]) -> None:
    """Not what Django asks SQLite for its debug log; ``execute_wrappers`` stays the project's."""
    seen = fall("debug_sql", is_compared=True)
    body, _queries, wrappers = seen.outcome
    assert (body, wrappers) == ("asked", [])
    assert [(event.sql, event.parameters) for event in seen.of(SqlExecuted)] == [("SELECT %s", ("7",))]


def test_no_signal_has_a_receiver_of_ours(fall: Callable[..., Any]) -> None:
    """Every signal has the receivers it has without us, so its fast path stays fast."""
    count, _receivers = fall("signals", is_compared=True).outcome
    assert count > 10


def test_marks_and_classes_are_the_same(fall: Callable[..., Any]) -> None:
    """For asgiref and for inspect, sync and async; hooks keep their ``__self__``, instances their class."""
    *hooks, classes, functions = fall("marks", is_compared=True).outcome
    assert {owner for _asgiref, _inspect, owner in hooks} >= {"AllHooks", "NewStyle", "AsyncHooks"}
    assert ["AllHooks", "MiddlewareMixin", "object"] in classes
    assert functions == sorted(HOOKS)


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_neighbour_that_patches_the_same(fall: Callable[..., Any], order: str) -> None:
    """Another tool around or inside our wrappers sees the same calls, and so do we."""
    seen = fall(f"neighbour_{order}", is_compared=True)
    answers, calls = seen.outcome
    assert [answer["status"] for answer in answers] == ["200 OK", "200 OK", "404 Not Found"]
    assert calls.count("__call__") == calls.count("get_response") == 3
    assert len(seen.of(RequestStarted)) == 3
    assert len(seen.of(TemplateEntered)) == 3 + 1, "and that of the page for 404"
    assert len(seen.of(SqlExecuted)) == 1


def test_ghosts_are_not_told_as_steps_of_the_chain(fall: Callable[..., Any]) -> None:
    """``csrf_protect`` and error pages run hooks of their own, ``APPEND_SLASH`` resolves again: neither is a step."""
    seen = fall("ghosts")
    assert [status for status, _location in seen.outcome] == [
        *("200 OK", "404 Not Found", "301 Moved Permanently", "200 OK"),
    ]
    assert {event.layer for event in seen.of(HookEntered)} == {0}
    assert {HOOKS[event.hook] for event in seen.of(HookEntered)} == {"process_request", "process_response"}
    for started in seen.of(RequestStarted):
        assert len(seen.of(UrlconfEntered, request=started.request)) == 1
        assert len(seen.of(UrlResolved, UrlUnresolved, request=started.request)) == 1


def test_a_wrong_host_is_answered_by_the_film_of_its_layer(fall: Callable[..., Any]) -> None:
    """``DisallowedHost`` is raised in ``CommonMiddleware``; no layer further in is entered."""
    seen = fall("wrong_host")
    assert seen.outcome == "400 Bad Request"
    [converted] = seen.of(ExceptionConverted)
    assert (converted.layer, converted.status) == (2, 400)
    assert converted.error == "django.core.exceptions.DisallowedHost"
    assert [event.layer for event in seen.of(LayerEntered)] == [0, 1, 2]


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_is_left_when_it_is_taken_out(fall: Callable[..., Any], hub: Hub, level: str) -> None:
    """After ``uninstall`` no module and no class of Django holds anything of ours, and the site goes on."""
    hub.set_level(level)
    owned, answer = fall("uninstalled").outcome
    assert owned == []
    assert answer["status"] == "200 OK"
