"""The tour names every URL of the site, and each answers as the tour says, through WSGI and through ASGI."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from tests.sample_site.conftest import SampleSite, Walks

RANDOM = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=csrftoken=)\w+|(?<=sessionid=)\w+'
    r"|(?<=expires=)[^;]+|(?<=messages=)[^;]+"
)
TECHNICAL = "seeing this error because you have"


def steady(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is random, the time of day, and Django's own error page, which describes the server.

    Django 5.2 writes a space before a cookie under WSGI.
    """
    changing = {"expires"}
    body = RANDOM.sub("", answer["body"])
    if TECHNICAL in body:
        changing.add("content-length")
        body = TECHNICAL
    headers = [[name, RANDOM.sub("", value.strip())] for name, value in answer["headers"] if name not in changing]
    return {**answer, "headers": headers, "body": body}


@pytest.mark.slow
@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_every_visit_answers_with_the_status_the_tour_names(walks: Walks, tour: ModuleType, interface: str) -> None:
    """Each visit, made by a new visitor, gets the status that the start page shows beside it."""
    assert len(walks[interface]) == sum(len(chapter.visits) for chapter in tour.TOUR)
    surprises = [f"{it['visit']}: {it['status']}" for it in walks[interface] if it["status"] != it["expected"]]
    assert surprises == []


@pytest.mark.slow
def test_wsgi_and_asgi_give_the_same_answers(walks: Walks) -> None:
    """Status, headers and body of every visit are equal under both interfaces."""
    differing = [
        wsgi["visit"] for wsgi, asgi in zip(walks["wsgi"], walks["asgi"], strict=True) if steady(wsgi) != steady(asgi)
    ]
    assert differing == []


@pytest.mark.slow
def test_pages_of_the_site_leave_no_variable_of_a_template_unknown(site: SampleSite) -> None:
    """No template prints a variable or uses a filter on one that its view forgot."""
    complaints = site.run("""
        from shop.tour import TOUR
        settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "FORGOTTEN"
        browser = client("admin")
        forgotten = [
            visit.path for chapter in TOUR for visit in chapter.visits
            # Other answers are redirects or pages of Django itself, which names every setting when something breaks.
            if visit.method == "GET" and visit.status in (200, 403, 409, 503) and not visit.path.startswith("/admin/")
            and "FORGOTTEN" in b"".join(browser.get(visit.path)).decode()
        ]
        report(forgotten)
    """)
    assert complaints == []


@pytest.mark.slow
def test_no_route_is_missing_from_the_tour(site: SampleSite) -> None:
    """Every pattern of the URLconf is found by some visit; the admin's own pages count as one."""
    missing = site.run("""
        from urllib.parse import urlsplit
        from django.urls import Resolver404, get_resolver, resolve
        from django.utils import translation
        from shop.tour import TOUR

        def routes(resolver, before=""):
            for pattern in resolver.url_patterns:
                route = before + str(pattern.pattern)
                if hasattr(pattern, "url_patterns"):
                    yield from routes(pattern, route)
                else:
                    yield route

        def visited(path):
            try:
                return resolve(path).route
            except Resolver404:
                return None

        paths = {urlsplit(visit.path).path for chapter in TOUR for visit in chapter.visits}
        missing = {}
        for language, name in settings.LANGUAGES:
            with translation.override(language):
                found = {visited(path) for path in paths}
                missing[language] = [
                    route for route in routes(get_resolver())
                    if route not in found and not route.startswith("admin/")
                ]
        report(missing)
    """)
    assert missing == {"en": [], "zh-hans": []}


@pytest.mark.slow
def test_the_start_page_shows_the_whole_tour(site: SampleSite, tour: ModuleType) -> None:
    """Every visit is on the start page: a link for GET, a button for POST, and its sentence beside it."""
    page = site.run("report(client().get('/').content.decode())")
    assert page.count("<li>") == sum(len(chapter.visits) for chapter in tour.TOUR)
    assert page.count('action="/') == 1 + sum(
        visit.method == "POST" for chapter in tour.TOUR for visit in chapter.visits
    )
    assert 'href="/books/%E7%BA%A2%E6%A5%BC%E6%A2%A6/"' in page
    assert 'href="/books/?utm_source=newsletter"' in page


def test_the_tour_can_be_read_without_django(site_directory: Path) -> None:
    """``shop/tour.py`` needs nothing but the standard library, so that other programs can walk it."""
    code = (
        f"import runpy, sys; tour = runpy.run_path({str(site_directory / 'shop' / 'tour.py')!r})['TOUR']; "
        "sys.exit('django' in sys.modules or not tour)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_visit_is_listed_once_and_explained_in_one_sentence(tour: ModuleType) -> None:
    """No visit appears twice, and what it shows is one sentence."""
    visits = [visit for chapter in tour.TOUR for visit in chapter.visits]
    requests = [(visit.method, visit.path, visit.user, visit.note) for visit in visits]
    assert len(set(requests)) == len(requests)
    assert [visit.shows for visit in visits if not visit.shows.endswith(".") or ". " in visit.shows] == []
