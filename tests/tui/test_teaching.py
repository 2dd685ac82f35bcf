"""A step is explained, its changes are told, its source is followed to its callers."""

from __future__ import annotations

import pytest
from tui_driver import MemorySource, Opener

pytestmark = pytest.mark.slow
SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40", "200x50"])
async def test_a_step_and_the_next_are_explained(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """The explanation stays open while the person steps on, until e or Esc closes it."""
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("home", "right", "right", "e")
        assert "Explain: step 3/25" in driver.text
        assert "Layer 2 of 7, SessionMiddleware" in driver.text
        await driver.press("right")
        assert "Explain: step 4/25" in driver.text
        assert "Layer 3 of 7, CommonMiddleware" in driver.text
        await driver.press("escape")
        assert "Explain: step" not in driver.text
        await driver.press("e", "e")
        assert "Explain: step" not in driver.text


async def test_an_explanation_fits_a_small_screen(opened: Opener, source: MemorySource) -> None:
    """At 80x24 it is read from its first sentence to the page of the documentation without scrolling."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "e")
        assert "Layer 2 of 7" in driver.lines[3]
        assert "In Django's documentation: How to use sessions" in driver.text


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40", "200x50"])
async def test_a_finished_request_is_told_as_a_whole(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """The end of a finished request is no step: e tells all of it, phase by phase; a step gives way to its own."""
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("e")
        assert "Explain: request 1" in driver.text
        told = " ".join(driver.text.replace("│", " ").split())
        assert "1 Enter: GET /books/3/ came to WSGIHandler" in told
        assert "7 Send: 200 OK" in told
        await driver.press("home")
        assert "Explain: step 1/25" in driver.text


async def test_without_a_request_there_is_nothing_to_explain(opened: Opener, source: MemorySource) -> None:
    """It is said, and the story comes with the request."""
    async with opened(source, (80, 24)) as driver:
        await driver.press("e")
        assert "No request is shown." in driver.text
        source.request("csrf_403")
        await driver.settle()
        assert "process_view of 4 CsrfViewMiddleware answered 403" in driver.text


async def test_what_changed_is_told_of_the_step_and_of_the_path(opened: Opener, source: MemorySource) -> None:
    """Before and after at the step, then everybody's changes; d takes the place of e."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "e", "d")
        assert "Explain: step" not in driver.text
        assert "What changed: step 3/25" in driver.text
        assert "request.session: (not there) → SessionStore" in driver.text
        assert "There is no response yet." in driver.text
        await driver.press("pagedown", "pagedown")
        assert "The response that was sent: 200 OK" in driver.text


async def test_the_glossary_opens_at_the_term_of_the_step(opened: Opener, source: MemorySource) -> None:
    """Typing searches, the arrow keys scroll all the same, Esc leads back."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "g")
        assert "process_request   (this step)" in driver.lines[2]
        await driver.press("down", "down", "pagedown")
        assert "process_request   (this step)" not in driver.text
        await driver.press(*"n+1")
        assert "Glossary: 1 of 70 terms" in driver.text
        assert "N+1 queries" in driver.lines[2]
        await driver.press(*"zzz")
        assert "No term contains that." in driver.text
        await driver.press("escape")
        assert "Glossary" not in driver.text
        assert "Flow of request 1" in driver.text


async def test_the_source_is_followed_out_to_the_server_and_back(opened: Opener, source: MemorySource) -> None:
    """] goes to the code that called this, [ back; another step begins at its own code again."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "right_square_bracket")
        assert "caller 1/7  MiddlewareMixin.__call__ of SessionMiddleware" in driver.text
        await driver.press(*["right_square_bracket"] * 6)
        assert "caller 7/7  WSGIRequestHandler.handle_one_request" in driver.text
        await driver.press(*["right_square_bracket"] * 2)
        assert "Nothing further out is Django's code" in driver.text
        driver.app.clear_notifications()
        await driver.press(*["left_square_bracket"] * 7)
        assert "caller" not in driver.lines[2]
        assert "django/contrib/sessions/middleware.py:18" in driver.lines[2]
        await driver.press("right_square_bracket", "right")
        assert "django/middleware/common.py" in driver.lines[2]


async def test_source_that_is_on_another_machine_is_said_to_be(opened: Opener, source: MemorySource) -> None:
    """The bookshop of the scenario is nowhere on this machine."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "right_square_bracket")
        assert "The file cannot be read here: No such file or directory" in driver.text
        assert "/django/utils/deprecation.py" in driver.text


@pytest.mark.parametrize("key", ["s", "right_square_bracket"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_the_source_takes_the_place_of_what_is_read(
    opened: Opener, source: MemorySource, size: tuple[int, int], key: str
) -> None:
    """Whoever asks for the source gets to see it."""
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("home", "right", "right", "e", key)
        assert "Explain: step" not in driver.text
        assert "The file cannot be read here" in driver.text
