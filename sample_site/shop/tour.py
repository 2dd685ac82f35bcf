"""Every URL of the site, what it shows, and the status it answers with.

The start page is drawn from this list and the tests walk it. It is data: this module imports nothing of Django and
nothing of the shop, so that a program outside the site can read it, too.
"""

from __future__ import annotations

from typing import NamedTuple


class Visit(NamedTuple):
    """One request worth making, and the answer it gets from a fresh database by a visitor with no cookies."""

    path: str
    """Path and query string, not percent-encoded."""
    shows: str
    """What to look for, in one sentence."""
    status: int = 200
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    """The fields of a POST."""
    token: bool = True
    """Whether a POST carries its CSRF token."""
    user: str = ""
    """Who has to be logged in to get this status; the password is the same word."""
    note: str = ""
    """What makes this visit different from others to the same path."""


class Chapter(NamedTuple):
    """Visits that belong together."""

    title: str
    teaches: str
    visits: tuple[Visit, ...]


PAGES = Chapter(
    "Books and pages",
    "The everyday request: in through the middleware, one URL, one view, some SQL, a template, and out again.",
    (
        Visit("/", "This page: the shortest way to one query and one template."),
        Visit("/books/", "A function view with a paginator: one query counts, the next fetches ten books."),
        Visit("/books/?page=2", "The same view again; the query string plays no part in finding the URL."),
        Visit("/books/emma/", "A detail page: the slug in the path becomes the view's argument."),
        Visit("/books/红楼梦/", "A slug that is not ASCII: percent-encoded on the wire, plain text in the view."),
        Visit("/published/1847/", "A regular expression as URL pattern, with a named group."),
        Visit("/isbn/9780141040035/", "A path converter of our own checks the number, then redirects.", 302),
        Visit("/search/?q=austen", "A form sent with GET: the question stands in the URL and no CSRF token is needed."),
        Visit("/authors/", "A generic ListView: count the methods that run although nobody wrote them here."),
        Visit("/authors/jane-austen/", "A generic DetailView: dispatch, get_object, get_context_data and a template."),
    ),
)

DATABASE = Chapter(
    "Questions to the database",
    "The same page can cost three queries or fifty, and several changes can count as one.",
    (
        Visit("/shelves/n-plus-one/", "The N+1 mistake: one query for the books, then three more for every book."),
        Visit("/shelves/prefetched/", "Its repaired twin: select_related and prefetch_related fetch it all in three."),
        Visit(
            "/stock/delivery/",
            "A transaction that works: BEGIN, UPDATE, COMMIT, and then a redirect.",
            302,
            "POST",
        ),
        Visit(
            "/stock/oversell/",
            "A transaction that fails: the last sale raises, ROLLBACK undoes the first ones, and a middleware answers.",
            409,
            "POST",
        ),
    ),
)

FORMS = Chapter(
    "Forms, session and messages",
    "POST changes something. It needs a CSRF token, ends in a redirect, and leaves a message for the next page.",
    (
        Visit("/books/emma/review/", "The form: rendering it makes the CSRF token and sets its cookie."),
        Visit(
            "/books/emma/review/",
            "A good POST: process_view of CsrfViewMiddleware checks the token, the view saves and redirects.",
            302,
            "POST",
            (("reader", "Harriet"), ("stars", "4"), ("text", "I could not put it down, and then I did.")),
            note="well filled in",
        ),
        Visit(
            "/books/emma/review/",
            "A bad POST: nine stars are too many, so the form comes back with its errors and status 200.",
            200,
            "POST",
            (("reader", "Frank"), ("stars", "9"), ("text", "")),
            note="badly filled in",
        ),
        Visit(
            "/guestbook/",
            "A form whose template forgot the token: it looks harmless until it is sent.",
        ),
        Visit(
            "/guestbook/",
            "Sent without its token: CsrfViewMiddleware answers 403 from process_view and the view is never called.",
            403,
            "POST",
            (("lines", "What a lovely shop"),),
            token=False,
            note="no token",
        ),
        Visit("/basket/", "The basket lives in the session, which is loaded only when somebody looks into it."),
        Visit(
            "/basket/add/emma/",
            "Changes the session: on the way out SessionMiddleware saves it and sets the session cookie.",
            302,
            "POST",
        ),
        Visit(
            "/basket/remove/emma/",
            "Takes it out again; with nothing to take out the session is not saved and no cookie set.",
            302,
            "POST",
        ),
        Visit(
            "/basket/order/",
            "Fill the basket first to see an atomic order with a mail after COMMIT; an empty one only gets a message.",
            302,
            "POST",
            (("name", "Harriet"), ("email", "harriet@example.com")),
        ),
    ),
)

PEOPLE = Chapter(
    "Who are you?",
    "request.user is lazy: no query is made before somebody asks for it. Log in as reader / reader or admin / admin.",
    (
        Visit("/accounts/login/", "Django's own LoginView with a template of ours."),
        Visit(
            "/accounts/login/",
            "Logging in: the password is hashed on purpose slowly, the session gets a new key, the answer redirects.",
            302,
            "POST",
            (("username", "reader"), ("password", "reader")),
            note="as reader",
        ),
        Visit("/members/", "Not logged in: login_required redirects to the login page before the view runs.", 302),
        Visit("/members/", "Logged in: session, then user, then the page.", user="reader"),
        Visit("/staff/report/", "PermissionDenied raised in the view becomes a 403 page.", 403),
        Visit("/staff/report/", "The same page for staff.", user="admin"),
        Visit("/accounts/logout/", "Logging out is a POST, since it changes something.", 302, "POST"),
        Visit("/admin/", "The admin sends strangers to its own login page.", 302),
        Visit("/admin/", "The admin itself: Django's largest app is made of ordinary URLs and views.", user="admin"),
        Visit("/admin/shop/book/", "A change list of the admin: see how many queries and templates.", user="admin"),
    ),
)

KINDS = Chapter(
    "Kinds of responses",
    "A response is not always a finished page: it may be rendered late, streamed, read from a file or cached.",
    (
        Visit("/new/", "A TemplateResponse: two middlewares change its context before it is rendered."),
        Visit("/api/books/", "JSON: no template at all."),
        Visit("/api/books/emma/", "One book as JSON, from a URLconf included under /api/."),
        Visit("/api/books/no-such-book/", "A 404 the view made itself: Django's handler has nothing to convert.", 404),
        Visit("/api/quote/", "GET on a view that only takes POST: the decorator answers 405.", 405),
        Visit(
            "/api/quote/",
            "POST without a token to a csrf_exempt view: the check is skipped; the view finds the body is no JSON.",
            400,
            "POST",
            token=False,
        ),
        Visit("/download/sample-chapter/", "A FileResponse: the server reads the file, long after the view is over."),
        Visit("/export/books.csv", "A stream: its SQL runs after the last middleware is left."),
        Visit("/bestsellers/", "cache_page: open it twice, and the second time the view is not called."),
        Visit("/slow/", "One second of waiting: everything else on the picture is small beside it."),
        Visit("/old-catalogue/", "A permanent redirect by RedirectView.", 301),
        Visit("/favicon.ico", "What browsers ask for unasked: a redirect to a static file.", 301),
        Visit("/static/shop/style.css", "A static file: under runserver no middleware sees it."),
    ),
)

ASYNC = Chapter(
    "Async",
    "The same URLs under WSGI and ASGI. Watch where Django changes between the event loop and a thread.",
    (
        Visit("/async/suppliers/", "An async view that asks three suppliers at once and the database in between."),
        Visit("/async/opening-hours/", "An async class-based view."),
        Visit("/async/reading/", "An async stream, word by word; WSGI has to collect it before it can send it."),
    ),
)

TROUBLE = Chapter(
    "When things go wrong",
    "Each layer turns an exception from within into a response, so the layers outside of it never see the exception.",
    (
        Visit("/books/no-such-book/", "A 404 raised in the view: the URL was found, the book was not.", 404),
        Visit("/nowhere/", "A 404 of the URLconf: every pattern was tried and no process_view was called.", 404),
        Visit("/isbn/9780141040034/", "The converter refuses the check digit, so this pattern does not match.", 404),
        Visit("/error/", "The view raises: every process_exception is asked, none answers, 500.", 500),
        Visit("/error/late/", "The view succeeds and its template fails: the error comes after the view.", 500),
        Visit("/books/the-moonstone/collect/", "Sold out: OutOfStockMiddleware answers for the exception.", 409),
        Visit("/books/emma/collect/", "The same view when nothing goes wrong."),
        Visit("/postage/", "A sum that works."),
        Visit("/postage/?grams=heavy", "BadRequest: the visitor's mistake, so 400 and not 500.", 400),
    ),
)

MIDDLEWARE = Chapter(
    "Middleware that answers",
    "A middleware that returns a response turns the request back: everything further in is never reached.",
    (
        Visit("/books/?maintenance=1", "Closed: process_request answers 503 and the session is never opened.", 503),
        Visit("/preorders/", "Coming soon: process_view answers in place of the view, after the URL was found."),
        Visit("/books/?utm_source=newsletter", "A closure middleware cleans the address and redirects.", 302),
        Visit("/?theme=dark", "A middleware reads the query on the way in and sets a cookie on the way out."),
        Visit("/?theme=light", "Back to daylight."),
        Visit("/books", "No slash at the end: the 404 comes back and CommonMiddleware turns it into a redirect.", 301),
        Visit("/welcome/", "No language in the path: LocaleMiddleware turns the 404 into a redirect.", 302),
        Visit("/en/welcome/", "The prefix names the language; the pattern itself is a different one in each."),
        Visit("/zh-hans/welcome/", "The same view in Chinese: it names two templates and gets the first that exists."),
    ),
)

TOUR = (PAGES, DATABASE, FORMS, PEOPLE, KINDS, ASYNC, TROUBLE, MIDDLEWARE)
