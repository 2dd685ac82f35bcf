"""Mode 3: the patterns of the project, a path matched against the running site, and a name looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tui_driver import Driver, MemorySource, Opener
from url_answers import BOOKSHOP, FOUND, LOST, a_tree, view

from reqtrace.hub.arrival import Arrival, SitePhase, bye_record
from reqtrace.hub.asking import AgentAnswer

pytestmark = pytest.mark.slow

PATIENCE = 5.0


def answer(told: Any, *, is_known: bool = True) -> Callable[..., AgentAnswer]:
    return lambda *_arguments: AgentAnswer(is_known, told, 1)


def fill(source: MemorySource) -> list[tuple[Any, ...]]:
    """A site that has answered a request, and answers questions; what it is asked."""
    asked: list[tuple[Any, ...]] = []

    def match(*arguments: Any) -> AgentAnswer:
        asked.append(arguments)
        return AgentAnswer(True, FOUND if arguments[1] == "/books/3/" else LOST, 1)

    def reverse(*arguments: Any) -> AgentAnswer:
        asked.append(arguments)
        path = "/books/3/" if arguments[1] == "shop:book_detail" else None
        return AgentAnswer(True, {"path": path, "error": "NoReverseMatch", "message": "no such name"}, 1)

    source.site(SitePhase.SERVING)
    source.request("home")
    source.answers = {"urls.tree": answer(BOOKSHOP), "urls.match": match, "urls.reverse": reverse}
    return asked


async def until(driver: Driver, words: str) -> None:
    """Answers come from a thread."""
    await driver.until(lambda: words in driver.text)


def page(driver: Driver) -> str:
    """The screen without the keys at its bottom, which are not this mode's alone."""
    return "\n".join(driver.lines[:-1]) + "\n"


async def type_into(driver: Driver, key: str, text: str) -> None:
    await driver.press(key)
    await driver.press(*("space" if letter == " " else letter for letter in text), "enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 18)])
async def test_the_tree_and_a_walk(
    opened: Opener, source: MemorySource, size: tuple[int, int], matches_snapshot: Callable[[str], None]
) -> None:
    """3 shows every pattern; p asks what a path meets, with the verdict in a sentence; Esc goes back."""
    asked = fill(source)
    async with opened(source, size) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        tree = page(driver)
        await type_into(driver, "p", "books/3/?page=2")
        await until(driver, "leads to shop:book_detail")
        walk = page(driver)
        assert asked == [("", "/books/3/")]
        await driver.press("escape")
        assert page(driver) == tree
        matches_snapshot(f"{tree}{walk}")


async def test_a_path_that_nothing_matches(opened: Opener, source: MemorySource) -> None:
    """The reason stands beside each pattern, and the cursor's one in a sentence."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        await type_into(driver, "p", "/books/abc")
        await until(driver, "No pattern matches /books/abc")
        assert "'abc' is no int" in driver.text
        await driver.press("home", "down")
        assert "leaves 'abc' to shop.urls, where nothing matches" in driver.text


async def test_a_name_is_looked_up_and_its_path_walked(opened: Opener, source: MemorySource) -> None:
    """Tab completes the name, Enter on the path matches it."""
    asked = fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        await driver.press("r", *"book_d", "tab", "space", "3", "enter")
        await until(driver, "gives /books/3/")
        assert asked == [("", "shop:book_detail", [3], {})]
        await driver.press("enter")
        await until(driver, "leads to shop:book_detail")
        await type_into(driver, "r", "book_detail 3")
        await until(driver, "No pattern has the name book_detail.")
        assert "shop:book_detail" in driver.text


async def test_finding_narrows_the_tree(opened: Opener, source: MemorySource) -> None:
    """While it is typed, with a count; Esc shows all."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        await driver.press("slash", *"isbn")
        assert "1 of 8 found" in driver.text
        assert "authors/" not in driver.text
        await driver.press("enter", "slash", *"zzz")
        assert "No pattern contains isbnzzz." in driver.text
        await driver.press("escape")
        assert "authors/" in driver.text


async def test_requests_are_counted(opened: Opener, source: MemorySource) -> None:
    """At the pattern they matched, while they come."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "1×")
        source.request("home")
        await driver.settle()
        assert "2×" in driver.text


async def test_another_process_is_asked_again(opened: Opener, source: MemorySource) -> None:
    """Once the one that told the patterns is gone: after a reload there may be others."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        source.answers["urls.tree"] = answer(a_tree(urlconf="changed.urls"))
        source.request("detail")
        await driver.settle()
        assert "URLconf bookshop.urls" in driver.text
        source._arrivals.append(Arrival(1, bye_record(is_clean=True)))
        await until(driver, "changed.urls has no patterns.")


async def test_another_urlconf_can_be_shown(opened: Opener, source: MemorySource) -> None:
    """If requests were given one; questions are then about that."""
    asked = fill(source)
    root = a_tree(view("only/", "only", "other.views.only"), urlconf="config.urls")
    source.answers["urls.tree"] = lambda name: AgentAnswer(True, BOOKSHOP if name == "bookshop.urls" else root, 1)
    async with opened(source, (200, 50)) as driver:
        await driver.press("3")
        await until(driver, "Other URLconf")
        assert "URLconf config.urls" in driver.text
        await driver.press("u")
        await until(driver, "URLconf bookshop.urls")
        await type_into(driver, "p", "/books/3/")
        await until(driver, "leads to shop:book_detail")
        assert asked == [("bookshop.urls", "/books/3/")]
        await driver.press("u")
        await until(driver, "URLconf config.urls")


async def test_a_urlconf_that_is_not_loaded_is_asked_for_again(opened: Opener, source: MemorySource) -> None:
    """It says why there is nothing, and asks again once a request has come."""
    source.site(SitePhase.SERVING)
    source.request("home")
    source.answers["urls.tree"] = answer("bookshop.urls is not loaded yet", is_known=False)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "bookshop.urls is not loaded yet.")
        assert "Match a path" not in driver.keys
        source.answers["urls.tree"] = answer(BOOKSHOP)
        source.request("home")
        await until(driver, "URLconf bookshop.urls")
        assert "Match a path" in driver.keys


async def test_a_question_without_answer_is_said(opened: Opener, source: MemorySource) -> None:
    """And the page stays as it is."""
    fill(source)
    source.answers["urls.match"] = answer("no answer within 6 s", is_known=False)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        await type_into(driver, "p", "/x")
        await until(driver, "No answer: no answer within 6 s.")
        assert "URLconf bookshop.urls" in driver.text


async def test_a_recording_shows_what_its_requests_have_met(
    opened: Opener, replayed: MemorySource, matches_snapshot: Callable[[str], None]
) -> None:
    """And says so; it cannot be asked."""
    replayed.request("detail")
    replayed.request("not_found_404")
    async with opened(replayed) as driver:
        await driver.press("3")
        await until(driver, "URL patterns that requests have met")
        matches_snapshot(page(driver))
        await driver.press("p")
        await until(driver, "Only a running site can be asked")


async def test_a_recording_without_urlconf_says_so(opened: Opener, replayed: MemorySource) -> None:
    """Nothing but the words."""
    async with opened(replayed) as driver:
        await driver.press("3")
        await until(driver, "No request in monday.reqtrace has come to a URLconf.")


async def test_a_site_that_does_not_run_is_not_said_to_wait_for_a_request(opened: Opener, source: MemorySource) -> None:
    """While it starts that is said, and when it has crashed its last words."""
    source.site(SitePhase.STARTING)
    async with opened(source) as driver:
        await driver.press("3")
        assert "─ URLs ─" in driver.lines[1]
        assert "starting" in driver.text
        assert "Open any page" not in driver.text
        source.site(SitePhase.FAILED, detail="ImportError: no module", exit_code=1)
        await driver.settle()
        assert "ImportError: no module" in driver.text
        assert "Open any page" not in driver.text


async def test_sentences_are_whole_in_a_small_terminal(opened: Opener, source: MemorySource) -> None:
    """At 60 columns nothing that is said below the tree or a walk is cut."""
    fill(source)
    async with opened(source, (60, 18)) as driver:
        await driver.press("3")
        await until(driver, "books/")
        for path in ("", "/books/3/", "/nowhere/"):
            if path:
                await type_into(driver, "p", path)
                await until(driver, path)
            for _ in range(8):
                told = driver.lines[-6:-1]
                assert not [line for line in told if line.startswith("▌ ") and line.endswith("…")]
                await driver.press("down")


async def test_it_is_drawn_in_ascii(opened: Opener, source: MemorySource) -> None:
    """Completely."""
    fill(source)
    async with opened(source, ascii_only=True) as driver:
        await driver.press("3")
        await until(driver, "URLconf bookshop.urls")
        await type_into(driver, "p", "/books/3/")
        await until(driver, "leads to shop:book_detail")
        assert driver.text.isascii()


async def test_a_click_moves_the_cursor_and_opens(opened: Opener, source: MemorySource) -> None:
    """The second one on a row."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("3")
        await until(driver, "shop:book_list")
        for _ in range(2):
            await driver.pilot.click("#urls", offset=(10, 1))
            await driver.settle()
        assert "namespace shop" in driver.text
        assert "shop:book_list" not in driver.text
