"""The callers of a stop are those that a traceback of the real Django shows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django_model import Journey, Middleware, Raised
from scenarios import SCENARIOS, make

from reqtrace.analysis.call_path import Caller, call_path
from reqtrace.analysis.django_code import Code
from reqtrace.hub.python_files import find_function, find_line
from reqtrace.trace.model import StopSort as S

Told = Callable[..., Any]
WITNESS = Path(__file__).parent / "call_path_witness.py"
BOTH = Middleware(path="m.Outer", hooks={"process_request": 1, "process_view": 2, "process_response": 3})
INNER = Middleware(path="m.Inner", hooks={"process_request": 1, "process_exception": 2, "process_template_response": 3})
"""The stack of ``call_path_witness``."""


def names(callers: tuple[Caller, ...]) -> list[str]:
    return [caller.name if caller.code is None else caller.code.function for caller in callers]


def stop_of(told: Told, scenario: Any, sort: S, layer: str = "") -> tuple[Caller, ...]:
    trace = told(scenario).trace
    for stop in trace.stops:
        at = trace.passes[stop.layer].layer.name if stop.layer is not None else ""
        if stop.sort is sort and layer in ("", at):
            return call_path(trace, stop)
    raise AssertionError(f"no {sort} {layer}")


def raising(journey: Journey) -> int:
    raise Raised("builtins.ZeroDivisionError", "division by zero")


@pytest.fixture(scope="module")
def seen() -> dict[str, list[str]]:
    """The functions of Django on the stack, from the inside, wherever the witness looked."""
    run = subprocess.run([sys.executable, str(WITNESS)], capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, list[str]] = json.loads(run.stdout)
    return answer


@pytest.mark.slow
def test_the_real_django_has_the_same_callers(told: Told, seen: dict[str, list[str]]) -> None:
    """Hook by hook, view, template hook, exception hook, conversion: the names on the stack, none left out."""

    page = make("page", (BOTH, INNER), {"render": lambda journey: None})
    failing = make("failing", (BOTH, INNER), {"view": raising})
    expected = {
        "Outer.process_request": stop_of(told, page, S.LAYER_IN, "Outer"),
        "Inner.process_request": stop_of(told, page, S.LAYER_IN, "Inner"),
        "Outer.process_view": stop_of(told, page, S.VIEW_HOOK),
        "view": stop_of(told, page, S.VIEW),
        "Inner.process_template_response": stop_of(told, page, S.TEMPLATE_RESPONSE_HOOK),
        "Outer.process_response": stop_of(told, page, S.LAYER_OUT, "Outer"),
        "Inner.process_exception": stop_of(told, failing, S.EXCEPTION_HOOK),
    }
    for where, callers in expected.items():
        ours = [name for name in names(callers) if not name.startswith("WSGIRequestHandler")]
        assert ours == seen[where], where


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_place_is_in_the_django_that_is_installed(told: Told, name: str) -> None:
    """Function and line of the call are found, so nothing that Django has renamed stays unnoticed."""
    spec = find_spec("django")
    assert spec is not None
    assert spec.origin is not None
    directory = Path(spec.origin).parent
    trace = told(SCENARIOS[name]).trace
    for caller in {caller for stop in trace.stops for caller in call_path(trace, stop)}:
        if caller.code is not None:
            file = str(directory / caller.code.file)
            function = find_function(file, caller.code.function, is_async=caller.code.is_async)
            assert function is not None, caller
            assert not caller.calls or find_line(file, function, caller.calls), caller


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_every_function_that_is_named_exists(code: Code) -> None:
    """Those that only the commentary names, too."""
    spec = find_spec("django")
    assert spec is not None
    assert spec.origin is not None
    file = str(Path(spec.origin).parent / code.file)
    assert find_function(file, code.function, is_async=code.is_async) is not None


def test_a_statement_is_called_from_the_view(told: Told) -> None:
    """Its own place is the line that asked; the function around is the first caller."""
    assert names(stop_of(told, SCENARIOS["detail"], S.SQL))[:2] == ["shop.views.detail", "BaseHandler._get_response"]


def test_a_conversion_is_made_by_the_film_around_what_raised(told: Told) -> None:
    """Around the core first, with all layers outside of it; around a layer only those further out."""
    core = stop_of(told, SCENARIOS["view_raises_500"], S.CONVERTED)
    assert core[0].code is Code.FILM
    assert core[0].calls.startswith("response = response_for_exc")
    assert core[1].layer == "XFrameOptionsMiddleware"
    layer = stop_of(told, SCENARIOS["request_hook_raises"], S.CONVERTED)
    assert layer[0].layer == "CommonMiddleware"
    assert layer[1].layer == "SessionMiddleware"


def test_a_layer_with_code_of_its_own_calls_the_next_itself(told: Told) -> None:
    """Its own function stands between the films, and no MiddlewareMixin."""
    path = stop_of(told, SCENARIOS["function_middleware"], S.VIEW)
    own = next(caller for caller in path if caller.name == "timing")
    assert own.line == 12
    assert path[path.index(own) + 1].code is Code.FILM


def test_an_asynchronous_chain_ends_at_the_server_protocol(told: Told) -> None:
    """ASGI: the coroutine functions of the handler."""
    assert names(stop_of(told, SCENARIOS["asgi"], S.VIEW))[-5:-1] == [
        "BaseHandler.get_response_async",
        "ASGIHandler.run_get_response",
        "ASGIHandler.handle",
        "ASGIHandler.__call__",
    ]


def test_a_static_file_has_only_the_server_around(told: Told) -> None:
    """No layer is named for a request that no layer saw."""
    trace = told(SCENARIOS["static"]).trace
    for stop in trace.stops:
        assert not [caller for caller in call_path(trace, stop) if caller.layer]
