"""The shop's middleware does what the start page says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sample_site.conftest import SampleSite

pytestmark = pytest.mark.slow

JOURNEYS = {
    "/books/": "process_request, process_view, process_response",
    "/new/": "process_request, process_view, process_template_response, process_response",
    "/error/": "process_request, process_view, process_exception, process_response",
    "/error/late/": ("process_request, process_view, process_template_response, process_exception, process_response"),
    "/nowhere/": "process_request, process_response",
    "/books/?maintenance=1": "process_request, process_response",
    "/preorders/": "process_request, process_view, process_template_response, process_response",
    "/books/the-moonstone/collect/": "process_request, process_view, process_response",
    "/books/?utm_source=newsletter": "process_request, process_response",
}


@pytest.mark.parametrize("browser", ["Client", "AsyncClient"])
def test_the_journey_header_names_the_hooks_that_ran(site: SampleSite, browser: str) -> None:
    """Each kind of request runs its own selection of the five hooks, sync and async alike."""
    journeys = site.run(f"""
        import asyncio
        paths = {list(JOURNEYS)!r}
        browser = {browser}(raise_request_exception=False)
        async def ask():
            return [await browser.get(path) for path in paths]
        answers = asyncio.run(ask()) if {browser} is AsyncClient else [browser.get(path) for path in paths]
        report(dict(zip(paths, [answer["X-Journey"] for answer in answers])))
    """)
    assert journeys == JOURNEYS


def test_the_chain_has_every_shape_and_one_that_left_it(site: SampleSite) -> None:
    """Fifteen middlewares stay; RobotsTagMiddleware leaves with a reason, and stays on a staging server."""
    logged, present = site.run("""
        import logging
        from django.core.handlers.wsgi import WSGIHandler

        class Kept(logging.Handler):
            def emit(self, record):
                lines.append(record.getMessage())

        lines = []
        logging.getLogger("django.request").addHandler(Kept())
        logging.getLogger("django.request").setLevel("DEBUG")
        client().get("/postage/")
        settings.STAGING = True
        report([lines, client().get("/postage/").get("X-Robots-Tag")])
    """)
    assert logged == [
        "MiddlewareNotUsed('shop.middleware.RobotsTagMiddleware'): STAGING is False: search engines are welcome here"
    ]
    assert present == "noindex, nofollow"


def test_maintenance_closes_the_whole_shop(site: SampleSite) -> None:
    """MAINTENANCE = True answers 503 everywhere, without a single query, even to somebody who is logged in."""
    answers = site.run("""
        browser = client("reader")
        settings.MAINTENANCE = True
        with CaptureQueriesContext(connection) as queries:
            pages = [browser.get(path) for path in ("/", "/members/", "/nowhere/", "/admin/")]
        report([[page.status_code, page["Retry-After"]] for page in pages] + [len(queries)])
    """)
    assert answers == [[503, "600"]] * 4 + [0]


def test_the_theme_is_remembered_in_a_cookie(site: SampleSite) -> None:
    """?theme=dark colours this page and the following ones; an unknown theme changes nothing."""
    themes = site.run("""
        import re
        browser = client()
        def theme(path):
            page = browser.get(path)
            return [re.search('data-theme="(.*?)"', page.content.decode())[1], "theme" in page.cookies]
        report([theme(path) for path in ("/books/", "/?theme=dark", "/books/", "/?theme=mauve", "/?theme=light")])
    """)
    assert themes == [["light", False], ["dark", True], ["dark", False], ["light", False], ["light", True]]


def test_tracking_parameters_are_taken_out_of_the_address(site: SampleSite) -> None:
    """Only utm_ parameters go, other servers cannot be redirected to, and a POST is left alone."""
    answers = site.run("""
        browser = client()
        report([
            browser.get("/search/?utm_source=mail&q=austen&utm_medium=x").get("Location"),
            browser.get("/?utm_source=mail", PATH_INFO="//evil.example/").get("Location"),
            browser.get("/books/红楼梦/?utm_source=mail").get("Location"),
            browser.post("/api/quote/?utm_source=mail").status_code,
        ])
    """)
    assert answers == ["/search/?q=austen", "/%2Fevil.example/", "/books/%E7%BA%A2%E6%A5%BC%E6%A2%A6/", 400]
