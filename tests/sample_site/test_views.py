"""The pages show what the start page promises: queries, transactions, caching, sessions, streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sample_site.conftest import SampleSite

pytestmark = pytest.mark.slow


def test_the_n_plus_one_page_asks_for_every_book_and_its_twin_three_times(site: SampleSite) -> None:
    """Both pages show the same table; one needs 1 + 3 × 17 queries, the other 3."""
    counts = site.run("""
        browser = client()
        counts, tables = [], []
        for path in ("/shelves/n-plus-one/", "/shelves/prefetched/"):
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(path).content.decode()
            counts.append(len(queries))
            tables.append(page[page.index("<table>"):page.index("</table>")])
        report([counts, tables[0] == tables[1]])
    """)
    assert counts == [[1 + 3 * 17, 3], True]


def test_overselling_is_rolled_back(site: SampleSite) -> None:
    """After the 409 the stock is what it was, although the first sale had gone through."""
    before, statements, status, after = site.run("""
        from shop.models import Book
        before = Book.objects.get(slug="moby-dick").stock
        with CaptureQueriesContext(connection) as queries:
            answer = client().post("/stock/oversell/")
        statements = [query["sql"].split()[0] for query in queries]
        report([before, statements, answer.status_code, Book.objects.get(slug="moby-dick").stock])
    """)
    assert (before, status, after) == (1, 409, 1)
    assert statements == ["BEGIN", "SELECT", "UPDATE", "UPDATE", "ROLLBACK"]


def test_an_order_empties_the_basket_lowers_the_stock_and_sends_a_mail(site: SampleSite) -> None:
    """The way of a buyer: two books into the basket, one out again, order, thank-you message, mail after COMMIT."""
    seen = site.run("""
        from django.core import mail
        from django.test.utils import setup_test_environment
        from shop.models import Book, OrderLine
        setup_test_environment()
        browser = client()
        for path in ("/basket/add/emma/", "/basket/add/emma/", "/basket/add/dracula/", "/basket/remove/dracula/"):
            browser.post(path)
        basket = browser.get("/basket/").content.decode()
        bad = browser.post("/basket/order/", {"name": "Harriet", "email": "nowhere"})
        good = browser.post("/basket/order/", {"name": "Harriet", "email": "harriet@example.com"}, follow=True)
        line = OrderLine.objects.get()
        report({
            "total": "£17.98" in basket and "Dracula" in basket,
            "bad": [bad.status_code, "Enter a valid email address." in bad.content.decode()],
            "good": [good.redirect_chain, "Order 1 is on its way." in good.content.decode()],
            "line": [line.book.slug, line.quantity],
            "stock": Book.objects.get(slug="emma").stock,
            "mails": [[message.subject, message.to] for message in mail.outbox],
            "basket": browser.session.get("basket"),
        })
    """)
    assert seen == {
        "total": True,
        "bad": [200, True],
        "good": [[["/", 302]], True],
        "line": ["emma", 2],
        "stock": 5,
        "mails": [["Your order 1", ["harriet@example.com"]]],
        "basket": None,
    }


def test_the_cached_page_is_computed_once_for_each_kind_of_visitor(site: SampleSite) -> None:
    """A second visit does not call the view; somebody with other cookies gets a page of his own."""
    times = site.run("""
        import re
        stranger, reader = client(), client("reader")
        reader.get("/members/")  # the form to log out sets the CSRF cookie
        def times(browser):
            return int(re.search(r"worked out (\\d+) time", browser.get("/bestsellers/").content.decode())[1])
        report([times(stranger), times(stranger), times(reader), times(reader), times(stranger)])
    """)
    assert times == [1, 1, 2, 2, 1]


def test_the_stream_makes_its_query_while_it_is_sent(site: SampleSite) -> None:
    """The view and the middleware are through before the export asks the database anything."""
    before, during, lines = site.run("""
        with CaptureQueriesContext(connection) as before:
            answer = client().get("/export/books.csv")
        with CaptureQueriesContext(connection) as during:
            lines = b"".join(answer).decode().splitlines()
        report([len(before), len(during), lines[:2] + [len(lines)]])
    """)
    assert (before, during) == (0, 1)
    assert lines == ["title,author,price,stock", "Alice's Adventures in Wonderland,Lewis Carroll,6.99,20", 18]


def test_the_start_page_says_what_to_do_before_the_database_exists(empty_site: SampleSite) -> None:
    """Without tables the start page says so, also to a browser that still has a session cookie of last time."""
    pages = empty_site.run("""
        pages = []
        for cookies in ({}, {"sessionid": "left-over-from-last-time"}):
            browser = client()
            browser.cookies.load(cookies)
            page = browser.get("/")
            pages.append([page.status_code, "python manage.py migrate" in page.content.decode()])
        report(pages)
    """)
    assert pages == [[200, True]] * 2


def test_members_come_back_to_the_page_they_wanted(site: SampleSite) -> None:
    """The login page is told where to go on, and goes there."""
    chain = site.run("""
        browser = client()
        asked = browser.get("/members/")["Location"]
        given = browser.post(asked, {"username": "reader", "password": "reader", "next": "/members/"})
        wrong = browser.post("/accounts/login/", {"username": "reader", "password": "rider"})
        report([asked, given["Location"], wrong.status_code])
    """)
    assert chain == ["/accounts/login/?next=/members/", "/members/", 200]


def test_what_a_visitor_writes_is_escaped(site: SampleSite) -> None:
    """Markup in a review or in the search box is shown, not obeyed."""
    pages = site.run("""
        browser = client()
        browser.post("/books/emma/review/", {"reader": "<b>Eve</b>", "stars": 1, "text": "<script>alert(1)</script>"})
        paths = ("/books/emma/", "/search/?q=<script>alert(1)</script>")
        report([browser.get(path).content.decode() for path in paths])
    """)
    assert "&lt;script&gt;" in pages[0]
    assert all("<script>" not in page and "<b>Eve" not in page for page in pages)


def test_the_site_s_own_error_pages_stand_in_when_debug_is_off(site: SampleSite) -> None:
    """404 and 500 have pages of the shop, and the last one needs neither request nor database."""
    pages = site.run("""
        settings.DEBUG = False
        browser = client()
        report([[page.status_code, "The Bookshop" in page.content.decode()]
                for page in (browser.get("/nowhere/"), browser.get("/error/"), browser.get("/staff/report/"))])
    """)
    assert pages == [[404, True], [500, True], [403, True]]
