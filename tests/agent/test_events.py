"""What the agent says is what Django did."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import (
    HOOKS,
    BodySent,
    ChainFailed,
    ChainLoaded,
    ChainLoading,
    ExceptionConverted,
    ExceptionRaised,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerFailed,
    LayerLeft,
    LayerLoaded,
    LayerSkipped,
    Outcome,
    PatternSeen,
    RequestChanged,
    RequestEscaped,
    RequestFinished,
    RequestStarted,
    ResponseChanged,
    ResponseClosed,
    ResponseStarted,
    SqlExecuted,
    TemplateEntered,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)

pytestmark = pytest.mark.slow

HTTP_MODES = ["wsgi", "asgi"]


def calls(observation: Any) -> list[str]:
    """``layer.hook`` in the order the hooks were entered."""
    return [f"{event.layer}.{HOOKS[event.hook]}" for event in observation.of(HookEntered)]


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_hooks_come_in_djangos_order(visit: Callable[..., Any], mode: str) -> None:
    """In, then all view hooks, then out in reverse; the middleware's own journal agrees."""
    seen = visit(["AllHooks", "Super", "AllHooks"], ["GET", "/"], mode=mode)
    assert calls(seen) == [
        *[f"{layer}.process_request" for layer in (0, 1, 2)],
        *[f"{layer}.process_view" for layer in (0, 1, 2)],
        *[f"{layer}.process_response" for layer in (2, 1, 0)],
    ]
    journal = [line.partition(".")[2] for line in seen.outcome["journal"] if line.startswith("AllHooks")]
    assert journal == [call.partition(".")[2] for call in calls(seen)]


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_every_entry_has_its_exit(visit: Callable[..., Any], mode: str) -> None:
    """Layers and hooks are entered and left in pairs, properly nested, whatever is answered or raised."""
    paths = [["GET", path] for path in ("/", "/raises/", "/missing/", "/nowhere/", "/none/", "/template-response/")]
    seen = visit(["AllHooks", "closure", "NewStyle", "AnswersException"], *paths, mode=mode)
    for started in seen.of(RequestStarted):
        stack = []
        for event in seen.of(LayerEntered, LayerLeft, HookEntered, HookLeft, request=started.request):
            place = (event.layer, getattr(event, "hook", None))
            if isinstance(event, LayerEntered | HookEntered):
                stack.append(place)
            else:
                assert stack.pop() == place
        assert stack == []
        assert len(seen.of(ResponseClosed, request=started.request)) == 1
        assert len(seen.of(RequestFinished, request=started.request)) == 1


def test_the_loading_phase_names_every_layer(visit: Callable[..., Any]) -> None:
    """Shape, hooks, place in the source and reason of every entry of MIDDLEWARE, loaded from the bottom up."""
    stack = ["AllHooks", "NotUsed", "closure", "partial_factory", "object_factory", "hybrid", "Slots"]
    seen = visit(stack, ["GET", "/"])
    loaded = {layer.layer: layer for layer in seen.of(LayerLoaded)}
    assert list(loaded) == [6, 5, 4, 3, 2, 0]
    assert [loaded[number].shape for number in (0, 2, 3, 4, 5, 6)] == [
        "class",
        "function",
        "partial",
        "object",
        "function",
        "class",
    ]
    assert [source.hook for source in loaded[0].hooks] == list(HOOKS)
    assert all(source.file.endswith("awkward.py") and source.line > 0 for source in loaded[0].hooks)
    assert loaded[0].is_mixin_call
    assert not loaded[2].is_mixin_call
    [skipped] = seen.of(LayerSkipped)
    assert (skipped.layer, skipped.reason) == (1, "not today")
    [end] = seen.of(ChainLoaded)
    assert end.view_middleware == (0, 4, 6)
    assert end.template_response_middleware == (4, 0)
    assert end.exception_middleware == (5, 4, 0)


def test_a_chain_that_does_not_load_says_where(visit: Callable[..., Any]) -> None:
    """A path that does not import ends the loading at its layer."""
    seen = visit(["AllHooks", "there.is.no.such", "closure"])
    [failed] = seen.of(LayerFailed)
    assert (failed.layer, failed.path) == (1, "there.is.no.such")
    assert "ModuleNotFoundError" in failed.error
    assert len(seen.of(ChainFailed)) == 1


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_an_adapted_layer_says_so(visit: Callable[..., Any], mode: str) -> None:
    """A sync-only layer under ASGI, or an async-only one under WSGI, shows how its neighbour was adapted."""
    seen = visit(["AllHooks", "sync_only" if mode == "asgi" else "async_only"], ["GET", "/"], mode=mode)
    adapted = {layer.layer: layer.adapted for layer in seen.of(LayerLoaded)}
    assert adapted[1] == ("async_to_sync" if mode == "asgi" else "sync_to_async")


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_changes_belong_to_the_layer_that_made_them(visit: Callable[..., Any], mode: str) -> None:
    """Attributes and headers are told right before the boundary at which they were noticed."""
    seen = visit(["AllHooks", "NewStyle", "LazyUser"], ["GET", "/"], mode=mode)
    events = seen.of(request=1)
    noticed = {}
    for event, following in pairwise(events):
        if isinstance(event, RequestChanged | ResponseChanged):
            for change in event.changes:
                noticed.setdefault(f"{change.op}{change.name}", (following, change))
    boundary, _change = noticed["+seen_by"]
    assert isinstance(boundary, HookLeft)
    assert boundary.layer == 0
    boundary, _change = noticed["+new_style"]
    assert isinstance(boundary, LayerEntered)
    assert boundary.layer == 2
    boundary, change = noticed["+user"]
    assert isinstance(boundary, LayerEntered)
    assert boundary.layer == -1
    assert change.lazy
    assert change.after == "SimpleLazyObject"
    boundary, change = noticed["~fragile"]
    assert isinstance(boundary, LayerLeft)
    assert boundary.layer == 2
    boundary, _change = noticed["+X-New-Style"]
    assert isinstance(boundary, LayerLeft)
    assert boundary.layer == 1
    boundary, change = noticed["+X-All-Hooks"]
    assert isinstance(boundary, HookLeft)
    assert change.after == "1"
    assert "user evaluated" not in seen.outcome["journal"]
    assert "fragile touched" not in seen.outcome["journal"]


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_a_replaced_response_is_told(visit: Callable[..., Any], mode: str) -> None:
    """Another response object, its status and body, belong to the hook that returned it."""
    seen = visit(["AllHooks", "Replaces"], ["GET", "/"], mode=mode)
    parts = {change.part: change for event in seen.of(ResponseChanged) for change in event.changes}
    assert parts["object"].op == "~"
    assert (parts["status"].before, parts["status"].after) == ("200", "203")
    assert (parts["body"].before, parts["body"].after) == ("5", "8")


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_urls_tried_and_matched(visit: Callable[..., Any], mode: str) -> None:
    """The patterns tried come in order; the captured arguments are described, secret ones hidden."""
    seen = visit([], ["GET", "/things/5/"], ["GET", "/deep/abc/"], ["GET", "/nowhere/"], mode=mode)
    patterns = {pattern.pattern: pattern for pattern in seen.of(PatternSeen)}
    thing, deep = seen.of(UrlResolved)
    assert thing.arguments == (("pk", "5"),)
    assert thing.view_name == "thing"
    assert [patterns[path[-1]].text for path in thing.tried][:3] == ["", "inner/", "other/"]
    assert patterns[thing.matched[-1]].text == "things/<int:pk>/"
    assert patterns[thing.matched[-1]].target == "awkward_urls.Thing"
    assert deep.namespaces == ("deep",)
    assert [patterns[number].text for number in deep.matched] == ["deep/", "<slug:token>/"]
    assert deep.arguments == (("token", "********"),)
    [missing] = seen.of(UrlUnresolved)
    assert any(patterns[path[0]].sort == "i18n" for path in missing.tried)
    assert missing.error.endswith("Resolver404")
    assert seen.of(ViewEntered, request=missing.request) == []


def test_request_urlconf_is_named(visit: Callable[..., Any]) -> None:
    """A URLconf set by a middleware is told with its source."""
    seen = visit(["Urlconf"], ["GET", "/"])
    [entered] = seen.of(UrlconfEntered)
    assert (entered.urlconf, entered.source) == ("awkward_urls_too", "request.urlconf")


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_views_of_every_sort(visit: Callable[..., Any], mode: str) -> None:
    """Function and class views, sync and async, are told with name, place and handler method."""
    seen = visit([], *[["GET", path] for path in ("/", "/things/5/", "/async/", "/async-thing/", "/shelf/")], mode=mode)
    facts = [(view.name, view.sort, view.method, view.is_async) for view in seen.of(ViewEntered)]
    assert facts == [
        ("awkward_urls.plain", "function", "", False),
        ("awkward_urls.Thing", "class", "get", False),
        ("awkward_urls.asynchronous", "function", "", True),
        ("awkward_urls.AsyncThing", "class", "get", True),
        # A view set of Django REST framework says itself which of its methods stands for which of HTTP.
        ("awkward_urls.Shelf", "class", "list", False),
    ]
    assert all(view.file.endswith("awkward_urls.py") and view.line > 0 for view in seen.of(ViewEntered))
    assert [view.status for view in seen.of(ViewLeft)] == [200] * 5


def test_a_method_that_is_decorated_is_told_where_it_is_written(visit: Callable[..., Any]) -> None:
    """A view that is a method of an instance: its own name and place, and the decorator that Django calls."""
    [view] = visit([], ["GET", "/desk/"]).of(ViewEntered)
    assert (view.name, view.sort, view.decorators) == ("awkward_urls.Desk.front", "function", ("method_decorator",))
    assert view.file.endswith("awkward_urls.py")


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_sql_has_its_line_and_hides_secrets(visit: Callable[..., Any], mode: str) -> None:
    """Statements carry the project line that caused them; a parameter of a secret column is hidden."""
    seen = visit([], ["GET", "/sql/"], mode=mode)
    statements = seen.of(SqlExecuted)
    assert [statement.parameters for statement in statements[:3]] == [("0",), ("1",), ("2",)]
    assert {statement.function for statement in statements} == {"sql"}
    assert all(statement.file.endswith("awkward_urls.py") for statement in statements)
    assert all(statement.duration > 0 for statement in statements)


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_templates_show_their_parents_and_parts(visit: Callable[..., Any], mode: str) -> None:
    """``extends`` and ``include`` are templates inside the template."""
    seen = visit([], ["GET", "/page/"], mode=mode)
    assert [template.name for template in seen.of(TemplateEntered)] == ["page.html", "base.html", "part.html"]


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_template_response_is_rendered_late(visit: Callable[..., Any], mode: str) -> None:
    """The view leaves an unrendered response; the hooks come bottom-up, then the templates."""
    seen = visit(["AllHooks", "NewStyle"], ["GET", "/template-response/"], mode=mode)
    [left] = seen.of(ViewLeft)
    assert left.is_unrendered
    hooks = [event for event in seen.of(HookEntered) if HOOKS[event.hook] == "process_template_response"]
    assert [event.layer for event in hooks] == [1, 0]
    first_template = seen.of(TemplateEntered)[0]
    assert left.time < hooks[0].time < hooks[1].time < first_template.time


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_rendering_is_not_charged_to_a_middleware(visit: Callable[..., Any], mode: str) -> None:
    """The body that late rendering makes is the core's change, told before the core is left."""
    seen = visit(["closure"], ["GET", "/template-response/"], mode=mode)
    events = seen.of(request=1)
    for event, following in pairwise(events):
        if isinstance(event, ResponseChanged):
            assert isinstance(following, LayerLeft)
            assert following.layer == -1
    assert seen.of(ResponseChanged)


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_an_exception_is_followed_to_its_film(visit: Callable[..., Any], mode: str) -> None:
    """Raised once, offered to the exception hooks bottom-up, converted around the core."""
    seen = visit(["AllHooks", "NewStyle"], ["GET", "/raises/"], mode=mode)
    [raised] = seen.of(ExceptionRaised)
    assert (raised.error, raised.message, raised.function) == ("builtins.RuntimeError", "a view that fails", "raises")
    hooks = [event for event in seen.of(HookEntered) if HOOKS[event.hook] == "process_exception"]
    assert [event.layer for event in hooks] == [1, 0]
    [converted] = seen.of(ExceptionConverted)
    assert (converted.layer, converted.status) == (-1, 500)


@pytest.mark.parametrize(
    ("mode", "path", "caller"),
    [("wsgi", "/raises/", "_get_response"), ("asgi", "/async/", "_get_response_async")],
)
def test_arguments_that_do_not_fit_fail_where_django_calls(
    visit: Callable[..., Any], mode: str, path: str, caller: str
) -> None:
    """A call that never reaches the view is told at the line of Django that makes it, not at one of ours."""
    seen = visit(["AddsArgument"], ["GET", path], mode=mode)
    [raised] = seen.of(ExceptionRaised)
    assert (raised.error, raised.function) == ("builtins.TypeError", caller)
    assert Path(raised.file).parts[-4:] == ("django", "core", "handlers", "base.py")
    assert "wrapped_callback(" in Path(raised.file).read_text().splitlines()[raised.line - 1]


def test_an_exception_in_a_hook_is_converted_around_its_layer(visit: Callable[..., Any]) -> None:
    """The film of the raising layer turns it into a response; its own process_response does not run."""
    seen = visit(["AllHooks", "RaisesInRequest", "NewStyle"], ["GET", "/"])
    [converted] = seen.of(ExceptionConverted)
    assert (converted.layer, converted.status) == (1, 403)
    assert calls(seen) == ["0.process_request", "1.process_request", "0.process_response"]
    [left] = [event for event in seen.of(HookLeft) if event.layer == 1]
    assert left.outcome == Outcome.raised


def test_an_exception_that_leaves_the_handler_is_told(visit: Callable[..., Any]) -> None:
    """With DEBUG_PROPAGATE_EXCEPTIONS, and for a BaseException, there is no response and the request still ends."""
    seen = visit(["AllHooks"], ["GET", "/raises/"], settings={"DEBUG_PROPAGATE_EXCEPTIONS": True})
    [escaped] = seen.of(RequestEscaped)
    assert escaped.error == "builtins.RuntimeError"
    assert len(seen.of(RequestFinished)) == 1
    assert seen.of(ResponseStarted) == []
    seen = visit(["RaisesBase"], ["GET", "/"])
    [escaped] = seen.of(RequestEscaped)
    assert escaped.error == "builtins.SystemExit"


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_work_in_a_streaming_body_belongs_to_its_request(visit: Callable[..., Any], mode: str) -> None:
    """SQL made while the body is produced carries the request; the chunks are counted to the end."""
    seen = visit(["AllHooks"], ["GET", "/stream/"], mode=mode)
    assert [statement.request for statement in seen.of(SqlExecuted)] == [1, 1, 1]
    assert seen.of(BodySent)[-1].bytes == len("part 0\n") * 3
    [started] = seen.of(ResponseStarted)
    assert started.streaming


@pytest.mark.parametrize("mode", HTTP_MODES)
def test_the_parts_of_an_async_body_are_counted(visit: Callable[..., Any], mode: str) -> None:
    """Also where Django has to collect them before a sync server can send them."""
    seen = visit([], ["GET", "/astream/"], mode=mode)
    last = seen.of(BodySent)[-1]
    assert (last.bytes, last.chunks) == (len("part 0\n") * 3, 3)


def test_a_file_is_left_to_the_server(visit: Callable[..., Any]) -> None:
    """FileResponse keeps ``wsgi.file_wrapper``; its end is told all the same."""
    seen = visit([], ["GET", "/file/"])
    assert seen.outcome["answers"][0]["result"] == "FileWrapper"
    [started] = seen.of(ResponseStarted)
    assert started.file
    assert len(seen.of(ResponseClosed)) == 1


def test_a_request_in_a_request_has_a_number_of_its_own(visit: Callable[..., Any]) -> None:
    """A test client used inside a middleware is another request that knows its parent."""
    seen = visit(["Nested", "AllHooks"], ["GET", "/"])
    outer, inner = seen.of(RequestStarted)
    assert (inner.parent, inner.entry, inner.path) == (outer.request, "client", "/inner/")
    assert outer.parent == 0
    assert {event.request for event in seen.of(HookEntered)} == {outer.request, inner.request}
    assert len(seen.of(HookEntered, request=inner.request)) == 3


def test_a_handler_in_a_handler_has_a_chain_of_its_own(visit: Callable[..., Any]) -> None:
    """A handler built while another is being loaded gets its own chain, and its requests name it."""
    seen = visit(["SecondHandler", "AllHooks"], ["GET", "/other/"])
    outer, inner = seen.of(ChainLoading)
    assert (outer.middleware, inner.middleware) == (("awkward.SecondHandler", "awkward.AllHooks"), ("awkward.closure",))
    assert [(event.parent, event.chain) for event in seen.of(RequestStarted)] == [(0, outer.chain), (1, inner.chain)]


def test_get_response_twice_shows_the_inside_twice(visit: Callable[..., Any]) -> None:
    """A middleware that calls get_response twice makes the inner layers run twice."""
    seen = visit(["Twice", "AllHooks"], ["GET", "/"])
    assert [event.layer for event in seen.of(LayerEntered)] == [0, 1, -1, 1, -1]


def test_secrets_never_leave_the_process(visit: Callable[..., Any]) -> None:
    """Cookies, authorization and secret query parameters are hidden in everything that is sent."""
    headers = {"Cookie": "sessionid=s3cr3tsession; theme=s3cr3ttheme", "Authorization": "Basic s3cr3tauth"}
    seen = visit(["NewStyle"], ["GET", "/?token=s3cr3ttoken&page=2", "", headers])
    [started] = seen.of(RequestStarted)
    assert started.query == "token=********&page=2"
    assert ("Cookie", "sessionid=********; theme=********") in started.headers
    assert ("Authorization", "********") in started.headers
    assert "s3cr3t" not in repr(seen.events)


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_an_exception_in_a_streaming_body_is_told_once(visit: Callable[..., Any], mode: str) -> None:
    """The status was sent before it, the response is closed after it, and the server gets it all the same."""
    seen = visit([], ["GET", "/broken-stream/"], mode=mode)
    started, raised, escaped = (seen.of(kind) for kind in (ResponseStarted, ExceptionRaised, RequestEscaped))
    assert [one.status for one in started] == [200]
    assert [one.error for one in raised] == ["builtins.RuntimeError"]
    assert {one.error for one in escaped} == {"builtins.RuntimeError"}
    assert started[0].time < raised[0].time <= escaped[0].time


def test_a_stream_that_ends_or_is_closed_raises_nothing(visit: Callable[..., Any]) -> None:
    """StopIteration is no exception of anybody's."""
    assert visit([], ["GET", "/stream/"]).of(ExceptionRaised, RequestEscaped) == []
