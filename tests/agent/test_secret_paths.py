"""Secret parts of paths are hidden: by the route that captures them, or by the looks of Django's own tokens."""

from __future__ import annotations

import pytest

from reqtrace.agent.secret_paths import MAX_ROUTES, SecretPaths
from reqtrace.agent.values import REDACTED

TOKEN = "cx1f2a-0123456789abcdef0123456789abcdef"


@pytest.fixture
def paths() -> SecretPaths:
    return SecretPaths()


@pytest.mark.parametrize(
    ("route", "text", "shown"),
    [
        ("invite/<str:key>/", "/invite/abc/", f"/invite/{REDACTED}/"),
        ("invite/<key>/accept/", "/invite/abc/accept/?page=2", f"/invite/{REDACTED}/accept/?page=2"),
        ("m/<int:pk>/<slug:api_token>", "/m/5/abc", f"/m/5/{REDACTED}"),
        ("m/<int:pk>/<slug:api_token>", "GET /m/5/abc HTTP/1.1", f"GET /m/5/{REDACTED} HTTP/1.1"),
        ("a/<token>/<secret>/", "/a/x/y/", f"/a/{REDACTED}/{REDACTED}/"),
        ("a/<token>/", "https://example.org/site/a/x/", f"https://example.org/site/a/{REDACTED}/"),
        (r"^login/(?P<session_key>\w{4,})/$", "/login/abcd/", f"/login/{REDACTED}/"),
        (r"^t/(?P<year>[0-9]{4})/(?P<token>[^/]+)/$", "/t/2026/x/", f"/t/2026/{REDACTED}/"),
        ("a.b/<token>/", "/a.b/x/", f"/a.b/{REDACTED}/"),
    ],
)
def test_what_a_route_captures_under_a_secrets_name(paths: SecretPaths, route: str, text: str, shown: str) -> None:
    """Once the route was met, in any text that quotes the path."""
    assert paths.hide(text) == text
    paths.learn(route)
    assert paths.hide(text) == shown


@pytest.mark.parametrize(
    "route", ["books/<int:pk>/", "", "keys/", r"^a/(?P<pk>\d+)/$", r"^(?P<token>(?:a|(b))*)/$", "(("]
)
def test_other_routes_hide_nothing(paths: SecretPaths, route: str) -> None:
    """Nor do those that cannot be understood."""
    paths.learn(route)
    assert paths.hide("/books/3/") == "/books/3/"
    assert paths.hide("/keys/") == "/keys/"


def test_djangos_own_tokens_are_known_by_their_looks(paths: SecretPaths) -> None:
    """Before any route was met; what only looks a little like one stays."""
    assert paths.hide(f"/accounts/reset/MQ/{TOKEN}/") == f"/accounts/reset/MQ/{REDACTED}/"
    for path in ("/news/2026-11-21/", "/books/the-name-of-the-rose/", "/x/12-34/"):
        assert paths.hide(path) == path


def test_a_row_is_gone_through(paths: SecretPaths) -> None:
    """Texts in lists of pairs, whatever else is in it."""
    row = (3, 12, "wsgi", f"/reset/MQ/{TOKEN}/", [("Referer", f"http://h/reset/MQ/{TOKEN}/")], None, True)
    shown = paths.hide_in(row)
    assert TOKEN not in repr(shown)
    assert shown[:3] == (3, 12, "wsgi")
    assert shown[4:] == ([("Referer", f"http://h/reset/MQ/{REDACTED}/")], None, True)


def test_routes_are_bounded(paths: SecretPaths) -> None:
    """A site that makes up routes does not fill the memory."""
    for number in range(MAX_ROUTES + 5):
        paths.learn(f"a{number}/<token>/")
    assert paths.hide(f"/a{MAX_ROUTES}/x/") == f"/a{MAX_ROUTES}/x/"
