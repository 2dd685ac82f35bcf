"""What few layers do is said in the funnel in words that cannot be missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django_model import SECURITY, SESSION, Journey
from scenarios import MAINTENANCE, Scenario, make

from reqtrace.analysis.commentary import Part, comment
from reqtrace.analysis.explain import narrate
from reqtrace.events.kinds import BodySent, ExceptionRaised, RequestEscaped
from reqtrace.render.circumstances import calls_badge, layer_without_response, second_calls
from reqtrace.render.commentary_words import sentences
from reqtrace.render.funnel import draw_funnel
from reqtrace.render.narration import message_text
from reqtrace.render.pictures import PICTURES
from reqtrace.render.plain import request_block
from reqtrace.render.story_words import story_sections
from reqtrace.trace.model import RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]


@pytest.fixture
def forgetful(fold_of: Callable[[Scenario], RequestTrace]) -> RequestTrace:
    """A function middleware calls ``get_response`` and forgets to return what it gave."""

    def forgets(journey: Journey) -> None:
        journey.get_response(1)

    return fold_of(make("forgets", (SECURITY, MAINTENANCE, SESSION), {"MaintenanceMiddleware.call": forgets}))


def picture(trace: RequestTrace, *, width: int = 80, stop: int | None = None) -> str:
    return draw_funnel(trace, width=width, height=18, stop=stop).canvas.plain()


def test_a_layer_that_calls_get_response_twice_is_named_where_it_does(trace_of: TraceOf) -> None:
    """Beside it stands how often, beside those inside that they ran twice, between the walks who began the next."""
    trace = trace_of("called_twice")
    assert second_calls(trace) == {1: 2}
    text = picture(trace)
    assert "2 Retry" in next(line for line in text.splitlines() if "get_response ×2" in line)
    assert "3 Session ×2" in text
    assert "again  2 Retry calls get_response once more" in text
    assert "called get_response 2 times" in picture(trace, width=120)


def test_the_second_call_is_not_told_before_it_happens(trace_of: TraceOf) -> None:
    """While the first walk is shown nothing says that another will follow."""
    trace = trace_of("called_twice")
    first = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW)
    text = picture(trace, stop=first.index)
    assert "again" not in text
    assert "get_response" not in text


def test_ordinary_requests_have_no_second_calls(trace_of: TraceOf) -> None:
    """Nothing is counted where nothing is called again."""
    assert second_calls(trace_of("detail")) == {}
    assert (calls_badge(0), calls_badge(1), calls_badge(2)) == ("", "", " ×2")


def test_a_layer_that_loses_the_response_is_named_where_it_does(trace_of: TraceOf, forgetful: RequestTrace) -> None:
    """The layer whose ``return`` is missing, not those outside of it, which pass on the None it gave them."""
    assert layer_without_response(forgetful) == 1
    assert layer_without_response(trace_of("detail")) is None
    (line,) = (line for line in picture(forgetful).splitlines() if "returned None" in line)
    assert "2 Maintenance" in line
    way_in = next(stop for stop in forgetful.stops if stop.layer == 1)
    assert "returned None" not in picture(forgetful, stop=way_in.index)


def test_the_lines_below_say_which_return_is_missing(forgetful: RequestTrace) -> None:
    """The exception is raised further out, in a layer that is not to blame."""
    text = request_block(forgetful, width=100).plain()
    assert "2 MaintenanceMiddleware gave back no response from __call__: is a return missing?" in text


def test_a_layer_that_is_not_used_is_called_so(trace_of: TraceOf) -> None:
    """Django's own name for it stands beside it, and the reason it gave."""
    line = next(line for line in picture(trace_of("not_used")).splitlines() if "Profiler" in line)
    assert "MiddlewareNotUsed" in line
    assert "PROFILER is not set" in line


def test_the_film_has_django_s_name(trace_of: TraceOf) -> None:
    """``convert_exception_to_response`` at 80 columns; where there is less room, what it does."""
    trace = trace_of("view_raises_500")
    assert "convert_exception_to_response  ZeroDivisionError → 500" in picture(trace)
    assert "exception → response  ZeroDivisionError → 500" in picture(trace, width=60)


def test_the_exception_walk_goes_upwards(trace_of: TraceOf) -> None:
    """Who was asked first stands first, and who answered, with what."""
    lines = [line for line in picture(trace_of("exception_walk")).splitlines() if "process_exception" in line]
    assert "9 QuietErrors → None, not handled" in lines[0]
    assert "8 FriendlyErrors answered 503" in lines[1]


def test_a_hook_that_raises_on_the_way_out_is_converted_at_its_layer(trace_of: TraceOf) -> None:
    """The layers inside have run, and those outside get the response that was made of the exception."""
    lines = picture(trace_of("response_hook_raises")).splitlines()
    assert "KeyError → 500" in next(line for line in lines if "3 Common" in line)
    assert "process_response" in next(line for line in lines if "2 Session" in line)


def test_another_request_object_is_said(trace_of: TraceOf) -> None:
    """A layer that hands on another request is the one whose row says so."""
    assert "2 FreshRequest" in next(
        line for line in picture(trace_of("request_replaced")).splitlines() if "new request object" in line
    )


def test_all_layers_that_a_static_file_passed_by_are_named(trace_of: TraceOf) -> None:
    """Their names are wrapped, not cut."""
    text = picture(trace_of("static"))
    assert "XFrameOptions" in text
    assert "…" not in text


def test_layers_that_had_to_be_adapted_are_named_above_the_picture(trace_of: TraceOf) -> None:
    """A sync layer in an async chain is said, by name as long as there are few."""
    trace = trace_of("asgi")
    assert "adapted" not in picture(trace)

    def adapted(*positions: int) -> RequestTrace:
        passes = [
            replace(row, layer=replace(row.layer, adapted="sync_to_async")) if row.layer.index in positions else row
            for row in trace.passes
        ]
        return replace(trace, passes=tuple(passes))

    assert "14 thread hops, 1.5ms · adapted: 3 Common" in picture(adapted(2))
    assert "3 layers adapted" in picture(adapted(1, 2, 3))


def breaks_off(journey: Journey) -> None:
    """A streamed body whose iterator raises after its first part."""
    journey.tell(BodySent, chunks=1, bytes=4)
    raised = {"error": "builtins.ValueError", "message": "no more paper"}
    journey.tell(ExceptionRaised, **raised, file="/srv/bookshop/shop/views.py", line=7, function="parts")
    journey.tell(RequestEscaped, **raised)


@pytest.fixture
def broken_off(fold_of: Callable[[Scenario], RequestTrace]) -> RequestTrace:
    """The status was sent, then the body broke off."""
    return fold_of(make("breaks_off", acts={"body": breaks_off}, streaming=True))


@pytest.mark.parametrize("name", PICTURES)
def test_a_body_that_broke_off_is_seen_in_every_picture(name: str, broken_off: RequestTrace) -> None:
    """The status says 200, and yet the visitor has a part of the answer only: nowhere before it has happened."""
    draw = PICTURES[name]
    over = draw(broken_off, stop=None, width=80, height=19).canvas.plain()
    assert "✖ ValueError" in over
    assert "200" in over
    started = next(stop for stop in broken_off.stops if stop.sort is StopSort.STARTED)
    assert "ValueError" not in draw(broken_off, stop=started.index, width=80, height=19).canvas.plain()
    narrow = draw(broken_off, stop=None, width=80, height=19, ascii_only=True).canvas.plain()
    assert "ValueError" in narrow
    assert narrow.isascii()


def test_a_body_that_broke_off_is_told_in_words(broken_off: RequestTrace) -> None:
    """What was sent cannot be taken back, and no layer hears of it."""
    stop = next(stop for stop in broken_off.stops if stop.sort is StopSort.ESCAPED)
    told = narrate(broken_off, stop)
    assert message_text(told.title) == "ValueError breaks the body off: no more paper"
    assert message_text(told.why) == (
        "raised at shop/views.py:7; 200 had been sent: no layer hears of it, no error page comes"
    )
    assert "raised in shop/views.py line 7" in sentences(comment(broken_off, stop))[Part.CALLER]
    (section,) = story_sections(broken_off, None)
    (sent,) = (line.words for line in section.lines if line.words.startswith("7 Send"))
    assert sent.endswith("ValueError broke the body off: the visitor has the status 200 and a part of the answer.")
    assert broken_off.summary.flags == ("exception",)
